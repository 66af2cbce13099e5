# Matters keep what the return said, so that one signed again changes only what its agency has changed.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_periods"),
        ("projects", "0012_tallies"),
    ]

    operations = [
        migrations.AddField(
            model_name="crossagencymatter",
            name="filed_unit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.unit",
                verbose_name="填報所請的機關",
            ),
        ),
        migrations.AddField(
            model_name="crossagencymatter",
            name="filed_text",
            field=models.TextField(null=True, verbose_name="填報所請的事"),
        ),
    ]
