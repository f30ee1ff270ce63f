"""The hazard log as JSON: everything that the snapshot says of it, nothing cut and nothing escaped
for spreadsheets.
"""

import json
from dataclasses import asdict

from safetycase.log_files.title import VersionTitle
from safetycase.snapshot.shape import Snapshot

CONTENT_TYPE = "application/json"


def hazard_log_json(snapshot: Snapshot, title: VersionTitle) -> bytes:
    """The hazard log of a snapshot as JSON; the same snapshot and title give the same bytes.

    It is the log alone, to be read by people and programs. What is fingerprinted and signed is the
    whole snapshot in its canonical form.
    """
    log = {
        "projection": snapshot["projection"],
        "version": asdict(title),
        "product": snapshot["product"],
        "organisation": snapshot["organisation"],
        "release": snapshot["release"],
        "lifecycle_phase": snapshot["lifecycle_phase"],
        "lifecycle_phase_words": snapshot["lifecycle_phase_words"],
        "matrix": snapshot["matrix"],
        "hazards": snapshot["hazards"],
        "unplaced": snapshot["unplaced"],
        "not_reported": snapshot["not_reported"],
        "assumptions": snapshot["assumptions"],
    }
    text = json.dumps(log, sort_keys=True, ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode()
