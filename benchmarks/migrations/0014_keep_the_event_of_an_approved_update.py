"""The event that an approved update names stays with it."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("benchmarks.migrations.0007_give_proposals_a_reason").KEEPS_DECISION
AFTER = BEFORE.replace("OLD.happened_on,", "OLD.event_id, OLD.happened_on,").replace(
    "NEW.happened_on,", "NEW.event_id, NEW.happened_on,"
)


class Migration(migrations.Migration):
    dependencies = [("benchmarks", "0013_name_an_event")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
