"""Take from every role but the owner what would change or remove a line of history."""

from django.db import migrations

TABLES = (
    "benchmarks_change",
    "benchmarks_criterionversion",
    "benchmarks_eventchange",
    "benchmarks_personsituation",
    "benchmarks_protectedtext",
    "benchmarks_statusevent",
    "benchmarks_succession",
)

# The roles are found, not named: a deployment calls its runtime role what it likes.
REVOKE = """
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT grantee, table_name FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND table_name IN (%s) AND grantee <> current_user
            AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %%I FROM %%I', granted.table_name, granted.grantee);
    END LOOP;
    -- The view above leaves out what is granted to everybody.
    EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM PUBLIC';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("benchmarks", "0002_add_the_domain")]
    operations = [
        migrations.RunSQL(
            REVOKE % (", ".join(f"'{table}'" for table in TABLES), ", ".join(TABLES)), migrations.RunSQL.noop
        ),
    ]
