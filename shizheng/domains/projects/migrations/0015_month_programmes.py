"""A month keeps the programmes that the tender belonged to when it was locked; what was locked before keeps NULL."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0014_opinions")]

    operations = [
        migrations.AddField(
            model_name="monthrecord",
            name="programmes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None, verbose_name="專案計畫"
            ),
        ),
        migrations.AddIndex(
            model_name="monthrecord",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["programmes"], name="projects_month_programmes"
            ),
        ),
    ]
