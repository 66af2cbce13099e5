from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0004_evidence_files")]

    operations = [
        migrations.AlterField(
            model_name="resultrow",
            name="status",
            field=models.CharField(
                choices=[
                    ("met", "達標"),
                    ("on_track", "照此速度可達標"),
                    ("not_met", "未達標"),
                    ("at_risk", "有落後之虞"),
                    ("not_yet_measurable", "尚未可衡量"),
                    ("to_confirm", "待確認"),
                ],
                default="to_confirm",
                max_length=20,
                verbose_name="達成情形",
            ),
        ),
    ]
