from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publication", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="issuedfigure",
            name="rule_version",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="判定規則版本編號"),
        ),
        migrations.AddField(
            model_name="issuedfigure",
            name="at_risk_version",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="落後規則版本編號"),
        ),
    ]
