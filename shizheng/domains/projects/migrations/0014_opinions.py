# Applications to change control carry the opinion of the agency's supervisor.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("projects", "0013_matters_as_filed"),
    ]

    operations = [
        migrations.AddField(
            model_name="controlapplication",
            name="opinion",
            field=models.TextField(blank=True, default="", verbose_name="機關主管意見"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="controlapplication",
            name="opinion_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="表示意見者",
            ),
        ),
        migrations.AddField(
            model_name="controlapplication",
            name="opinion_on",
            field=models.DateField(blank=True, null=True, verbose_name="表示意見日"),
        ),
        migrations.AddConstraint(
            model_name="controlapplication",
            constraint=models.CheckConstraint(
                condition=Q(opinion="", opinion_by=None, opinion_on=None)
                | (~Q(opinion="") & Q(opinion_by__isnull=False, opinion_on__isnull=False)),
                name="projects_opinion_of_somebody",
            ),
        ),
    ]
