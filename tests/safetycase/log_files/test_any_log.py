"""Whatever log there may be: the columns that a file carries come back as they were."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from hazards.importing.apply import apply_import
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.models import ControlLink, Estimate
from hazards.record_format.export import record_of
from hazards.record_format.matrices import acceptability_of, class_in
from hazards.record_format.text import record_pieces
from hazards.record_format.values import MatrixValue, RecordValue
from products.choices import Role
from products.models import Product
from safetycase.log_export import LogFormat, live_pieces
from tests.factories import join, make_product
from tests.hazards.importing.imports import bring_in, bring_in_sample
from tests.hazards.importing.workbooks import table
from tests.hazards.record_format.twins import restored
from tests.safetycase.log_files.logs import a_mixed_log

#: Words with everything in them that CSV, Markdown or a spreadsheet has a meaning for.
WORDS = st.text("abÉ =+-@'\"|<>*_\\#&;:,.`[]()", max_size=12).map(
    lambda text: " ".join(f"x{text}y".split())
)
BEFORE = st.sampled_from(["", "", "", "=", "+", "@", "'=", "-"])
TITLES = st.builds(lambda before, words: f"{before}{words}", BEFORE, WORDS)
STORIES = st.lists(TITLES, max_size=3).map("\n".join)
COUNTS = st.integers(0, 4)
LETTERS = "abcdefghijklmno"
TYPES = (("existing", ""), *(("additional", type_) for type_ in ("", "design", "training")))


@st.composite
def logs(draw: st.DrawFn, empty: RecordValue) -> Any:
    """A log of what the columns carry."""
    hazards: list[Any] = []
    controls: list[Any] = []
    evidence: list[Any] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        hazard = _hazard(draw, number, empty["matrices"][0])
        hazards.append(hazard)
        own = [_control(draw, len(controls) + n, hazard) for n in range(1, draw(COUNTS) + 1)]
        controls += own
        tested = st.sets(st.sampled_from([each["reference"] for each in own]), min_size=1)
        for _ in range(draw(st.integers(0, 3)) if own else 0):
            evidence.append(_test(draw, len(evidence), sorted(draw(tested))))
    return {**empty, "hazards": hazards, "controls": controls, "evidence": evidence}


def _apart(draw: st.DrawFn, texts: st.SearchStrategy[str], count: int) -> list[str]:
    """So many texts that no two of them say the same."""
    return [f"{draw(texts)} {'qrstuvw'[place]}" for place in range(count)]


def _hazard(draw: st.DrawFn, number: int, matrix: MatrixValue) -> dict[str, Any]:
    causes = _apart(draw, TITLES, draw(st.integers(0, 3)))
    harms = _apart(draw, TITLES, draw(st.integers(0, 2)))
    return {
        "number": number,
        "reference": f"HAZ-{number:03d}",
        "imported_reference": draw(st.sampled_from(["", f"Old {number}"])),
        "name": f"{draw(TITLES)} {'abc'[number - 1]}",
        "description": draw(STORIES),
        "effect": draw(STORIES),
        "for_patients": draw(STORIES),
        "for_product": draw(STORIES),
        "family": draw(st.sampled_from(["", "Medicines"])),
        "state": "live" if harms else "draft",
        "status": "open",
        "merged_into": None,
        "split_from": None,
        "library_entry": "",
        "actions": draw(STORIES),
        "justification": draw(STORIES),
        "owner": None,
        "owner_role": draw(st.sampled_from(["", "Clinical lead"])),
        "review_date": draw(st.sampled_from([None, "2027-01-31"])),
        "in_scope_from": "",
        "features": [],
        "harms": [{"text": text, "in_the_log": True} for text in harms],
        "causes": [
            {"text": text, "kind": "", "accepted_because": "", "in_the_log": True}
            for text in causes
        ],
        "estimates": [
            _estimate(draw, stage, place, matrix)
            for stage in ("initial", "residual")
            for place in [None, *range(1, len(causes) + 1)]
            if draw(st.booleans())
        ],
    }


def _estimate(
    draw: st.DrawFn, stage: str, cause: int | None, matrix: MatrixValue
) -> dict[str, Any]:
    severity = draw(st.sampled_from(["Minor", "Major"]))
    likelihood = draw(st.sampled_from(["Low", "Very high"]))
    number = class_in(matrix, severity, likelihood)
    assert number is not None
    return {
        "stage": stage,
        "cause": cause,
        "harm": None,
        "patients": "",
        "matrix": matrix["number"],
        "severity": severity,
        "likelihood": likelihood,
        "class": number,
        "acceptability": acceptability_of(matrix, number),
        "why_severity": "",
        "why_likelihood": "",
        "assumption": None,
        "by": {"name": "Clara Officer", "email": "clara@example.org"},
        "at": "2026-05-03T09:42:00.000000Z",
    }


def _control(draw: st.DrawFn, number: int, hazard: dict[str, Any]) -> dict[str, Any]:
    kind, type_ = draw(st.sampled_from(TYPES))
    places = range(1, len(hazard["causes"]) + 1)
    on: list[int | None] = [*sorted(draw(st.sets(st.sampled_from(places))))] if places else []
    return {
        "number": number,
        "reference": f"CTL-{number:03d}",
        "text": f"{draw(TITLES)} {LETTERS[number - 1]}",
        "kind": kind,
        "type": type_,
        "strength": "",
        "function": "",
        "party": "",
        "instruction": "",
        "state": "proposed",
        "delivered_in": "",
        "implementation_reference": "",
        "implementer": None,
        "due_on": None,
        "none_because": "",
        "new_hazards": [],
        "acts_on": [
            {"hazard": hazard["reference"], "cause": cause, "harm": None}
            for cause in (on or [None])
        ],
    }


def _test(draw: st.DrawFn, number: int, controls: list[str]) -> dict[str, Any]:
    return {
        "title": f"{draw(TITLES)} {LETTERS[number]}",
        "state": "planned",
        "of": "",
        "link": "",
        "file": None,
        "result": "",
        "dated_on": None,
        "release": "",
        "verifier": None,
        "valid_until": None,
        "in_the_log": True,
        "controls": controls,
    }


def exported(product: Product, form: LogFormat) -> bytes:
    return b"".join(live_pieces(product, form))


def moved(content: bytes, form: LogFormat, by: User) -> Product:
    """A new product into which a file was imported."""
    product = make_product("Moved", "moved")
    join(product, by, Role.CLINICAL_SAFETY_OFFICER)
    log = read_log(name=f"log.{form.value}", content=content)
    assert log.refused == []
    apply_import(plan=plan_import(product=product, log=log, by=by), by=by)
    return product


FILES = pytest.mark.parametrize("form", [LogFormat.CSV, LogFormat.MARKDOWN, LogFormat.XLSX])


@FILES
def test_the_sample_comes_back(product: Product, cso: User, form: LogFormat) -> None:
    bring_in_sample(product, cso)
    there = moved(exported(product, form), form, cso)
    assert exported(there, LogFormat.CSV) == exported(product, LogFormat.CSV)


@FILES
def test_a_control_of_every_cause_is_not_taken_for_one_of_the_hazard(
    product: Product, cso: User, form: LogFormat
) -> None:
    a_mixed_log(product, cso)
    there = moved(exported(product, form), form, cso)
    links = ControlLink.objects.filter(hazard__product=there)
    assert links.get(control__text="On the only cause").cause is not None
    assert links.get(control__text="On everything").cause is None


@FILES
def test_an_estimate_of_every_cause_comes_back_into_its_own_log_as_it_stands(
    product: Product, cso: User, form: LogFormat
) -> None:
    # One log scores each cause; of its second hazard there is only one, of its third all alike.
    headings = ["ID", "Hazard", "Harm", "Cause", "Severity", "Likelihood"]
    rows = [
        ["H1", "A dose is late", "Pain", "Queue", "Major", "Low"],
        ["", "", "", "Outage", "Major", "High"],
        ["H2", "A dose is lost", "Relapse", "Outage", "Major", "Low"],
        ["H3", "A dose is wrong", "Death", "Units", "Major", "Low"],
        ["", "", "", "Decimals", "Major", "Low"],
    ]
    bring_in(product, cso, table(headings, *rows))
    assert not Estimate.objects.filter(cause=None).exists()
    log = read_log(name=f"log.{form.value}", content=exported(product, form))
    assert not apply_import(plan=plan_import(product=product, log=log, by=cso), by=cso).changed


@FILES
@settings(
    max_examples=16,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_any_log_comes_back(
    product: Product, cso: User, form: LogFormat, data: st.DataObject
) -> None:
    value = data.draw(logs(record_of(product)))
    with transaction.atomic():
        restored(b"".join(record_pieces(value)), product, cso)
        before = exported(product, LogFormat.CSV)
        log = read_log(name=f"log.{form.value}", content=exported(product, form))
        itself = apply_import(plan=plan_import(product=product, log=log, by=cso), by=cso)
        there = moved(exported(product, form), form, cso)
        after = exported(there, LogFormat.CSV)
        transaction.set_rollback(True)
    assert after.decode() == before.decode()
    assert not itself.changed
