import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("benchmarks", "0005_keep_drafts_and_hide_updates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="comment")),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("changes_requested", "requested changes"), ("rejected", "rejected")],
                        max_length=18,
                        verbose_name="decision",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ("created_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen at")),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
                "ordering": ("pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="change",
            name="benchmarks_change_kind_is_known",
        ),
        migrations.AlterField(
            model_name="change",
            name="kind",
            field=models.CharField(
                choices=[
                    ("organisation_added", "organisation added"),
                    ("organisation_amended", "organisation amended"),
                    ("theme_added", "theme added"),
                    ("theme_amended", "theme amended"),
                    ("letter_added", "letter added"),
                    ("letter_amended", "letter amended"),
                    ("letter_referred", "reference between letters added"),
                    ("recommendation_added", "recommendation added"),
                    ("recommendation_amended", "recommendation amended"),
                    ("benchmark_defined", "benchmark defined"),
                    ("benchmark_amended", "benchmark amended"),
                    ("criterion_revised", "criterion revised"),
                    ("benchmark_succeeded", "benchmark succeeded by another"),
                    ("benchmark_activated", "benchmark activated"),
                    ("benchmark_published", "benchmark published"),
                    ("benchmark_unpublished", "benchmark taken off the scorecard"),
                    ("benchmark_retired", "benchmark retired"),
                    ("benchmark_reinstated", "benchmark taken up again"),
                    ("series_added", "event series added"),
                    ("series_amended", "event series amended"),
                    ("event_added", "event added"),
                    ("event_amended", "event amended"),
                    ("event_changed", "event changed"),
                    ("agenda_item_added", "benchmark put on an agenda"),
                    ("agenda_item_amended", "agenda item amended"),
                    ("person_added", "person of concern added"),
                    ("person_amended", "person of concern amended"),
                    ("person_mentioned", "mention of a person added"),
                    ("situation_recorded", "situation of a person recorded"),
                    ("update_drafted", "update drafted"),
                    ("update_submitted", "update submitted"),
                    ("update_approved", "update approved"),
                    ("update_returned", "changes requested in an update"),
                    ("update_rejected", "update rejected"),
                    ("update_withdrawn", "update withdrawn"),
                    ("update_reopened", "update reopened"),
                    ("update_discarded", "draft of an update discarded"),
                    ("update_restored", "draft of an update restored"),
                    ("update_hidden", "update hidden at once"),
                    ("update_shown", "update shown again"),
                    ("hiding_confirmed", "hiding of an update confirmed"),
                    ("readers_changed", "readers of an update changed"),
                    ("comment_added", "comment on an update added"),
                    ("text_erased", "protected text erased"),
                ],
                max_length=24,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "organisation_added",
                            "organisation_amended",
                            "theme_added",
                            "theme_amended",
                            "letter_added",
                            "letter_amended",
                            "letter_referred",
                            "recommendation_added",
                            "recommendation_amended",
                            "benchmark_defined",
                            "benchmark_amended",
                            "criterion_revised",
                            "benchmark_succeeded",
                            "benchmark_activated",
                            "benchmark_published",
                            "benchmark_unpublished",
                            "benchmark_retired",
                            "benchmark_reinstated",
                            "series_added",
                            "series_amended",
                            "event_added",
                            "event_amended",
                            "event_changed",
                            "agenda_item_added",
                            "agenda_item_amended",
                            "person_added",
                            "person_amended",
                            "person_mentioned",
                            "situation_recorded",
                            "update_drafted",
                            "update_submitted",
                            "update_approved",
                            "update_returned",
                            "update_rejected",
                            "update_withdrawn",
                            "update_reopened",
                            "update_discarded",
                            "update_restored",
                            "update_hidden",
                            "update_shown",
                            "hiding_confirmed",
                            "readers_changed",
                            "comment_added",
                            "text_erased",
                        ],
                    )
                ),
                name="benchmarks_change_kind_is_known",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="update",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comments",
                to="benchmarks.progressupdate",
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="comment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="benchmarks.comment"
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mentions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["changes_requested", "rejected", ""])),
                name="benchmarks_comment_decision_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("seen_at__isnull", True)),
                fields=["user"],
                name="benchmarks_mention_unseen",
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("comment", "user"), name="benchmarks_mention_once"),
        ),
    ]
