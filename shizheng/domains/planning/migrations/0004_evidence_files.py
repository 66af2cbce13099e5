from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0003_promises")]

    operations = [
        migrations.AddField(
            model_name="outcome",
            name="evidence_files",
            field=models.JSONField(blank=True, default=list, verbose_name="佐證"),
        ),
    ]
