"""Two people at one version at the same moment: one of them does it, the other is told."""

from typing import Any

import pytest
from django.core.cache import cache

from audit.errors import NotPossible
from products.actions.jobs import fail_job
from products.choices import Role
from products.models import Job, Product
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from safetycase.actions.pdf_requests import request_pdf
from safetycase.actions.versions import issue_version
from safetycase.issuing_rules import VersionState
from safetycase.models import Baseline, Issue
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.safetycase.version_factories import Ready, make_ready

TEAM = {
    "Bridget Between": Role.CLINICAL_PRODUCT_MANAGER,
    "Farah Pharmacist": Role.CLINICIAN,
    "Clara Officer": Role.CLINICAL_SAFETY_OFFICER,
    "Dora Director": Role.ACCOUNTABLE_EXECUTIVE,
}


@pytest.fixture
def ready(cloned_database: ClonedDatabase) -> Ready:
    """A product whose record is ready to be frozen, really saved."""
    cache.clear()
    product: Product = make_product()
    people = []
    for name, role in TEAM.items():
        person = make_person(name, professional_body="GMC", registration_number="1234567")
        join(product, person, role)
        people.append(person)
    return make_ready(product, *people)


def the_refusal(outcomes: list[Any]) -> str:
    """The sentence of the one who came second."""
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    return refused.sentence


def test_two_who_freeze_at_once(cloned_database: ClonedDatabase, ready: Ready) -> None:
    """Both are kept one after the other, or the later one is told: never two of one number."""
    outcomes = cloned_database.at_once(ready.freeze, lambda: ready.freeze(by=ready.cso))
    if any(isinstance(each, Exception) for each in outcomes):
        assert "Somebody else froze a version at the same moment" in the_refusal(outcomes)
    frozen = list(Baseline.objects.order_by("attempt").values_list("number", "attempt"))
    assert frozen in ([(1, 1)], [(1, 1), (1, 2)])
    for baseline in Baseline.objects.all():
        authored = SignOff.objects.filter(subject_id=baseline.public_id)
        assert {each.signed_by_id for each in authored} == {baseline.frozen_by_id}


def test_two_who_issue_at_once(cloned_database: ClonedDatabase, ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    outcomes = cloned_database.at_once(
        *(
            lambda by=by: issue_version(baseline=baseline, by=by)
            for by in (ready.cso, ready.executive)
        )
    )
    assert "is issued already. Nothing was issued." in the_refusal(outcomes)
    assert Issue.objects.count() == 1


def test_one_who_rejects_while_another_issues(
    cloned_database: ClonedDatabase, ready: Ready
) -> None:
    baseline = ready.sign_all(ready.freeze())
    outcomes = cloned_database.at_once(
        lambda: ready.issue(baseline), lambda: ready.reject(baseline, ready.reviewer)
    )
    sentence = the_refusal(outcomes)
    state = ready.read(baseline).state
    if Issue.objects.exists():
        assert state is VersionState.ISSUED
        assert "is issued already" in sentence
    else:
        assert state is VersionState.REJECTED
        assert "is rejected already" in sentence


def test_one_who_signs_twice_at_once(cloned_database: ClonedDatabase, ready: Ready) -> None:
    baseline = ready.freeze()

    def review() -> Any:
        return ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)

    assert "already" in the_refusal(cloned_database.at_once(review, review))
    signed = SignOff.objects.filter(meaning=Meaning.REVIEWED)
    assert sorted(each.subject_kind for each in signed) == [
        SubjectKind.HAZARD_LOG,
        SubjectKind.REPORT,
    ]


def test_what_is_frozen_while_another_signs(cloned_database: ClonedDatabase, ready: Ready) -> None:
    """The signature stands under what was read, or is refused: it never moves to the new one."""
    first = ready.freeze()
    cloned_database.at_once(
        lambda: ready.freeze(by=ready.cso, summary="Another"),
        lambda: ready.sign(first, ready.reviewer, Meaning.REVIEWED),
    )
    for signed in SignOff.objects.filter(meaning=Meaning.REVIEWED):
        assert signed.subject_id == first.public_id
    assert ready.read(first).state is VersionState.OVERTAKEN


def test_a_pdf_is_asked_for_again_once_it_failed(ready: Ready) -> None:
    issue = ready.issue()
    job = request_pdf(issue=issue, by=ready.cso)
    with pytest.raises(NotPossible, match="being made already"):
        request_pdf(issue=issue, by=ready.cso)
    fail_job(job=job, message="The worker was stopped.")
    assert request_pdf(issue=issue, by=ready.cso).pk != job.pk
    assert Job.objects.filter(kind=job.kind).count() == 2
