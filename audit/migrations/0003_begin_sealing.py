"""The first seal, and everything that was recorded before there were seals."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from audit.canonical import canonical_json, sha256_of


def begin_sealing(apps: Any, schema_editor: Any) -> None:
    """Make the beginning, and let the next seals cover every entry that stands already."""
    begun = {"number": 0, "previous": "", "root": "", "count": 0, "at": timezone.now()}
    seal = apps.get_model("audit", "Seal")
    seal.objects.create(**begun, sha256=sha256_of(canonical_json(begun)))
    schema_editor.execute(
        "INSERT INTO audit_pendingentry (entry_id) SELECT id FROM audit_entry ORDER BY id"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_seals_and_access'),
    ]

    operations = [
        migrations.RunPython(begin_sealing, migrations.RunPython.noop),
    ]
