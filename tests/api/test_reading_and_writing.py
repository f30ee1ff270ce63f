"""What the API says, and what becomes of what is sent to it."""

import datetime
import hashlib
import json
import uuid
from typing import Any, get_args

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AccessEvent, Entry
from hazards.actions.controls import set_control_state
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.api_shapes import HazardQuery
from hazards.choices import ControlState, EvidenceOf
from hazards.log import FACETS, MARKS, SORTS
from hazards.models import Control, Evidence, Hazard, HazardSummary
from products.choices import BuildState, TokenScope
from products.models import Feature, Product
from products.rest.paging import Paging
from products.rest.problems import MOST_ERRORS
from reviews.models import Triage
from safetycase.rest.description import description
from tests.api.calling import Program, call, problem_of, program_of
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_estimate,
    bring_to,
    passed_evidence,
)
from tests.laws.every_action import World
from tests.laws.every_address import on_issued_pdf
from tests.people import ClientOf


@pytest.fixture
def program(product: Product, cso: User) -> Program:
    return program_of(cso, product)


# --- Lists ----------------------------------------------------------------------------------------


def everything(program: Program, path: str, limit: int) -> list[Any]:
    """All of a list, a page at a time."""
    found: list[Any] = []
    separator = "&" if "?" in path else "?"
    cursor = ""
    while True:
        page = program.get(f"{path}{separator}limit={limit}&cursor={cursor}")
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def test_a_list_is_whole_a_page_at_a_time(program: Program, product: Product, cso: User) -> None:
    for number in range(7):
        a_hazard(product, cso, f"Hazard {number}")
    whole = program.get("hazards")
    assert whole["next"] is None
    assert len(whole["items"]) == 7
    for limit in (1, 3, 7):
        assert everything(program, "hazards", limit) == whole["items"]
    by_owner = everything(program, "hazards?sort=-owner", 2)
    assert by_owner == program.get("hazards?sort=-owner")["items"]


def test_nothing_is_given_twice_where_something_came_in_between(
    program: Program, product: Product, cso: User
) -> None:
    for number in range(4):
        make_feature(product, f"Feature {number}")
    first = program.get("features?limit=2")
    make_feature(product, "Feature 4")
    rest = program.get(f"features?limit=100&cursor={first['next']}")
    titles = [each["title"] for each in first["items"] + rest["items"]]
    assert titles == [f"Feature {number}" for number in range(5)]


def test_the_last_one_that_was_given_may_leave_the_list(
    program: Program, product: Product, cso: User
) -> None:
    hazards = [a_hazard(product, cso, f"Hazard {number}") for number in range(4)]
    first = program.get("hazards?limit=2")
    withdraw_hazard(hazard=hazards[1], by=cso, reason="Raised twice")
    rest = program.get(f"hazards?cursor={first['next']}")
    given = [each["reference"] for each in first["items"] + rest["items"]]
    assert given == [hazard.reference for hazard in hazards], "none is passed over"


@pytest.mark.parametrize(
    "cursor", ["x", "1", "-", "1-2-3", "A-1", "1234567890abc-1", "%C3%A9", "1-%00"]
)
def test_a_cursor_that_is_none_of_ours_is_refused(program: Program, cursor: str) -> None:
    for path in ("products", "features", "hazards", "releases", "safety-case/versions"):
        where = "/api/v1/products" if path == "products" else path
        problem_of(program.call("GET", f"{program.address(where)}?cursor={cursor}"), 422)


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1", "1.5"])
def test_a_page_has_a_hundred_at_most(program: Program, limit: str) -> None:
    problem = problem_of(program.call("GET", f"features?limit={limit}"), 422)
    assert problem["errors"][0]["where"].endswith("limit")


def test_the_log_is_filtered_as_its_page_is(
    program: Program, product: Product, cso: User, client_of: ClientOf
) -> None:
    risky = a_live_hazard(product, cso, name="A dose is missed")
    an_estimate(risky, cso)
    a_control(risky, cso)
    other = a_hazard(product, cso, "The wrong patient", owner_id=cso.pk)
    feature = make_feature(product)
    program.post("hazards", {"name": "A third", "features": [feature.reference]})
    expected = {
        "": {risky.reference, other.reference, "HAZ-003"},
        "q=dose": {risky.reference},
        "state=live": {risky.reference},
        "needs_estimate=1&state=draft": {other.reference, "HAZ-003"},
        "mine=true": {other.reference},
        f"owner={cso.email}": {other.reference},
        "owner=nobody@example.org": set(),
        "owner=none": {risky.reference, "HAZ-003"},
        f"feature={feature.reference}": {"HAZ-003"},
        "controls=waiting": {risky.reference},
        "initial=3": {risky.reference},
        "initial_cell=major:low": {risky.reference},
        "initial_cell=Major:Unheard+of": set(),
        "initial=none&sort=-reference": {other.reference, "HAZ-003"},
        "release=9.9": set(),
    }
    for query, references in expected.items():
        found = program.get(f"hazards?{query}")["items"]
        assert {each["reference"] for each in found} == references, query


