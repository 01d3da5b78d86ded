"""Give changes the kinds which say that details of a thing were amended."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0003_revoke_rewriting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                            "text_erased",
                        ],
                    )
                ),
                name="benchmarks_change_kind_is_known",
            ),
        ),
    ]
