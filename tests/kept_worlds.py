"""What fixtures make in the database is made once and kept for the tests that come after it.

Most tests begin with the same product, the same people, the same hazard, each made by the actions
that people use: that took longer than what the tests ask. A fixture whose only means is the
database (a plain function of ``db`` and of other such fixtures) always makes the same, so it runs
in a savepoint of its own, which stays when the test ends: the next test with the same beginning
stands on it, in a savepoint above. A test with another beginning has what it does not ask for
rolled back first. So each test finds in the database exactly what its own fixtures make, no more::

    BEGIN           product        kept
      SAVEPOINT     cso            kept
        SAVEPOINT   hazard         kept
          SAVEPOINT the test       rolled back

A fixture that asks for a parameter of the test is kept for the tests with that same parameter.
Each test gets copies of the fixtures' values as they were when the last of them was made, and the
mails that they sent. Nobody needs to know of this who writes a fixture or a test. What runs anew
for every test: fixtures that use anything else (a client, ``tmp_path``, ``monkeypatch``), that
yield, that keep a file or return a function, and whatever comes after one of them.
"""

import copy
import inspect
from collections.abc import Generator, Hashable
from typing import Any, NamedTuple
from unittest import mock

import pytest
from django.core import mail
from django.core.files.storage import Storage
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

Fixture = pytest.FixtureDef[Any]

#: Opens the transaction of a test, which has to come after what is kept.
OPENS_THE_TEST = "_django_db_helper"
#: Change nothing that a fixture could find changed.
HARMLESS = {
    *("db", OPENS_THE_TEST, "request", "client_of", "queries_of"),
    *("monkeypatch", "settings", "tmp_path", "caplog", "capsys", "mailoutbox"),
    # Those that pytest-django has for every test.
    *("_django_db_marker", "_dj_autoclear_mailbox", "_django_set_urlconf", "_django_isolate_apps"),
    *("_template_string_if_invalid_marker", "_django_clear_site_cache", "_live_server_helper"),
    "_django_setup_unittest",
    # Does what it does when the test ends.
    "after_tampering",
}

#: Keep files, of which no test does anything but read.
WITH_FILES = {"one_of_each", "seeded"}


class Step(NamedTuple):
    """A fixture that may be kept, with those of its arguments that are the test's parameters."""

    fixture: Fixture
    parameters: tuple[tuple[str, type, Hashable], ...]


class Layer(NamedTuple):
    """What one fixture made, in the savepoint that holds it."""

    step: Step
    savepoint: transaction.Atomic
    values: dict[str, Any]
    """Of this fixture and those below it, as they were when this one was made."""
    mails: list[Any]


