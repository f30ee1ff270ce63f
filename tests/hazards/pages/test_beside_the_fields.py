"""What stands beside the fields of a hazard: findings, the offer to undo, what was approved."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.choices import FindingLevel
from hazards.models import Hazard, HazardSummary
from hazards.quality.of_hazard import HazardFindings, ShownFinding, findings_on
from hazards.quality.rule import RULES
from hazards.reading import HazardReading, read_hazards
from products.models import Product
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard
from tests.people import ClientOf


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso, "Error")


def page(browser: Client, hazard: Hazard, rest: str = "") -> str:
    response = browser.get(f"/products/{hazard.product.slug}/hazards/{hazard.reference}/{rest}")
    assert response.status_code == 200
    return response.content.decode()


def found(hazard: Hazard) -> HazardFindings:
    return findings_on(read_hazards([hazard])[0], hazard.product)


def messages(text: str) -> list[str]:
    rules = re.findall(r'<span class="finding-rule">([A-Z0-9]+)</span>', text)
    return sorted(rules)


# --- Findings -------------------------------------------------------------------------------------


def test_every_finding_stands_on_the_page_once(hazard: Hazard, cso: User, browser: Client) -> None:
    cause = a_cause(hazard, cso, "User error")
    a_harm(hazard, cso, "Delay")
    a_control(hazard, cso, "Training", causes=[cause], type="training")
    a_control(hazard, cso, "Staff will be careful")

    expected = found(hazard).all

    assert len(expected) > 3
    assert messages(page(browser, hazard)) == sorted(each.rule.id for each in expected)


def test_a_finding_about_a_control_stands_in_that_control(
    hazard: Hazard, cso: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause, harm = a_cause(hazard, cso), a_harm(hazard, cso)
    control = a_control(hazard, cso, causes=[cause])
    say(
        monkeypatch,
        ("controls", f"control:{control.public_id}", "Of the control."),
        ("causes", f"cause:{cause.public_id}", "Of the cause."),
        ("harms", f"harm:{harm.public_id}", "Of the harm."),
        ("causes", "", "Of all causes."),
        ("elsewhere", "", "Of what has no place."),
    )

    text = page(browser, hazard)

    assert "Of the control." in between(text, 'id="control-CTL-001"', "</article>")
    cause_alone = between(text, f'id="cause-{cause.pk}"', 'id="control-CTL-001"')
    assert "Of the cause." in cause_alone
    assert "Of the control." not in cause_alone
    assert "Of the harm." in between(text, f'id="harm-{harm.pk}"', 'id="hazard-why"')
    assert "Of all causes." in between(text, 'id="hazard-causes"', f'id="cause-{cause.pk}"')
    assert "Of what has no place." in between(text, 'id="hazard-missing"', 'id="hazard-words"')
    assert "5 findings" in text


def between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


def say(monkeypatch: pytest.MonkeyPatch, *findings: tuple[str, str, str]) -> None:
    """Let the rules find these (field, subject, message) and nothing else."""
    like = next(iter(RULES.values()))

    def these(reading: HazardReading, product: Product) -> HazardFindings:
        known = findings_on(reading, product).all[0]
        return HazardFindings(
            [
                ShownFinding(like, like.level, message, field, subject, known.mark, "#here")
                for field, subject, message in findings
            ]
        )

    monkeypatch.setattr("hazards.templatetags.quality.findings_on", these)


def test_what_a_finding_says_is_text(
    hazard: Hazard, cso: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, ("name", "", "<script>alert(1)</script>"))

    assert "<script>alert(1)" not in page(browser, hazard)


# --- Undo -----------------------------------------------------------------------------------------


def test_ones_own_last_change_is_offered_to_be_undone(
    hazard: Hazard, cso: User, clinician: User, browser: Client, client_of: ClientOf
) -> None:
    edit_hazard(hazard=hazard, by=cso, changes={"effect": "Care is late"}, reason="It was empty")

    mine = page(browser, hazard, "history/recent/")
    theirs = page(client_of(clinician), hazard, "history/recent/")

    assert f"/hazards/{hazard.reference}/undo/" in mine
    assert "Effect of hazard HAZ-001" in mine
    assert "Undo your last change" not in theirs
    assert "Undo your last change" in page(browser, hazard, "history/")


def test_a_reader_is_offered_nothing(hazard: Hazard, auditor: User, client_of: ClientOf) -> None:
    assert "Undo your last change" not in page(client_of(auditor), hazard, "history/recent/")


def test_what_cannot_be_undone_is_not_offered(hazard: Hazard, browser: Client) -> None:
    assert "Undo your last change" not in page(browser, hazard, "history/recent/")  # it was raised


# --- What was approved ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behind", "compare", "changed"), [(None, False, False), (0, True, False), (1, True, True)]
)
def test_it_says_whether_it_changed_since_approval(
    hazard: Hazard, browser: Client, behind: int | None, compare: bool, changed: bool
) -> None:
    version = None if behind is None else hazard.content_version - behind
    HazardSummary.objects.filter(pk=hazard.pk).update(approved_version=version)

    text = page(browser, hazard)

    assert ("Compare with approved" in text) is compare
    assert ("Changed since approval" in text) is changed


def test_the_mark_counts_what_blocks_and_what_warns_apart(hazard: Hazard) -> None:
    one = next(each for each in found(hazard).all if each.counts)
    levels = [FindingLevel.BLOCKS, FindingLevel.BLOCKS, FindingLevel.WARNS]
    findings = HazardFindings([replace(one, level=level) for level in levels])
    assert findings.counting_in_words == "2 block, 1 warns"
