"""A snapshot that was frozen once and never changes: what projection 1 is held to."""

import json
from pathlib import Path
from typing import cast

from safetycase.snapshot import Snapshot

FILE = Path(__file__).parent / "projection_1.json"
SNAPSHOT = cast(Snapshot, json.loads(FILE.read_text(encoding="utf-8")))