class KeptWorlds:
    """The layers that stand, lowest first, and what of them the test under way was given."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.given: dict[str, Any] = {}
        self.blocker: DjangoDbBlocker | None = None
        self._not_kept: set[Step] = set()

    def beginning_of(self, test: pytest.Item) -> list[Step]:
        """The fixtures that may be kept, in the order in which the test would have them made.

        Ends before the first that may not: what comes after that may depend on it.
        """
        definitions = test._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        parameters = test.callspec.params if hasattr(test, "callspec") else {}
        beginning: dict[str, Step] = {}
        seen: set[str] = set()

        def goes_on_after(name: str) -> bool:
            if name in seen or name not in definitions:
                return True
            seen.add(name)
            fixture = definitions[name][-1]
            if fixture.scope != "function" or _is_parameter(fixture):
                return True
            if not all(goes_on_after(each) for each in fixture.argnames):
                return False
            if name in HARMLESS:
                return True
            asked = [each for each in fixture.argnames if each not in {"db", *beginning}]
            if not (_is_plain(fixture) and set(asked) <= set(parameters)):
                return False
            of_the_test = ((each, parameters[each]) for each in asked)
            step = Step(fixture, tuple((each, type(value), value) for each, value in of_the_test))
            if not self._may_keep(step):
                return False
            beginning[name] = step
            return True

        names: list[str] = test.fixturenames  # type: ignore[attr-defined]
        all(goes_on_after(name) for name in names)
        return list(beginning.values())

    def _may_keep(self, step: Step) -> bool:
        try:
            return step not in self._not_kept
        except TypeError:  # a list, which may be another one next time
            return False

    def lay(self, beginning: list[Step]) -> None:
        """Make a test's beginning stand, and nothing else; keep what of it stands already."""
        if self.layers and self.layers[-1].savepoint not in connection.atomic_blocks:
            self.layers.clear()  # the connection was closed; what stood is gone
        shared = 0
        for layer, step in zip(self.layers, beginning, strict=False):
            if layer.step != step:
                break
            shared += 1
        self.take_off(shared)
        for step in beginning[shared:]:
            if not self._add(step):
                break
        if self.layers:
            self.given = copy.deepcopy(self.layers[-1].values)
            for layer in self.layers:
                mail.outbox.extend(copy.deepcopy(layer.mails))

    def _add(self, step: Step) -> bool:
        """Run a fixture in a savepoint that stays; False where the test has to run it itself."""
        fixture = step.fixture
        values = copy.deepcopy(self.layers[-1].values) if self.layers else {}
        arguments = dict.fromkeys(fixture.argnames) | values
        arguments |= {name: value for name, _, value in step.parameters}
        savepoint = transaction.atomic()
        # As the block of a test has it: a durable one may be inside.
        savepoint._from_testcase = True  # type: ignore[attr-defined]
        savepoint.__enter__()
        outbox, mail.outbox = mail.outbox, []
        try:
            with mock.patch.object(
                Storage, "save", autospec=True, side_effect=Storage.save
            ) as kept:
                value = fixture.func(**{name: arguments[name] for name in fixture.argnames})
            values[fixture.argname] = value
            layer = Layer(step, savepoint, copy.deepcopy(values), mail.outbox)
        except Exception:  # noqa: BLE001 - the test runs it again and tells what is wrong
            may_stay = False
        else:
            has_files = kept.called and fixture.argname not in WITH_FILES
            may_stay = not callable(value) and not has_files
        finally:
            mail.outbox = outbox
        if may_stay:
            self.layers.append(layer)
        else:
            self._not_kept.add(step)
            _roll_back(savepoint)
        return may_stay

    def take_off(self, down_to: int = 0) -> None:
        """Roll back what was kept, down to so many layers."""
        self.given = {}
        if len(self.layers) > down_to and self.blocker is not None:
            with self.blocker.unblock():
                while len(self.layers) > down_to:
                    _roll_back(self.layers.pop().savepoint)


def _is_parameter(fixture: Fixture) -> bool:
    """Whether this is what pytest makes of a parameter of the test itself."""
    return fixture.func.__name__ == "get_direct_param_fixture_func"


def _is_plain(fixture: Fixture) -> bool:
    """Whether it is a function of its arguments, which all stand for something in the database."""
    return (
        bool(fixture.argnames)
        and fixture.params is None
        and "::" not in fixture.baseid
        and not inspect.isgeneratorfunction(fixture.func)
    )


def _roll_back(savepoint: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    savepoint.__exit__(None, None, None)


kept_worlds = KeptWorlds()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: Fixture, request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Nothing is kept across the beginning or the end of what several tests share."""
    if fixturedef.scope == "function" or fixturedef.argname in HARMLESS:
        return (yield)
    kept_worlds.take_off()
    try:
        return (yield)
    finally:
        # Added last, so it runs before the fixture's own end.
        fixturedef.addfinalizer(kept_worlds.take_off)


@pytest.hookimpl(specname="pytest_fixture_setup", tryfirst=True)
def pytest_give_what_is_kept(fixturedef: Fixture, request: pytest.FixtureRequest) -> Any:
    """Lay the beginning of a test before its own transaction; then hand out what was laid."""
    name = fixturedef.argname
    if name == OPENS_THE_TEST:
        kept_worlds.blocker = blocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            kept_worlds.lay(kept_worlds.beginning_of(request.node))
    elif name == "cloned_database":
        kept_worlds.take_off()
    elif fixturedef.scope == "function" and name in kept_worlds.given:
        # The answer None would have the fixture run once more.
        value = () if kept_worlds.given[name] is None else kept_worlds.given[name]
        fixturedef.cached_result = (value, fixturedef.cache_key(request), None)  # type: ignore[arg-type]
        return value
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a module, put tests with the same beginning next to each other."""
    order: dict[Any, int] = {}

    def place(test: pytest.Item) -> tuple[int, ...]:
        module = order.setdefault(test.nodeid.split("::")[0], len(order))
        if not hasattr(test, "_fixtureinfo"):
            return (module,)
        beginning = kept_worlds.beginning_of(test)
        return (module, *(order.setdefault(each, len(order)) for each in beginning))

    items.sort(key=place)
