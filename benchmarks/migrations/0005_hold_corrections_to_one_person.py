import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("benchmarks", "0004_let_details_be_amended"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="personsituation",
            trigger=pgtrigger.compiler.Trigger(
                name="corrects_the_same_person",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    execute="benchmarks_check_correction()",
                    func="RETURN NULL;",
                    hash="69f69c6fb0ba48593a95fce962eb0d910568a04f",
                    operation="INSERT",
                    pgid="pgtrigger_corrects_the_same_person_3efe6",
                    table="benchmarks_personsituation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
