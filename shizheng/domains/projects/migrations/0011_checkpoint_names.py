# Checkpoints of a plan carry the English name of their type; earlier versions have none and stay Chinese.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0010_matters_of_months"),
    ]

    operations = [
        migrations.AddField(
            model_name="plannedcheckpoint",
            name="name_en",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="英文名稱"),
            preserve_default=False,
        ),
    ]
