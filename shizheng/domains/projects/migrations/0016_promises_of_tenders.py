# A tender names the promises and action plans that it carries out, as programmes do.

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0015_month_programmes"),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="promise_codes",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="連結的政見"),
            preserve_default=False,
        ),
    ]
