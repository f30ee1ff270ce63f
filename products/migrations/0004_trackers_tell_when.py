"""When a message to a tracker was written and ended, and what was delivered by its text."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("products", "0003_the_bridge"),
    ]

    operations = [
        migrations.AddField(
            model_name="trackermessage",
            name="written",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="trackermessage",
            name="ended",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="inbounddelivery",
            name="body_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="inbounddelivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("body_sha256", ""), _negated=True),
                fields=("connection", "body_sha256"),
                name="delivered_text_taken_once",
            ),
        ),
    ]
