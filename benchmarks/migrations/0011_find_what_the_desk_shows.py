"""The desk counts and lists from indexes alone: what is stale, who owns it, how it is rated, what is open."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0010_find_the_first_of_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="benchmark",
            name="benchmarks_benchmark_fresh",
        ),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(
                fields=["lifecycle", "fresh_until", "code", "id"], name="benchmarks_benchmark_aging"
            ),
        ),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(
                fields=["lifecycle", "rating", "fresh_until"], name="benchmarks_benchmark_standing"
            ),
        ),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(
                fields=["owner", "lifecycle", "fresh_until", "code", "id"], name="benchmarks_benchmark_owned"
            ),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                condition=models.Q(
                    ("discarded_at__isnull", True), ("state__in", ["draft", "submitted", "changes_requested"])
                ),
                fields=["author", "state", "-id"],
                name="benchmarks_update_open",
            ),
        ),
    ]
