"""Out and in again: the same bytes, and a log that says the same."""

import json
from typing import Any

import pytest

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.causes import withdraw_cause, withdraw_harm
from hazards.actions.controls import link_control, set_new_hazards
from hazards.actions.estimates import edit_assumption
from hazards.actions.evidence import keep_evidence_file, withdraw_evidence
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.choices import HazardState, HazardStatus, Stage
from hazards.models import Cause, Control, Estimate, Evidence, EvidenceFile, Hazard, ImportBatch
from hazards.record_format.export import record_of
from products.actions import edit_feature
from products.models import Product
from safetycase.snapshot.shape import Snapshot
from tests.factories import make_person, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    some_evidence,
    verify,
)
from tests.hazards.record_format.twins import (
    a_twin,
    an_empty_product,
    planned,
    record_bytes,
    restored,
)
from tests.safetycase.log_files.logs import a_mixed_log, snapshot_of
from tests.safetycase.story import Story


def test_a_log_with_everything_comes_back_byte_for_byte(story: Story, cso: User) -> None:
    content = record_bytes(story.product)
    twin = a_twin(story.product)
    report = restored(content, twin, cso)
    assert record_bytes(twin) == content
    assert report.findings == []
    assert report.counts["hazards"].created == 8


def test_it_says_the_same_in_the_report_of_the_other_product(story: Story, cso: User) -> None:
    twin = a_twin(story.product)
    restored(record_bytes(story.product), twin, cso)
    one, other = (snapshot_of(each)["hazards"] for each in (story.product, twin))
    assert [_plain(each) for each in other] == [_plain(each) for each in one]


def _plain(hazard: Any) -> Any:
    """A hazard of a snapshot without keys, and without who brought it in, and when."""
    own = {"public_id", "content_version", "at", "by"}
    if isinstance(hazard, dict):
        return {name: _plain(value) for name, value in hazard.items() if name not in own}
    return [_plain(each) for each in hazard] if isinstance(hazard, list) else hazard


def test_again_into_the_same_product_changes_nothing(story: Story, cso: User) -> None:
    content = record_bytes(story.product)
    before = ImportBatch.objects.count(), Estimate.objects.count()
    report = restored(content, story.product, cso)
    assert not report.changed
    assert report.batch == ""
    assert report.counts["hazards"].unchanged == 8
    assert (ImportBatch.objects.count(), Estimate.objects.count()) == before
    twin = a_twin(story.product)
    restored(content, twin, cso)
    assert not restored(content, twin, cso).changed
    assert record_bytes(twin) == content


def test_a_log_of_every_kind_of_part(product: Product, cso: User) -> None:
    hazards = a_mixed_log(product, cso)
    first = hazards[0]
    cause = Cause.objects.filter(hazard=hazards[1]).first()
    assert cause is not None
    an_estimate(hazards[1], cso, "Minor", "Low", cause=cause)
    withdraw_cause(cause=cause, by=cso, reason="It cannot happen")
    harm = a_harm(first, cso, "A harm that nobody suffers")
    withdraw_harm(harm=harm, by=cso, reason="Nobody suffers it")
    control = Control.objects.filter(product=product).first()
    assert control is not None
    link_control(control=control, hazard=hazards[2], by=cso)
    set_new_hazards(control=control, by=cso, hazards=[hazards[3]])
    evidence = some_evidence(control, cso, "Withdrawn evidence")
    withdraw_evidence(evidence=evidence, by=cso, reason="It was of another control")
    edit_hazard(hazard=first, by=cso, changes={"owner_id": cso.pk, "review_date": "2026-09-01"})
    assumption = an_assumption(product, cso, valid_until="2027-01-01")
    an_estimate(first, cso, "Major", "Low", assumption=assumption)
    edit_assumption(assumption=assumption, by=cso, changes={"state": "broken"})
    withdraw_hazard(hazard=hazards[3], by=cso, reason="Not of this product")
    content = record_bytes(product)
    twin = a_twin(product)
    restored(content, twin, cso)
    assert record_bytes(twin) == content
    assert Hazard.objects.get(product=twin, reference="HAZ-004").state == HazardState.WITHDRAWN


def test_estimates_say_who_made_them_where_and_when(product: Product, cso: User) -> None:
    hazard = a_live_hazard(product, cso)
    made = an_estimate(hazard, cso, "Major", "Low")
    an_estimate(hazard, cso, "Major", "Very low", Stage.RESIDUAL)
    twin = a_twin(product)
    restored(record_bytes(product), twin, cso)
    back = Estimate.objects.filter(hazard__product=twin).order_by("pk").first()
    assert back is not None
    assert back.recorded_by == "Clara Officer <clara.officer@example.org>"
    assert back.recorded_when.startswith(f"{made.estimated_at:%Y-%m-%dT%H:%M:%S}")
    assert back.recorded_when.endswith("Z")
    assert (back.class_number, back.severity.matrix) == (3, back.matrix)
    shown = Hazard.objects.get(product=twin)
    assert shown.worst_initial_id == back.pk
    assert shown.worst_residual is not None
    assert shown.content_version == 1
    assert shown.summary.residual_class == 2


