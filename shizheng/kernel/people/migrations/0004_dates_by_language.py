from django.db import migrations, models


class Migration(migrations.Migration):
    """Who has not chosen a calendar reads the one of the language; ROC was the default, so nobody sees a change."""

    dependencies = [("people", "0003_delegation")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="date_style",
            field=models.CharField(
                choices=[
                    ("language", "依語言（中文民國，英文西元）"),
                    ("roc", "民國"),
                    ("gregorian", "西元"),
                ],
                default="language",
                max_length=10,
                verbose_name="日期",
            ),
        ),
        migrations.RunSQL(
            "UPDATE people_user SET date_style = 'language' WHERE date_style = 'roc'",
            migrations.RunSQL.noop,
        ),
    ]
