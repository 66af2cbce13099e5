import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("petitions", "0005_routing_answers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "petition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="wording",
                        serialize=False,
                        to="petitions.petition",
                        verbose_name="陳情案件",
                    ),
                ),
                ("grams", django.contrib.postgres.search.SearchVectorField(verbose_name="檢索字")),
            ],
            options={
                "verbose_name": "陳情檢索字",
                "verbose_name_plural": "陳情檢索字",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["grams"], name="petitions_wording_grams"
                    )
                ],
            },
        ),
    ]
