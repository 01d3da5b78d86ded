from django.db import migrations, models

import benchmarks.models.evidence


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0007_give_proposals_a_reason"),
    ]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="file",
            field=models.FileField(
                blank=True,
                upload_to=benchmarks.models.evidence.evidence_path,
                verbose_name="file",
            ),
        ),
    ]