def test_whatever_the_log_can_be_narrowed_to_is_a_filter_here_too() -> None:
    asked = HazardQuery.model_fields
    assert {*FACETS, *MARKS, "q", "release"} | set(Paging.model_fields) | {"sort"} == set(asked)
    sorts = {"", *SORTS, *(f"-{sort}" for sort in SORTS)}
    assert set(get_args(asked["sort"].annotation)) == sorts


@pytest.mark.parametrize(
    "query", ["state=gone", "sort=name", "controls=all", "mine=perhaps", "stat=open"]
)
def test_a_filter_that_makes_no_sense_is_told(program: Program, query: str) -> None:
    """On a page it is left out; a program would take all hazards for those that it asked for."""
    problem_of(program.call("GET", f"hazards?{query}"), 422)


def test_lists_ask_as_often_for_many(
    program: Program, product: Product, cso: User, django_assert_max_num_queries: Any
) -> None:
    def queries(path: str) -> int:
        with django_assert_max_num_queries(60) as asked:
            program.get(path)
        return len(asked)

    def grow(count: int) -> None:
        for _ in range(count):
            hazard = a_hazard(product, cso)
            a_control(hazard, cso)
            make_feature(product)
            make_release(product, f"{Hazard.objects.count()}.0")

    grow(3)
    paths = ("hazards", "hazards?q=repeat", "features", "releases", "hazards/HAZ-001/history")
    for path in paths:
        program.get(path)
    few = {path: queries(path) for path in paths}
    grow(9)
    assert {path: queries(path) for path in paths} == few


# --- Hazards --------------------------------------------------------------------------------------


def test_a_hazard_is_read_whole(program: Program, product: Product, cso: User) -> None:
    hazard = a_live_hazard(product, cso, owner_id=cso.pk)
    cause = a_cause(hazard, cso)
    control = a_control(hazard, cso, causes=[cause])
    an_estimate(hazard, cso)
    read = program.get(f"hazards/{hazard.reference}")
    assert read["owner"] == {"name": cso.name, "email": cso.email}
    assert read["causes"][0] == {
        "id": str(cause.public_id), "text": cause.text, "kind": None, "accepted_because": "",
    }  # fmt: skip
    assert read["controls"] == [control.reference]
    assert read["initial"]["severity"] == "Major"
    assert read["initial"]["risk_class"] == 3
    assert read["residual"] is None
    assert read["url"].endswith(f"/products/{product.slug}/hazards/{hazard.reference}/")
    [listed] = program.get(f"hazards/{hazard.reference}/controls")["items"]
    assert listed["causes"] == [str(cause.public_id)]
    assert listed["state"] == "proposed"


def test_a_hazard_is_raised_with_its_parts(program: Program, product: Product) -> None:
    feature = make_feature(product)
    answer = program.post(
        "hazards",
        {
            "name": "A dose is missed",
            "cause": "The reminder\r\nis late",
            "harm": "The patient relapses",
            "features": [feature.reference],
            "for_patients": "You may miss a dose",
        },
    )
    assert answer.status_code == 201
    raised = answer.json()
    assert raised["state"] == "draft"
    assert raised["causes"][0]["text"] == "The reminder\nis late"
    assert raised["features"] == [feature.reference]
    assert raised["for_patients"] == "You may miss a dose"
    assert (
        program.call("GET", answer.headers["Location"].partition("testserver")[2]).json() == raised
    )
    assert answer.headers["ETag"] == f'"{raised["version"]}"'


