from django.conf import settings
from django.db import migrations, models

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
        ("benchmarks", "0008_name_files_at_random"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="benchmark", name="benchmarks_benchmark_listed"),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(
                fields=["lifecycle", "code", "id"],
                include=("rating", "position", "rated_on", "fresh_until", "due_on", "owner", "measure"),
                name="benchmarks_benchmark_listed",
            ),
        ),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(fields=["lifecycle", "title", "id"], name="benchmarks_benchmark_titled"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["dated", "id"], name="benchmarks_letter_newest"),
        ),
        migrations.RunSQL(FIRST_OF_EACH, NO_FIRST_OF_EACH),
    ]
