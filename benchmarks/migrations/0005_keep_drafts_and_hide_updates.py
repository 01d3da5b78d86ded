import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("benchmarks", "0004_find_what_is_stale"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkingCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("window", models.CharField(max_length=36, verbose_name="window")),
                ("is_aside", models.BooleanField(default=False, verbose_name="put aside")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("words", models.JSONField(default=dict, verbose_name="words")),
                ("saved_at", models.DateTimeField(verbose_name="saved at")),
            ],
            options={
                "verbose_name": "working copy",
                "verbose_name_plural": "working copies",
                "ordering": ("update", "is_aside", "pk"),
            },
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="hidden_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="hidden by",
            ),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="hiding_confirmed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="hiding confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="content_type",
            field=models.CharField(blank=True, max_length=100, verbose_name="content type"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="file_name",
            field=models.CharField(blank=True, max_length=200, verbose_name="name of the file"),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="discarded_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="discarded at"),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="hidden_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="hidden at"),
        ),
        migrations.AddField(
            model_name="progressupdate",
            name="submission",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="submission"),
        ),
        migrations.AlterField(
            model_name="progressupdate",
            name="happened_on",
            field=models.DateField(null=True, verbose_name="happened on"),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(fields=["author", "-decided_at"], name="benchmarks_update_own"),
        ),
        migrations.AddIndex(
            model_name="progressupdate",
            index=models.Index(
                condition=models.Q(("hidden_at__isnull", False)),
                fields=["hidden_at"],
                name="benchmarks_update_hidden",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("happened_on__isnull", False), _connector="OR"),
                name="benchmarks_update_happened_on_some_day",
                violation_error_message="Say when it happened.",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("hidden_at__isnull", True),
                        ("hidden_by__isnull", True),
                        ("hiding_confirmed_by__isnull", True),
                    ),
                    models.Q(("hidden_at__isnull", False), ("hidden_by__isnull", False)),
                    _connector="OR",
                ),
                name="benchmarks_update_hidden_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hiding_confirmed_by__isnull", True),
                    models.Q(("hiding_confirmed_by", models.F("hidden_by")), _negated=True),
                    _connector="OR",
                ),
                name="benchmarks_update_hiding_confirmed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="progressupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("discarded_at__isnull", True), ("state", "draft"), _connector="OR"),
                name="benchmarks_update_only_drafts_are_discarded",
            ),
        ),
        migrations.AddField(
            model_name="workingcopy",
            name="update",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="working_copies",
                to="benchmarks.progressupdate",
            ),
        ),
        migrations.AddConstraint(
            model_name="workingcopy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_aside", False)), fields=("update",), name="benchmarks_workingcopy_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="workingcopy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_aside", True)),
                fields=("update", "window"),
                name="benchmarks_workingcopy_one_aside_a_window",
            ),
        ),
    ]
