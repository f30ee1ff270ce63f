"""The command that makes the first person."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.tracked import history_of
from tests.factories import make_person

PASSWORD = "a-long-and-fine-password"


def run(monkeypatch: pytest.MonkeyPatch, typed: str = "", **options: Any) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    out = io.StringIO()
    call_command("create_administrator", stdout=out, **options)
    return out.getvalue()


def test_it_makes_an_administrator(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(
        monkeypatch,
        f"{PASSWORD}\n",
        email="ada@example.org",
        name="Ada Morris",
        password_stdin=True,
    )
    ada = User.objects.get(email="ada@example.org")
    assert ada.is_administrator
    assert ada.check_password(PASSWORD)
    assert said == "Ada Morris may sign in as ada@example.org and manages people.\n"
    version = history_of(ada.profile)[0]
    assert version.history_user.is_system
    assert version.history_change_reason == "Made an administrator from the command line"


def test_it_asks_for_what_is_not_given(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _question: PASSWORD)
    run(monkeypatch, "ada@example.org\nAda Morris\n")
    assert User.objects.get(email="ada@example.org").name == "Ada Morris"


@pytest.mark.parametrize(
    ("typed", "options", "sentence"),
    [
        ("short\n", {"email": "ada@example.org", "name": "Ada"}, "too short"),
        (f"{PASSWORD}\n", {"email": "no address", "name": "Ada"}, "is not an e-mail address"),
        (f"{PASSWORD}\n", {"email": "ada@example.org", "name": "x" * 200}, "150 fit"),
        (f"{PASSWORD}\n", {"email": "SAM@example.org", "name": "Sam"}, "is here already"),
    ],
)
def test_input_at_fault_ends_with_one_line_and_nothing_made(
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
    options: dict[str, str],
    sentence: str,
) -> None:
    make_person("Sam Example", "sam@example.org")
    before = User.objects.count()
    with pytest.raises(CommandError, match=sentence) as raised:
        run(monkeypatch, typed, password_stdin=True, **options)
    assert raised.value.returncode == 1
    assert "\n" not in str(raised.value)
    assert User.objects.count() == before


def test_wrong_usage_is_told_apart(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="needs --email and --name") as raised:
        run(monkeypatch, PASSWORD, password_stdin=True)
    assert raised.value.returncode == 2


def test_two_different_passwords_make_nobody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, "something-else-entirely"])
    monkeypatch.setattr("getpass.getpass", lambda _question: next(answers))
    with pytest.raises(CommandError, match="not the same"):
        run(monkeypatch, "ada@example.org\nAda\n")
    assert not User.objects.filter(email="ada@example.org").exists()


def test_where_nobody_answers_it_says_what_to_give(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="use --email and --name"):
        run(monkeypatch)
