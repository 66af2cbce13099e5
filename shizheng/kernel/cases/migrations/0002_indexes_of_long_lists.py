from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("organisations", "0002_periods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="caseassignment",
            name="cases_assigned_now",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("merged_into", None)),
                fields=["kind", "due_at"],
                include=("id", "due_on", "stopped_at"),
                name="cases_open_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("merged_into", None)),
                fields=["kind", "state"],
                include=("id",),
                name="cases_open_by_state",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("longitude__isnull", False)),
                fields=["longitude", "latitude"],
                name="cases_by_place",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("longitude", None)),
                fields=["kind", "-received_at"],
                name="cases_without_place",
            ),
        ),
        migrations.AddIndex(
            model_name="caseassignment",
            index=models.Index(
                condition=models.Q(("part", "co"), ("until", None)),
                fields=["unit", "case"],
                name="cases_beside_now",
            ),
        ),
    ]
