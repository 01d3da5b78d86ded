"""A proposed rating carries its reason, which stays with the update once that is approved."""

from django.db import migrations, models

# As in migration 0001, and the reason besides.
KEEPS_DECISION = """
CREATE OR REPLACE FUNCTION benchmarks_check_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.agenda_item_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM benchmarks_agendaitem WHERE id = NEW.agenda_item_id AND benchmark_id = NEW.benchmark_id)
    THEN
        RAISE EXCEPTION 'an update belongs to an agenda item of its own benchmark'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'approved' AND ROW(
            OLD.id, OLD.benchmark_id, OLD.author_id, OLD.reviewer_id, OLD.decided_at, OLD.state, OLD.kind,
            OLD.voids_id, OLD.proposed_rating, OLD.proposed_position, OLD.addressee_id, OLD.criterion_id,
            OLD.happened_on, OLD.happened_on_precision
        ) IS DISTINCT FROM ROW(
            NEW.id, NEW.benchmark_id, NEW.author_id, NEW.reviewer_id, NEW.decided_at, NEW.state, NEW.kind,
            NEW.voids_id, NEW.proposed_rating, NEW.proposed_position, NEW.addressee_id, NEW.criterion_id,
            NEW.happened_on, NEW.happened_on_precision
        )
    THEN
        RAISE EXCEPTION 'an approved update stays as it was approved' USING ERRCODE = 'restrict_violation';
    END IF;
    -- Its words may be emptied, for the sake of a source, and not put otherwise.
    IF TG_OP = 'UPDATE' AND OLD.state = 'approved' AND (NEW.narrative NOT IN (OLD.narrative, '')
        OR NEW.reason NOT IN (OLD.reason, ''))
    THEN
        RAISE EXCEPTION 'an approved update is not reworded' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BEFORE = KEEPS_DECISION.replace(
    """(NEW.narrative NOT IN (OLD.narrative, '')
        OR NEW.reason NOT IN (OLD.reason, ''))
    THEN""",
    "NEW.narrative NOT IN (OLD.narrative, '') THEN",
)


class Migration(migrations.Migration):
    dependencies = [("benchmarks", "0006_discuss_updates")]
    operations = [
        migrations.AddField(
            model_name="progressupdate",
            name="reason",
            field=models.TextField(blank=True, verbose_name="why this rating"),
        ),
        migrations.RunSQL(KEEPS_DECISION, BEFORE),
    ]
