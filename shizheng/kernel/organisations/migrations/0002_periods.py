"""Periods of a unit never overlap and no day has a cycle: the database itself refuses.

Ranges have a built-in GiST operator class, so no extension is needed.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE organisations_unitperiod ADD CONSTRAINT organisations_periods_apart
  EXCLUDE USING gist (int8range(unit_id, unit_id, '[]') WITH &&, daterange(start_date, end_date) WITH &&);

CREATE FUNCTION organisations_refuse_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE above (unit_id, during) AS (
      SELECT NEW.parent_id, daterange(NEW.start_date, NEW.end_date)
      UNION
      SELECT p.parent_id, above.during * daterange(p.start_date, p.end_date)
      FROM above JOIN organisations_unitperiod p ON p.unit_id = above.unit_id
      WHERE p.parent_id IS NOT NULL AND above.during && daterange(p.start_date, p.end_date)
    )
    SELECT 1 FROM above WHERE above.unit_id = NEW.unit_id
  ) THEN
    RAISE EXCEPTION '機關不能隸屬於自己的下級' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER organisations_no_cycle AFTER INSERT OR UPDATE ON organisations_unitperiod
  FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION organisations_refuse_cycle();
"""
BACKWARD = """
DROP TRIGGER organisations_no_cycle ON organisations_unitperiod;
DROP FUNCTION organisations_refuse_cycle();
ALTER TABLE organisations_unitperiod DROP CONSTRAINT organisations_periods_apart;
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
