"""The command that pipelines call."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from products.models import Product, Release
from tests.safetycase.gate.factories import a_blocked_release, a_passing_release


@pytest.fixture
def passing(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_passing_release(product, cso, clinician, executive)


@pytest.fixture
def blocked(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_blocked_release(product, cso, clinician, executive)


def test_it_passes(passing: Release, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_release", "digital-pharmacy", "1.0.0")
    said = capsys.readouterr().out
    assert "Digital Pharmacy, release 1.0.0: Pass." in said
    assert "Judged by the quality rules" in said


def test_it_blocks_with_the_reasons_and_the_way(
    blocked: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_release", "digital-pharmacy", "1.0.0")
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert "SC02 blocks [HAZ-002]" in said.out
    assert "1. Estimate the initial risk of HAZ-002 (minutes; Clara Officer" in said.out
    assert said.err == "No: 1 thing blocks release 1.0.0.\n"


def test_one_json_object(blocked: Release, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("check_release", "digital-pharmacy", "1.0.0", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["decision"] == "blocked"
    assert [each["rule"] for each in said["reasons"]] == ["SC02"]
    assert len(said["fingerprint"]) == 64
    assert (said["product"], said["release"], said["since"]) == ("digital-pharmacy", "1.0.0", None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("night-ward", "1.0.0"), "There is no product “night-ward”; there is: digital-pharmacy."),
        (("digital-pharmacy", "9.9"), "There is no release “9.9”; there is: 1.0.0."),
    ],
)
def test_what_is_not_there(passing: Release, arguments: tuple[str, str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("check_release", *arguments)
