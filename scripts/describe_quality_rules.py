"""Write docs/quality-rules.md from the table of rules, so that the manual cannot be wrong.

Run from the top: ``python scripts/describe_quality_rules.py`` (``--check`` only compares).
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "quality-rules.md"

_INTRODUCTION = """# Quality rules: what an assessor looks for

Generated from the rules themselves by `scripts/describe_quality_rules.py`. A test fails when this \
page and the rules differ.

A hazard log can be well-formed and still be poor. Each rule is a pure function on plain values \
(`hazards/quality/`) that finds something and says in one sentence what to do. Rules look at the \
release in hand: the newest that is not out yet, or the one that is named. No rule changes a score.

| level | what it does |
|---|---|
| blocks | keeps a release from going out |
| warning | somebody should look |
| note | good to know; on a draft, and on a hazard that only a later release brings, everything is \
a note |

**Where they show.** Beside the field on the hazard page; as a list on *Quality*; as the questions \
that a customer's safety officer would ask, with your answers, on *Challenge me*; from \
`manage.py check_quality PRODUCT [--release RELEASE] [--json]`, which ends with 1 when something \
blocks.

**Waivers.** A finding that blocks is waived by a clinical safety officer, for {longest_waiver} \
days at most, with the reason and interim measures; a warning by the team, with a reason and a \
last day ({longest_waiver_of_warning} days at most). The day after, it counts again. A waiver \
of a warning does not hold once the finding blocks. Never waived: {never}.

**After an import** what the rules find on the new hazards becomes a dated list. Once a clinical \
safety officer has signed it, its findings are *legacy*: they neither block nor warn while their \
hazard stays as it came. As soon as a hazard is edited its findings count in full. What nobody may \
waive is on no such list."""


def quality_rules() -> str:
    """The whole page as Markdown."""
    from hazards.quality.catalogue import WAITING, every_rule
    from hazards.quality.thresholds import Thresholds

    limits = Thresholds()
    parts = [_INTRODUCTION.format(never=", ".join(_never_waived()), **limits._asdict())]
    families = list(dict.fromkeys(rule.family for rule in every_rule()))
    for family in families:
        parts.append(f"## {family}")
        parts += [
            f"### {rule.id} {rule.title}\n\n"
            f"*{_LEVELS[rule.level.value]}.* {rule.why}\n\n"
            f"- Good: {rule.good}\n- Bad: {rule.bad}\n"
            f"- They will ask: {rule.question_about('this hazard')}"
            for rule in every_rule()
            if rule.family == family
        ]
    parts.append("## Rules that wait for their subject")
    parts.append("\n".join(f"- {rule}: {what}" for rule, what in sorted(WAITING.items())))
    parts.append("## Thresholds")
    parts.append(
        "The setting `QUALITY_THRESHOLDS` (a dictionary) changes any of these.\n\n"
        "| name | as shipped |\n|---|---|\n"
        + "\n".join(f"| `{name}` | {value} |" for name, value in limits._asdict().items())
    )
    return "\n\n".join(parts) + "\n"


_LEVELS = {"blocks": "Blocks", "warns": "Warning", "informs": "Note"}

_SUBJECTS = {
    "unacceptable": "an unacceptable residual risk",
    "failed": "a failed test",
    "open-controls": "a hazard that is closed with open controls",
    "*": "all of it",
}


def _never_waived() -> Iterator[str]:
    from hazards.quality.catalogue import every_rule

    for rule in every_rule():
        for subject in sorted(rule.never_waived):
            yield f"{rule.id} ({_SUBJECTS[subject]})"


def main() -> int:
    """Write the page, or compare it; 1 where it differs."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetycase.settings")
    import django

    django.setup()
    page = quality_rules()
    if "--check" in sys.argv:
        return int(TARGET.read_text(encoding="utf-8") != page)
    TARGET.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
