"""The manual's state diagrams are generated from the tables that the code obeys."""

from scripts.draw_state_diagrams import TARGET, state_diagrams


def test_the_manual_shows_the_moves_that_the_rules_allow() -> None:
    assert TARGET.read_text(encoding="utf-8") == state_diagrams()
