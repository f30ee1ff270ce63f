"""The manual describes the rules that are in force, and no others."""

from scripts.describe_quality_rules import TARGET, quality_rules


def test_the_manual_says_what_the_rules_say() -> None:
    assert TARGET.read_text(encoding="utf-8") == quality_rules()
