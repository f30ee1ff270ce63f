"""The tables of the laws, part by part of the product.

A module here may have any of these, each for its own actions and addresses alone:

- ``READY``: a call of each action (as ``tests.laws.every_action.READY``);
- ``ADDRESSES``: who may call each address (as ``tests.laws.every_address.ADDRESSES``);
- ``DOWNLOADS``: names of addresses from which a file leaves;
- ``NO_ACTIONS``, ``WITHOUT_BY``, ``WITHOUT_REASON``: names with their reasons, and ``RECORDED``:
  those without a reason that write to the record all the same (see ``test_actions``);
- ``NOT_ON_A_HAZARD``: names of actions that change no hazard nor anything on one;
- ``ASKS``: the ability that an action asks for, and ``ASKS_ELSE``: what it asks for instead.

``tests/laws/conftest.py`` adds them to the tables before any test is collected.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def modules() -> list[ModuleType]:
    """The parts, by name."""
    names = sorted(each.name for each in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def table(name: str) -> dict[str, Any]:
    """A table of all parts together. Raises ``ValueError`` where two parts name the same."""
    found: dict[str, Any] = {}
    for module in modules():
        more = getattr(module, name, {})
        if found.keys() & more.keys():
            raise ValueError(f"{module.__name__}.{name} repeats {found.keys() & more.keys()}")
        found |= more
    return found


def names(name: str) -> set[str]:
    """A set of names of all parts together."""
    return {each for module in modules() for each in getattr(module, name, ())}
