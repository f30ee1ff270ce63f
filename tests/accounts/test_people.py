"""Adding people and what their profile says."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import add_person, create_person, edit_profile, system_person
from accounts.models import Profile, User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from tests.factories import make_person

TODAY = datetime.date(2026, 5, 3)


def test_an_administrator_adds_a_person_who_cannot_sign_in_yet(administrator: User) -> None:
    person = create_person(by=administrator, email=" New@Example.org ", name=" Nina Newell ")
    assert person.email == "new@example.org"
    assert person.name == "Nina Newell"
    assert not person.has_usable_password()
    version = history_of(person.profile)[0]
    assert (version.history_user, version.history_change_reason) == (
        administrator,
        "Added Nina Newell",
    )


def test_nobody_else_adds_people(engineer: User, cso: User) -> None:
    for somebody in (engineer, cso):
        with pytest.raises(NotAllowed, match="Only administrators manage people"):
            create_person(by=somebody, email="new@example.org", name="Nina")
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_address_belongs_to_one_person_in_any_case(administrator: User) -> None:
    make_person("Sam Example", "sam@example.org")
    with pytest.raises(NotPossible, match="somebody who is here already"):
        create_person(by=administrator, email="SAM@example.org", name="Another Sam")


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "two words@example.org", "nul\0@example.org"]
)
def test_what_is_no_address_is_refused(administrator: User, email: str) -> None:
    with pytest.raises((NotPossible, BadText)):
        create_person(by=administrator, email=email, name="Nina")


def test_an_address_that_does_not_fit_is_refused(administrator: User) -> None:
    with pytest.raises(BadText, match="254 fit"):
        create_person(by=administrator, email=f"{'a' * 300}@example.org", name="Nina")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "  "}, "Name: it cannot be empty"),
        ({"name": "x" * 151}, "151 characters; 150 fit"),
        ({"name": "a\0b"}, "cannot be stored"),
        ({"name": "Nina", "registration_number": "123"}, "needs its professional body"),
    ],
)
def test_a_profile_that_cannot_stand_leaves_no_person(
    administrator: User, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises((NotPossible, BadText), match=sentence):
        create_person(by=administrator, email="new@example.org", **values)
    assert not User.objects.filter(email="new@example.org").exists()


def test_inviting_to_a_team_makes_no_administrators(cso: User) -> None:
    with pytest.raises(NotAllowed):
        add_person(by=cso, email="new@example.org", name="Nina", is_administrator=True)


def test_the_system_person_is_one_and_cannot_sign_in(db: None) -> None:
    system = system_person()
    assert system == system_person()
    assert system.is_system
    assert not system.is_active
    assert not system.has_usable_password()
    assert system.name == "System"


def test_people_edit_their_own_profile(engineer: User) -> None:
    edit_profile(
        profile=engineer.profile,
        by=engineer,
        changes={"job_title": "Senior engineer"},
        reason="Promoted",
    )
    profile = Profile.objects.get(user=engineer)
    assert profile.job_title == "Senior engineer"
    assert history_of(profile)[0].history_change_reason == "Promoted"


def test_nobody_edits_another_persons_profile_but_administrators(
    engineer: User, cso: User, administrator: User
) -> None:
    with pytest.raises(NotAllowed, match="Only Ed Engineer and administrators"):
        edit_profile(profile=engineer.profile, by=cso, changes={"name": "Eddie"})
    edit_profile(profile=engineer.profile, by=administrator, changes={"name": "Eddie Engineer"})
    assert Profile.objects.get(user=engineer).name == "Eddie Engineer"


def test_a_deactivated_person_edits_nothing(engineer: User) -> None:
    engineer.is_active = False
    with pytest.raises(NotAllowed):
        edit_profile(profile=engineer.profile, by=engineer, changes={"name": "Eddie"})


def test_an_administrator_records_a_check_with_day_and_person(
    cso: User, administrator: User
) -> None:
    profile = edit_profile(
        profile=cso.profile,
        by=administrator,
        changes={"registration_checked_on": TODAY},
        reason="GMC register: registered with a licence to practise",
    )
    assert (profile.registration_checked_on, profile.registration_checked_by) == (
        TODAY,
        administrator,
    )


def test_nobody_checks_their_own_registration(cso: User, administrator: User) -> None:
    for person in (cso, administrator):
        with pytest.raises(NotAllowed, match="never their own"):
            edit_profile(
                profile=person.profile, by=person, changes={"registration_checked_on": TODAY}
            )


def test_a_check_needs_a_number_and_a_day_that_has_come(
    cso: User, engineer: User, administrator: User
) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(NotPossible, match="has not come yet"):
        edit_profile(
            profile=cso.profile, by=administrator, changes={"registration_checked_on": tomorrow}
        )
    with pytest.raises(NotPossible, match="no registration number to check"):
        edit_profile(
            profile=engineer.profile, by=administrator, changes={"registration_checked_on": TODAY}
        )


def test_another_number_is_unchecked_again(cso: User, administrator: User) -> None:
    edit_profile(profile=cso.profile, by=administrator, changes={"registration_checked_on": TODAY})
    profile = edit_profile(profile=cso.profile, by=cso, changes={"registration_number": "1111111"})
    assert (profile.registration_checked_on, profile.registration_checked_by) == (None, None)


def test_administrators_are_made_by_another_administrator(
    engineer: User, cso: User, administrator: User
) -> None:
    for somebody in (engineer, cso):
        with pytest.raises(NotAllowed):
            edit_profile(profile=engineer.profile, by=somebody, changes={"is_administrator": True})
    with pytest.raises(NotAllowed, match="nobody for themselves"):
        edit_profile(
            profile=administrator.profile, by=administrator, changes={"is_administrator": False}
        )
    edit_profile(profile=engineer.profile, by=administrator, changes={"is_administrator": True})
    assert User.objects.get(pk=engineer.pk).is_administrator


def test_two_edits_of_different_fields_are_merged(engineer: User, administrator: User) -> None:
    before = engineer.profile.version
    edit_profile(profile=engineer.profile, by=administrator, changes={"name": "Edward Engineer"})
    profile = edit_profile(
        profile=engineer.profile,
        by=engineer,
        changes={"name": "Ed Engineer", "job_title": "Engineer"},
        base_version=before,
    )
    assert (profile.name, profile.job_title) == ("Edward Engineer", "Engineer")


def test_two_edits_of_one_field_are_a_conflict(engineer: User, administrator: User) -> None:
    before = engineer.profile.version
    edit_profile(profile=engineer.profile, by=administrator, changes={"name": "Edward"})
    with pytest.raises(Conflict) as raised:
        edit_profile(
            profile=engineer.profile, by=engineer, changes={"name": "Eddie"}, base_version=before
        )
    (field,) = raised.value.fields
    assert (field.base, field.theirs, field.yours) == ("Ed Engineer", "Edward", "Eddie")


def test_a_field_that_is_none_of_the_profile_is_a_programming_error(engineer: User) -> None:
    with pytest.raises(ValueError, match="user_id"):
        edit_profile(profile=engineer.profile, by=engineer, changes={"user_id": 1})


def test_the_same_values_again_write_nothing(engineer: User) -> None:
    edit_profile(profile=engineer.profile, by=engineer, changes={"name": "Ed Engineer"})
    assert history_of(engineer.profile).count() == 1
