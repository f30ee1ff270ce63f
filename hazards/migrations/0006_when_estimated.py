"""When the worst risk of each hazard was estimated, on the narrow row that lists read."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def note_when(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the moments from the estimates that the hazards point to."""
    summaries = apps.get_model("hazards", "HazardSummary").objects
    hazards = apps.get_model("hazards", "Hazard").objects.filter(pk=OuterRef("hazard"))
    summaries.update(
        initial_estimated_at=Subquery(hazards.values("worst_initial__estimated_at")),
        residual_estimated_at=Subquery(hazards.values("worst_residual__estimated_at")),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("hazards", "0005_two_voices"),
    ]

    operations = [
        migrations.AddField(
            model_name="hazardsummary",
            name="initial_estimated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hazardsummary",
            name="residual_estimated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(note_when, migrations.RunPython.noop),
    ]
