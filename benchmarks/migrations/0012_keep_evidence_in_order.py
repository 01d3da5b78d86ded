"""Evidence keeps the order in which its rows stood in the form."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0011_find_what_the_desk_shows"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="evidence",
            options={
                "ordering": ("update", "place", "pk"),
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
            },
        ),
        migrations.AddField(
            model_name="evidence",
            name="place",
            field=models.PositiveSmallIntegerField(
                default=0, editable=False, verbose_name="place among the others"
            ),
        ),
    ]
