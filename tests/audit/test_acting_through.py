"""By what means a person acts is told in the reason of what they did meanwhile."""

import pytest

from accounts.models import User
from audit.acts import Otherwise, act, acting_through, current_act
from audit.errors import NotPossible


def test_the_means_stand_behind_the_reason(cso: User) -> None:
    with acting_through("the token “CI”"), act(by=cso, reason="The ward asked"):
        assert current_act().reason == "The ward asked (by the token “CI”)"
    with act(by=cso, reason="The ward asked"):
        assert current_act().reason == "The ward asked"


def test_they_are_no_reason_and_no_words_of_the_persons(cso: User) -> None:
    with acting_through("the token “CI”"):
        with pytest.raises(NotPossible, match="Say why"), act(by=cso, reason=" "):
            pass
        with act(by=cso, reason=Otherwise("Edited the hazard")) as under_way:
            assert not under_way.in_own_words


def test_they_end_with_an_error_too(cso: User) -> None:
    with pytest.raises(RuntimeError), acting_through("the token “CI”"):
        raise RuntimeError
    with act(by=cso, reason="Afterwards") as under_way:
        assert under_way.reason == "Afterwards"
