# Matters that are raised in the return of a month say which one.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0009_assessments"),
    ]

    operations = [
        migrations.AddField(
            model_name="crossagencymatter",
            name="period",
            field=models.CharField(blank=True, default="", max_length=7, verbose_name="提出的月份"),
            preserve_default=False,
        ),
    ]
