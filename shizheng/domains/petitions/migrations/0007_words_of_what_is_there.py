"""Petitions that came before are found by their words too."""

from itertools import islice

from django.db import migrations

from shizheng.domains.petitions.rules.wording import vector

BATCH = 2000


def keep(apps, schema_editor):
    using = schema_editor.connection.alias
    petitions, wordings = (
        apps.get_model("petitions", name).objects.using(using) for name in ("Petition", "Wording")
    )
    wording = apps.get_model("petitions", "Wording")
    rows = petitions.filter(wording=None).values_list(
        "pk",
        "category_id",
        "case__number",
        "case__title",
        "file_number",
        "place",
        "letter_number",
        "letter_from",
    )
    coming = rows.iterator(chunk_size=BATCH)
    while some := list(islice(coming, BATCH)):
        wordings.bulk_create(
            wording(petition_id=pk, grams=vector(texts, category)) for pk, category, *texts in some
        )


class Migration(migrations.Migration):
    dependencies = [("petitions", "0006_found_by_words")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
