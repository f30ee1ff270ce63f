"""A control in the words of the product side."""

import pytest

from hazards.choices import ControlFunction, Party
from reviews.stories.words import TITLE_LIMIT, ControlInWords, drafted, title_of

CONTROL = ControlInWords(
    reference="CTL-002",
    text="Every prescription expires after twelve months.",
    party=Party.MANUFACTURER,
    function=ControlFunction.PREVENT,
    hazard_reference="HAZ-001",
    hazard="A repeat continues after its reason ended",
    causes=["Nobody reviews the prescription"],
    harms=["A bleed"],
    for_patients="I keep getting a medicine\nthat no longer suits me.",
)


def test_it_is_told_whole() -> None:
    story = drafted(CONTROL)
    assert story.title == "CTL-002: Every prescription expires after twelve months"
    assert story.story == (
        "As a patient, I want to rely on this: every prescription expires after twelve months; so "
        "that this does not reach me: a repeat continues after its reason ended."
    )
    assert story.criteria.split("\n\n") == [
        "Scenario: Nobody reviews the prescription\n"
        "  Given nobody reviews the prescription\n"
        "  When this could follow: a repeat continues after its reason ended\n"
        "  Then every prescription expires after twelve months\n"
        "  And it does not come to that",
        "Scenario: the control itself does not work\n"
        "  Given CTL-002 cannot do its work\n"
        "  When somebody relies on it\n"
        "  Then they are told that it did not run\n"
        "  And nothing goes on as if it had",
        "Clinical reason: HAZ-001 A repeat continues after its reason ended.\n"
        "For patients: I keep getting a medicine that no longer suits me.\n"
        "Harm: A bleed.",
    ]


@pytest.mark.parametrize(
    ("function", "end"),
    [
        ("", "the patient comes to no harm"),
        (ControlFunction.PREVENT, "it does not come to that"),
        (ControlFunction.DETECT, "early enough to act"),
        (ControlFunction.RECOVER, "brought back to safety"),
    ],
)
def test_what_it_must_bring_about_follows_from_its_function(function: str, end: str) -> None:
    assert end in drafted(CONTROL._replace(function=function)).criteria


@pytest.mark.parametrize(
    ("party", "who"),
    [
        ("", "As a patient, "),
        (Party.MANUFACTURER, "As a patient, "),
        (Party.DEPLOYER, "As a patient of a deploying organisation, "),
        (Party.USER, "As a patient whose care is in the hands of a user, "),
    ],
)
def test_who_wants_it_follows_from_whose_it_is(party: str, who: str) -> None:
    assert drafted(CONTROL._replace(party=party)).story.startswith(who)


def test_each_cause_and_harm_has_a_scenario_and_the_whole_hazard_one() -> None:
    many = CONTROL._replace(causes=["One", "Two"], acts_on_harms=["A bleed"])
    assert drafted(many).criteria.count("Scenario:") == 4
    assert "When this could follow: a bleed" in drafted(many).criteria
    whole = CONTROL._replace(causes=[])
    assert "When a patient could be exposed to it" in drafted(whole).criteria


def test_a_long_title_is_cut_between_words_and_nothing_else_is_lost() -> None:
    long = CONTROL._replace(text="Every word counts, " * 30)
    title = title_of(long)
    assert len(title) <= TITLE_LIMIT
    assert title.endswith(("counts…", "word…", "Every…"))
    assert long.text.strip().rstrip(",")[-20:] in drafted(long).criteria