def test_what_is_made_says_where_it_is_as_the_description_does(
    program: Program, product: Product, cso: User
) -> None:
    on = f"hazards/{a_hazard(product, cso).reference}/controls"
    paths = json.loads(description())["paths"]
    for path, body in (
        ("hazards", {"name": "A dose is missed"}),
        ("features", {"title": "Reminders"}),
        (on, {"text": "A warning is shown"}),
        ("triage", {"feature": make_feature(product).reference, "outcome": "no_effect"}),
    ):
        answer = program.post(path, body)
        assert answer.status_code == 201, answer.content
        told = "/products/{slug}/" + (path if path != on else "hazards/{reference}/controls")
        made = paths[f"/api/v1{told}"]["post"]["responses"]["201"]
        assert ("Location" in answer.headers) == ("Location" in made.get("headers", {})), path


def test_one_id_raises_one_hazard(program: Program) -> None:
    body = {"name": "A dose is missed", "id": str(uuid.uuid4())}
    assert program.post("hazards", body).status_code == 201
    problem_of(program.post("hazards", body), 409)
    assert Hazard.objects.count() == 1


def test_what_is_named_and_not_there_is_said(program: Program) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("hazards", {"name": "A", "features": ["FEAT-9"]}),
        ("features", {"title": "A", "owner": "nobody@example.org"}),
        ("triage", {"feature": "FEAT-9", "outcome": "no_effect"}),
        ("triage", {"change": "CHG-9", "outcome": "no_effect"}),
        ("triage", {"outcome": "no_effect"}),
    ]
    for path, body in wrong:
        problem_of(program.post(path, body), 409)
    assert not Hazard.objects.exists()


