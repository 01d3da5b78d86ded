"""Functions that the triggers of append-only tables call.

They are plain functions and not pgtrigger's, which step aside when a session asks them to, and they fix
their search path, so that a temporary table of the same name cannot stand in for a real one.
"""

from django.db import migrations

# The same number as benchmarks.history.CHAIN_LOCK.
LOCK = "PERFORM pg_advisory_xact_lock(7215404123);"

REFUSE_REWRITE = """
CREATE FUNCTION benchmarks_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on %: history is never rewritten', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""

REFUSE_ALL_BUT_ERASURE = """
CREATE FUNCTION benchmarks_refuse_all_but_erasure() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.id = NEW.id AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND NEW.text = '' AND NEW.salt = ''
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on %: protected text is erased or left as it is', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""

CONTINUES_CHAIN = f"""
CREATE FUNCTION benchmarks_check_continues_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    head record;
BEGIN
    {LOCK}
    SELECT no, hash, at INTO head FROM benchmarks_change ORDER BY no DESC LIMIT 1;
    IF NEW.no <> coalesce(head.no, 0) + 1 OR NEW.prev_hash <> coalesce(head.hash, repeat('0', 64))
        OR NEW.at < head.at
    THEN
        RAISE EXCEPTION 'change % does not continue the chain after change %', NEW.no, coalesce(head.no, 0)
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

MADE_BY_NEW_CHANGE = f"""
CREATE FUNCTION benchmarks_check_made_by_new_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    newest bigint;
BEGIN
    {LOCK}
    SELECT coalesce(max(no), 0) INTO newest FROM benchmarks_change;
    IF NEW.change_id <> newest + 1 THEN
        RAISE EXCEPTION 'a row of % belongs to the change that is being made (%), not to change %',
            TG_TABLE_NAME, newest + 1, NEW.change_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

STATUS_EVENT = """
CREATE FUNCTION benchmarks_check_status_event() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    logged record;
    voided record;
BEGIN
    SELECT * INTO logged FROM benchmarks_progressupdate WHERE id = NEW.update_id;
    IF logged.author_id = NEW.decided_by_id OR logged.reviewer_id IS DISTINCT FROM NEW.decided_by_id
        OR logged.state <> 'approved' OR logged.audience = 'restricted'
    THEN
        RAISE EXCEPTION 'a status event needs an update that somebody else than its author approved'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF logged.benchmark_id <> NEW.benchmark_id OR logged.kind <> NEW.kind
        OR logged.voids_id IS DISTINCT FROM NEW.voids_id
        OR logged.proposed_rating IS DISTINCT FROM NEW.rating
        OR logged.proposed_position IS DISTINCT FROM NEW.position
        OR logged.addressee_id IS DISTINCT FROM NEW.addressee_id
        OR logged.happened_on <> NEW.effective_on
        OR logged.happened_on_precision <> NEW.effective_on_precision
        OR logged.audience <> NEW.audience
        OR logged.criterion_id IS DISTINCT FROM NEW.criterion_id
        OR NOT EXISTS (SELECT 1 FROM benchmarks_criterionversion
                       WHERE id = NEW.criterion_id AND benchmark_id = NEW.benchmark_id)
    THEN
        RAISE EXCEPTION 'a status event says what its update says, of the same benchmark'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.voids_id IS NOT NULL THEN
        SELECT * INTO voided FROM benchmarks_statusevent WHERE id = NEW.voids_id;
        -- Not itself either, nor a line that is still to come: those are not found yet.
        IF NOT FOUND OR voided.benchmark_id <> NEW.benchmark_id OR voided.kind = 'withdrawal' THEN
            RAISE EXCEPTION 'a status event voids an earlier assessment or correction of its own benchmark'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

# What an approved update said stays, since a line of history says the same; who reads it may still narrow.
KEEPS_DECISION = """
CREATE FUNCTION benchmarks_check_update() RETURNS trigger LANGUAGE plpgsql
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
    IF TG_OP = 'UPDATE' AND OLD.state = 'approved' AND NEW.narrative NOT IN (OLD.narrative, '') THEN
        RAISE EXCEPTION 'an approved update is not reworded' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# The evidence of an approved update stays; who may see it may still narrow.
KEEPS_EVIDENCE = """
CREATE FUNCTION benchmarks_check_evidence() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    approved boolean;
BEGIN
    SELECT state = 'approved' INTO approved FROM benchmarks_progressupdate WHERE id = OLD.update_id;
    IF NOT coalesce(approved, false) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        OLD.audience := NEW.audience;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the evidence of an approved update stays as it was approved'
        USING ERRCODE = 'restrict_violation';
END $$;
"""

CORRECTION = """
CREATE FUNCTION benchmarks_check_correction() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM benchmarks_personsituation WHERE id = NEW.corrects_id AND person_id = NEW.person_id)
    THEN
        RAISE EXCEPTION 'a correction is of an earlier line about the same person'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(REFUSE_REWRITE, "DROP FUNCTION benchmarks_refuse_rewrite()"),
        migrations.RunSQL(REFUSE_ALL_BUT_ERASURE, "DROP FUNCTION benchmarks_refuse_all_but_erasure()"),
        migrations.RunSQL(CONTINUES_CHAIN, "DROP FUNCTION benchmarks_check_continues_chain()"),
        migrations.RunSQL(MADE_BY_NEW_CHANGE, "DROP FUNCTION benchmarks_check_made_by_new_change()"),
        migrations.RunSQL(STATUS_EVENT, "DROP FUNCTION benchmarks_check_status_event()"),
        migrations.RunSQL(KEEPS_DECISION, "DROP FUNCTION benchmarks_check_update()"),
        migrations.RunSQL(KEEPS_EVIDENCE, "DROP FUNCTION benchmarks_check_evidence()"),
        migrations.RunSQL(CORRECTION, "DROP FUNCTION benchmarks_check_correction()"),
    ]
