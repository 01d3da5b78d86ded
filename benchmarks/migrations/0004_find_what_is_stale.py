import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("benchmarks", "0003_revoke_rewriting"),
    ]

    operations = [
        migrations.AddField(
            model_name="benchmark",
            name="retirement_reason",
            field=models.TextField(blank=True, editable=False, verbose_name="why it was retired"),
        ),
        migrations.AddField(
            model_name="benchmark",
            name="fresh_until",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.ExpressionWrapper(
                    django.db.models.expressions.CombinedExpression(
                        models.F("rated_on"), "+", models.F("review_interval_days")
                    ),
                    output_field=models.DateField(),
                ),
                output_field=models.DateField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(fields=["lifecycle", "fresh_until"], name="benchmarks_benchmark_fresh"),
        ),
        migrations.AddIndex(
            model_name="benchmark",
            index=models.Index(fields=["lifecycle", "code", "id"], name="benchmarks_benchmark_listed"),
        ),
    ]
