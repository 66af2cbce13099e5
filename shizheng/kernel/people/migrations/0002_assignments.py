"""One person holds one role in one unit once on any day: the database itself refuses a second time."""

from django.db import migrations

FORWARD = """
ALTER TABLE people_roleassignment ADD CONSTRAINT people_assignments_apart EXCLUDE USING gist (
  int8range(user_id, user_id, '[]') WITH &&, int8range(role_id, role_id, '[]') WITH &&,
  int8range(unit_id, unit_id, '[]') WITH &&, daterange(start_date, end_date) WITH &&);
"""
BACKWARD = "ALTER TABLE people_roleassignment DROP CONSTRAINT people_assignments_apart"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