def test_a_change_names_the_version_that_was_read(
    program: Program, product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    path = f"hazards/{hazard.reference}"
    read = program.call("GET", path)
    version = read.json()["version"]
    assert read.headers["ETag"] == f'"{version}"'
    problem_of(program.patch(path, {"effect": "A"}, None), 428)
    problem_of(program.call("PATCH", path, {"effect": "A"}, if_match="*"), 428)
    problem_of(program.call("PATCH", path, {"effect": "A"}, if_match='W/"1"'), 422)
    changed = program.patch(path, {"effect": "A"}, version)
    assert changed.status_code == 200
    assert changed.headers["ETag"] == f'"{version + 1}"'
    assert changed.json()["effect"] == "A"


def test_a_stale_change_is_refused_with_both_versions(
    program: Program, product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso, effect="Before")
    path = f"hazards/{hazard.reference}"
    version = program.get(path)["version"]
    edit_hazard(hazard=hazard, by=cso, changes={"effect": "Theirs"})
    before = Entry.objects.count()
    problem = problem_of(program.patch(path, {"effect": "Mine"}, version), 412)
    assert problem["current_version"] == version + 1
    assert problem["conflicts"] == [
        {
            "field": "effect",
            "label": "effect",
            "base": "Before",
            "theirs": "Theirs",
            "yours": "Mine",
        }
    ]
    # Another field does not collide, but the program has not read what it changes.
    problem = problem_of(program.patch(path, {"family": "Medicines"}, version), 412)
    assert problem["conflicts"] == []
    assert Entry.objects.count() == before
    assert Hazard.objects.get().effect == "Theirs"


def test_whoever_saves_between_question_and_lock_is_not_overwritten(
    program: Program, product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hazard = a_hazard(product, cso, effect="Before")
    path = f"hazards/{hazard.reference}"
    version = program.get(path)["version"]

    def late(row: object, base: int, proposed: object) -> None:
        edit_hazard(hazard=hazard, by=cso, changes={"effect": "Theirs"})

    monkeypatch.setattr("hazards.api.check_current", late)
    problem = problem_of(program.patch(path, {"effect": "Mine"}, version), 412)
    assert problem["conflicts"][0]["theirs"] == "Theirs"
    assert Hazard.objects.get().effect == "Theirs"


def test_what_was_approved_is_changed_with_a_reason(
    program: Program, product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    HazardSummary.objects.update(approved_version=1)
    path = f"hazards/{hazard.reference}"
    problem = problem_of(program.patch(path, {"effect": "A"}, hazard.version), 409)
    assert problem["type"].endswith("#problem-reason-needed")
    changed = program.patch(path, {"effect": "A", "reason": "The ward said so"}, hazard.version)
    assert changed.status_code == 200


def test_names_and_days_are_changed_and_taken_away(
    program: Program, product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    release = make_release(product, "1.0.0")
    path = f"hazards/{hazard.reference}"
    soon = timezone.localdate() + datetime.timedelta(days=9)
    body = {
        "owner": cso.email.upper(), "review_date": soon.isoformat(),
        "first_release": release.label, "actions": "Ask the ward",
    }  # fmt: skip
    changed = program.patch(path, body, hazard.version).json()
    assert changed["owner"]["email"] == cso.email
    assert changed["review_date"] == soon.isoformat()
    assert changed["first_release"] == "1.0.0"
    assert changed["actions"] == "Ask the ward"
    taken = {"owner": None, "review_date": None, "first_release": None}
    again = program.patch(path, taken, changed["version"]).json()
    assert (again["owner"], again["review_date"], again["first_release"]) == (None, None, None)
    assert again["actions"] == "Ask the ward", "what is left out stays"
    problem_of(program.patch(path, {"review_date": "2020-01-01"}, again["version"]), 422)


def test_history_tells_who_changed_what(program: Program, product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    edit_hazard(hazard=hazard, by=cso, changes={"effect": "Harm"}, reason="The ward said so")
    newest, first = program.get(f"hazards/{hazard.reference}/history")["items"]
    assert newest["person"] == cso.name
    assert newest["reason"] == "The ward said so"
    assert newest["changes"][0]["fields"] == [{"label": "Effect", "old": "", "new": "Harm"}]
    assert first["changes"][0]["kind"] == "added"


# --- Controls and evidence ------------------------------------------------------------------------


def test_a_control_acts_on_what_is_named(program: Program, product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    cause, harm = a_cause(hazard, cso), a_harm(hazard, cso)
    made = program.post(
        f"hazards/{hazard.reference}/controls",
        {
            "text": "Review once a year", "type": "business_process", "party": "manufacturer",
            "causes": [str(cause.public_id)], "harms": [str(harm.public_id)],
            "implementer": cso.email,
        },
    )  # fmt: skip
    assert made.status_code == 201
    control = made.json()
    assert control["causes"] == [str(cause.public_id)]
    assert control["harms"] == [str(harm.public_id)]
    assert control["implementer"] == cso.name
    assert control["kind"] == "additional"
    elsewhere = a_cause(a_hazard(product, cso, "Another"), cso)
    body = {"text": "A", "causes": [str(elsewhere.public_id)]}
    problem_of(program.post(f"hazards/{hazard.reference}/controls", body), 409)


def test_a_pipeline_records_what_it_tested(program: Program, product: Product, cso: User) -> None:
    release = make_release(product, "1.1.0")
    control = a_control(a_hazard(product, cso), cso)
    made = program.post(
        f"controls/{control.reference}/evidence",
        {
            "title": "Regression suite", "state": "obtained", "of": "effectiveness",
            "result": "pass", "link": "https://ci.example.org/runs/42",
            "dated_on": timezone.localdate().isoformat(), "release": release.label,
        },
    )  # fmt: skip
    assert made.status_code == 201, made.content
    [evidence] = Evidence.objects.all()
    assert made.json()["id"] == str(evidence.public_id)
    assert evidence.release == release
    assert evidence.verifier is None, "a program is nobody's verifier"


def test_evidence_that_failed_takes_verified_back(
    program: Program, product: Product, cso: User
) -> None:
    release = make_release(product, "1.1.0")
    control = a_control(a_hazard(product, cso), cso)
    for of in EvidenceOf:
        passed_evidence(control, cso, release, of)
    bring_to(control, cso, ControlState.VERIFIED)
    failed = {
        "title": "Run 43", "state": "obtained", "of": "effectiveness", "result": "fail",
        "dated_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    assert program.post(f"controls/{control.reference}/evidence", failed).status_code == 201
    assert Control.objects.get().state == ControlState.IMPLEMENTED


def test_nobody_speaks_for_another_verifier(product: Product, engineer: User, cso: User) -> None:
    control = a_control(a_hazard(product, cso), cso)
    program = program_of(engineer, product)
    path = f"controls/{control.reference}/evidence"
    seen = {"title": "Run", "state": "obtained", "result": "pass", "verifier": cso.email}
    problem_of(program.post(path, seen), 403)
    assert program.post(path, seen | {"verifier": engineer.email}).status_code == 201


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "ftp://x.example", "x", "https://x.example/a b",
        "https://x.example/\x05", "https://x.example/\x85", "https://x.example/\u202egro.live",
    ],
)  # fmt: skip
def test_a_link_is_a_web_address(program: Program, product: Product, cso: User, link: str) -> None:
    control = a_control(a_hazard(product, cso), cso)
    path = f"controls/{control.reference}/evidence"
    problem_of(program.post(path, {"title": "Run", "link": link}), 422)


# --- Features, triage, the gate, versions ---------------------------------------------------------


def test_features_are_listed_as_their_page_lists_them(program: Program, product: Product) -> None:
    for title in ("Reminders", "Allergies", "Orders"):
        make_feature(product, title)
    listed = [each["title"] for each in everything(program, "features?sort=title", 2)]
    assert listed == ["Allergies", "Orders", "Reminders"]
    assert [each["title"] for each in program.get("features?q=rem")["items"]] == ["Reminders"]
    problem_of(program.call("GET", "features?sort=height"), 422)


def test_a_feature_is_changed_together_with_how_far_it_is_built(
    program: Program, product: Product
) -> None:
    feature = make_feature(product)
    path = f"features/{feature.reference}"
    body = {"title": "Reminders", "state": "in_build"}
    changed = program.patch(path, body, feature.version)
    assert changed.status_code == 200, changed.content
    now = Feature.objects.get()
    assert (now.title, now.state) == ("Reminders", BuildState.IN_BUILD)
    assert now.build_began_on == timezone.localdate()
    assert changed.json()["version"] == now.version
    problem_of(program.patch(path, body, feature.version), 412)


def test_all_of_a_change_is_saved_or_none(
    program: Program, product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit.errors import NotPossible

    def refuse(**values: object) -> None:
        raise NotPossible("It cannot go there. Nothing was changed.")

    monkeypatch.setattr("products.actions.build_state.set_build_state", refuse)
    feature = make_feature(product)
    body = {"title": "Reminders", "state": "built"}
    problem_of(program.patch(f"features/{feature.reference}", body, feature.version), 409)
    assert Feature.objects.get().title == feature.title


def test_triage_is_recorded(program: Program, product: Product, cso: User) -> None:
    feature = make_feature(product)
    answer = program.post(
        "triage",
        {"feature": feature.reference, "touches": ["medicines"], "outcome": "needs_cso"},
    )
    assert answer.status_code == 201, answer.content
    assert answer.json()["touches"] == ["medicines"]
    assert Triage.objects.get().triaged_by == cso
    body = {"feature": feature.reference, "touches": ["weather"], "outcome": "needs_cso"}
    problem_of(program.post("triage", body), 422)


def test_what_left_the_log_covers_nothing(program: Program, product: Product, cso: User) -> None:
    feature, hazard, stays = make_feature(product), a_hazard(product, cso), a_hazard(product, cso)
    control = a_control(stays, cso)
    set_control_state(control=control, by=cso, state=ControlState.WITHDRAWN, reason="Replaced")
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    for cover in ({"hazards": [hazard.reference]}, {"controls": [control.reference]}):
        body = {"feature": feature.reference, "outcome": "covered"} | cover
        assert "so it covers nothing" in problem_of(program.post("triage", body), 409)["detail"]
    assert not Triage.objects.exists()


def test_the_gate_answers_a_pipeline(product: Product, engineer: User, cso: User) -> None:
    release = make_release(product, "1.1.0")
    a_live_hazard(product, cso, first_release_id=release.pk)
    program = program_of(engineer, product, TokenScope.GATE)
    said = program.get("releases/1.1.0/gate")
    assert said["decision"] == "blocked"
    assert said["reasons"]
    assert said["fingerprint"] == program.get("releases/1.1.0/gate")["fingerprint"]
    assert len(said["fingerprint"]) == 64
    problem_of(program.call("GET", "releases/9.9/gate"), 404)


def test_an_issued_version_is_read_and_taken(
    program: Program, product: Product, cso: User, executive: User
) -> None:
    number = on_issued_pdf(World(product, cso, executive))["number"]
    [version] = program.get("safety-case/versions")["items"]
    assert version["number"] == number
    assert version["pdf"]["pages"] == 1
    for kind, content_type in (("json", "application/json"), ("pdf", "application/pdf")):
        before = AccessEvent.objects.count()
        answer = program.call("GET", f"safety-case/versions/{number}.{kind}")
        content = answer.getvalue()
        assert answer.headers["Content-Type"] == content_type
        assert "no-store" in answer.headers["Cache-Control"]
        assert AccessEvent.objects.count() == before + 1, "what leaves is in the record"
        assert AccessEvent.objects.latest("pk").accessed_by == cso
        taken = Entry.objects.filter(model="audit.accessevent").latest("pk")
        assert taken.reason.endswith("(by the token “Pipeline”)")
        if kind == "json":
            assert hashlib.sha256(content).hexdigest() == version["sha256"]
    problem_of(program.call("GET", "safety-case/versions/99.json"), 404)


# --- Refusals -------------------------------------------------------------------------------------


def test_no_answer_is_much_larger_than_what_it_answers(program: Program) -> None:
    unknown = {"title": "A"} | {f"m{number}": 1 for number in range(5_000)}
    problem = problem_of(program.post("features", unknown), 422)
    assert len(problem["errors"]) == MOST_ERRORS
    assert problem["detail"].endswith(f"the first {MOST_ERRORS} of 5,000.")
    answer = program.post("features", {"title": "A", "x" * 500_000: 1})
    [error] = problem_of(answer, 422)["errors"]
    assert error["where"].startswith("body.xxx")
    assert len(answer.content) < 1_000


def test_a_misspelt_member_is_told(program: Program) -> None:
    """It was meant to do something; taken for nothing, it would be lost without a word."""
    problem = problem_of(program.post("hazards", {"name": "A", "desription": "B"}), 422)
    assert problem["errors"][0]["where"].endswith("desription")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"x"', 422),
        (b"", 422),
        (b'{"name": NaN}', 422),
        (b'{"name": "\\ud800"}', 422),
        (b'{"name": "a\\u0000b"}', 422),
        (b'{"name": ""}', 422),
        (b'{"name": " "}', 409),
        (json.dumps({"name": "x" * 301}).encode(), 422),
        (json.dumps({"name": "x" * 1_000_000}).encode(), 413),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused(program: Program, body: bytes, status: int) -> None:
    problem_of(program.call("POST", "hazards", body), status)
    assert not Hazard.objects.exists()


def test_a_body_is_json(program: Program) -> None:
    for content_type in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        answer = program.call("POST", "hazards", b"name=A", content_type=content_type)
        problem_of(answer, 415)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "features", "GET, POST"),
        ("PUT", "hazards/HAZ-001", "GET, PATCH"),
        ("POST", "releases", "GET"),
        ("OPTIONS", "hazards", "GET, POST"),
    ],
)
def test_a_method_that_is_none_says_which_are(
    program: Program, method: str, path: str, allowed: str
) -> None:
    answer = program.call(method, path)
    problem_of(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == set(allowed.split(", "))


@pytest.mark.parametrize(
    "address",
    ["/api/", "/api/v1/", "/api/v2/products", "/api/v1/nowhere", "/api/v1/products/%00/features",
     "/api/v1/products/x/hazards/a%2Fb", "/api/v1/products/../features"],
)  # fmt: skip
def test_an_address_that_is_none_is_a_problem_too(address: str, db: None) -> None:
    for method in ("GET", "POST"):
        problem_of(call(method, address), 404)


def test_odd_references_are_not_found(program: Program) -> None:
    for reference in ("%00", "HAZ-999", "x" * 500, "%F0%9F%92%8A", "%FF", "'--"):
        for path in (f"hazards/{reference}", f"features/{reference}", f"releases/{reference}/gate"):
            problem_of(program.call("GET", path), 404)
        body = {"title": "Run"}
        problem_of(program.post(f"controls/{reference}/evidence", body), 404)
    for number in ("99999999999999999999", "0"):
        problem_of(program.call("GET", f"safety-case/versions/{number}.json"), 404)


def test_an_error_of_ours_is_a_problem_that_tells_nothing(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_it(*args: object) -> None:
        raise RuntimeError("the disk /dev/sda is full")

    monkeypatch.setattr("products.api.features_where", break_it)
    answer = program.call("GET", "features")
    problem_of(answer, 500)
    assert b"sda" not in answer.content


def test_a_busy_database_says_when_to_come_back(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def busy(*args: object, **values: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("products.api.create_feature", busy)
    monkeypatch.setattr("accounts.busy.is_busy", lambda _: True)
    answer = program.post("features", {"title": "A"})
    problem_of(answer, 503)
    assert answer.headers["Retry-After"] == "60"


def test_no_cookie_is_set_and_nobody_keeps_an_answer(program: Program) -> None:
    answer = program.call("GET", "features")
    assert not answer.cookies
    assert "private" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