def test_people_who_are_not_on_the_team_stay_names(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso, owner_id=cso.pk, owner_role="Clinical lead")
    control = a_control(hazard, cso, implementer_id=cso.pk)
    verify(control, cso, make_release(product))
    content = record_bytes(product)
    somebody = make_person("Olga Other")
    there = an_empty_product(somebody, "Elsewhere")
    report = restored(content, there, somebody)
    back = Hazard.objects.get(product=there)
    assert back.owner is None
    assert back.owner_role == "Clara Officer <clara.officer@example.org> (Clinical lead)"
    moved = Control.objects.get(product=there)
    assert moved.implementer is None
    assert moved.implementer_name == "Clara Officer <clara.officer@example.org>"
    tests = Evidence.objects.filter(product=there)
    assert {each.verifier_name for each in tests} == {moved.implementer_name}
    assert {each.verifier for each in tests} == {None}
    found = {each.found: each.done for each in report.findings}
    assert "the name is kept in words" in found["Clara Officer <clara.officer@example.org>"]
    assert "owner of HAZ-001" in found["Clara Officer <clara.officer@example.org>"]
    assert "no such release" in found["Release 1.0.0"]
    # Whoever is a name only is one in the next file too.
    again = json.loads(record_bytes(there))
    assert again["hazards"] == json.loads(content)["hazards"]


def test_features_are_linked_by_reference_and_title(story: Story, cso: User) -> None:
    twin = a_twin(story.product)
    other = twin.features.get(reference="FEAT-2")
    edit_feature(feature=other, by=cso, changes={"title": "Something else"})
    report = restored(record_bytes(story.product), twin, cso)
    [finding] = report.findings
    assert finding.found == "FEAT-2 Feature of 1.1.0"
    assert "is “Something else” here" in finding.done
    assert not other.hazard_links.exists()


def test_files_are_named_and_linked_where_the_product_has_them(product: Product, cso: User) -> None:
    content = b"%PDF-1.7 a report of tests"
    file = keep_evidence_file(product=product, by=cso, name="tests.pdf", content=content)
    some_evidence(a_control(a_hazard(product, cso), cso), cso, file_id=file.pk)
    record = record_bytes(product)
    without, having = a_twin(product, "Without"), a_twin(product, "Having")
    [finding] = restored(record, without, cso).findings
    assert file.sha256 in finding.found
    assert "A file is not part of this format" in finding.done
    own = keep_evidence_file(product=having, by=cso, name="tests.pdf", content=content)
    assert restored(record, having, cso).findings == []
    assert Evidence.objects.get(product=having).file == own
    assert record_bytes(having) == record
    assert EvidenceFile.objects.filter(product=without).count() == 0


# --- What is refused ------------------------------------------------------------------------------


def test_it_is_never_mixed_with_another_log(story: Story, cso: User) -> None:
    there = an_empty_product(cso)
    a_hazard(there, cso, "A hazard of its own")
    with pytest.raises(NotPossible, match="is not empty, and it is not the one in this file"):
        planned(record_bytes(story.product), there, cso)
    assert Hazard.objects.filter(product=there).count() == 1


def test_a_log_that_changed_since_is_named(story: Story, cso: User) -> None:
    content = record_bytes(story.product)
    a_cause(story.hazards["confirmed"], cso, "Another cause")
    with pytest.raises(NotPossible, match="not alike: HAZ-001"):
        planned(content, story.product, cso)


def test_what_is_written_meanwhile_is_not_overrun(story: Story, cso: User) -> None:
    from hazards.record_format.apply import apply_restore

    there = an_empty_product(cso)
    plan = planned(record_bytes(story.product), there, cso)
    a_hazard(there, cso, "A hazard of its own")
    with pytest.raises(NotPossible, match="while this file was being looked at"):
        apply_restore(plan=plan, by=cso)
    assert Hazard.objects.filter(product=there).count() == 1


def test_another_matrix_is_refused_with_what_differs(story: Story, cso: User) -> None:
    value = json.loads(record_bytes(story.product))
    matrix = value["matrices"][0]
    matrix["rows"][0]["classes"][0] = 2
    with pytest.raises(NotPossible, match="Minor with Very low is class 2 in the file and 1 here"):
        planned(json.dumps(value).encode(), an_empty_product(cso), cso)
    matrix["severities"][0]["word"] = "Tiny"
    with pytest.raises(NotPossible, match="the words for severity are Tiny, Significant"):
        planned(
            json.dumps(
                value | {"hazards": [], "controls": [], "evidence": [], "assumptions": []}
            ).encode(),
            an_empty_product(cso, "Yet another"),
            cso,
        )


def test_who_may_not_import_may_not_restore(story: Story, cso: User, engineer: User) -> None:
    with pytest.raises(NotAllowed):
        planned(record_bytes(story.product), a_twin(story.product), engineer)


def test_only_the_officer_takes_states_over(
    story: Story, cso: User, clinical_product_manager: User
) -> None:
    content = record_bytes(story.product)
    twin = a_twin(story.product)
    report = restored(content, twin, clinical_product_manager)
    states = set(Hazard.objects.filter(product=twin).values_list("state", "status"))
    assert states == {
        (HazardState.DRAFT, HazardStatus.OPEN),
        (HazardState.WITHDRAWN, HazardStatus.OPEN),
    }
    drafts = [each for each in report.findings if "open draft" in each.done]
    live = Hazard.objects.filter(product=story.product, state=HazardState.LIVE).count()
    assert len(drafts) == live > 0


def test_a_record_is_read_as_values_too(story: Story) -> None:
    record = record_of(story.product)
    assert json.loads(record_bytes(story.product)) == record
    whole: Snapshot = snapshot_of(story.product)
    assert len(record["hazards"]) == len(whole["hazards"]) + 1  # the withdrawn one


def test_a_feature_that_nothing_names_is_not_in_it(story: Story, cso: User) -> None:
    assert len(record_of(story.product)["features"]) == 3
    link_feature(hazard=story.hazards["unplaced"], feature=story.features[2], by=cso)
    assert record_of(story.product)["hazards"][4]["features"] == ["FEAT-3"]
