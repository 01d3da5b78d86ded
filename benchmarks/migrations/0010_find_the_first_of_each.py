from django.db import migrations

# Of the tables that tie benchmarks to what they are about, Django keeps no model that could name an index.
FIRST_OF_EACH = """
CREATE INDEX benchmarks_benchmark_themes_first ON benchmarks_benchmark_themes (theme_id, benchmark_id);
CREATE INDEX benchmarks_benchmark_addressees_first ON benchmarks_benchmark_addressees (organisation_id, benchmark_id);
"""
NO_FIRST_OF_EACH = """
DROP INDEX benchmarks_benchmark_themes_first;
DROP INDEX benchmarks_benchmark_addressees_first;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0009_cover_what_lists_read"),
    ]

    operations = [
        migrations.RunSQL(FIRST_OF_EACH, NO_FIRST_OF_EACH),
    ]
