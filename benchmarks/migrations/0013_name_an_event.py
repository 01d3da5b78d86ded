"""An update may name the event where it happened, though the benchmark is not on its agenda."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0012_keep_evidence_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="progressupdate",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="updates",
                to="benchmarks.event",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("event__isnull", True), ("agenda_item__isnull", True), _connector="OR"),
                name="benchmarks_update_at_one_event",
                violation_error_message="Name an agenda item or an event, not both.",
            ),
        ),
    ]
