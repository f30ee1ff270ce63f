"""Bringing a control to the state that a file says, through the steps that people take."""

from accounts.models import User
from hazards.actions.controls import set_control_state
from hazards.choices import ControlState
from hazards.models import Control

_STEPS = (
    ControlState.PROPOSED,
    ControlState.AGREED,
    ControlState.IMPLEMENTED,
    ControlState.VERIFIED,
)


def bring_to_state(control: Control, state: str, by: User) -> None:
    """Move a control step by step. Raises as ``set_control_state`` does."""
    wanted = _STEPS.index(ControlState(state))
    while (now := _STEPS.index(ControlState(control.state))) != wanted:
        step = _STEPS[now + (1 if now < wanted else -1)]
        control = set_control_state(control=control, by=by, state=step)
