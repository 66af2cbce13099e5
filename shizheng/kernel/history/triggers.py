"""The SQL that keeps history: functions once, triggers per model, and what the application's role may not do.

Installed after every migration by the database's owner. Functions that write history are SECURITY DEFINER, so
the application writes history only by changing rows, never by hand.
"""

from collections.abc import Iterator

from django.apps import AppConfig, apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTIONS = """
CREATE OR REPLACE FUNCTION history_now(context jsonb) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  -- the application's clock is believed only where the owner has said so: in a demonstration or test database
  SELECT CASE WHEN context ? 'now' AND EXISTS (SELECT FROM history_policy WHERE settable_clock)
              THEN (context ->> 'now')::timestamptz ELSE clock_timestamp() END
$$;

CREATE OR REPLACE FUNCTION history_record_moment() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO history_moment (at, snapshot_xmin)
  VALUES (clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint) ON CONFLICT DO NOTHING
$$;

CREATE OR REPLACE FUNCTION history_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- arguments: model label, primary key column, comma-separated columns that history must not hold
DECLARE
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - string_to_array(TG_ARGV[2], ',') END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - string_to_array(TG_ARGV[2], ',') END;
  context jsonb := coalesce(nullif(current_setting('shizheng.context', true), '')::jsonb, '{}');
BEGIN
  IF TG_OP = 'UPDATE' AND old_row = new_row THEN RETURN NULL; END IF;
  INSERT INTO history_entry (model, object_id, operation, before, after, actor_id, actor_name, action, reason,
                             origin, recorded_at)
  VALUES (TG_ARGV[0], coalesce(new_row, old_row) ->> TG_ARGV[1], left(TG_OP, 1), old_row, new_row,
          (context ->> 'actor_id')::bigint, coalesce(context ->> 'actor_name', session_user),
          coalesce(context ->> 'action', ''), coalesce(context ->> 'reason', ''),
          coalesce(context -> 'origin', '{}'),
          history_now(context));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION history_stamp() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  context jsonb := coalesce(nullif(current_setting('shizheng.context', true), '')::jsonb, '{}');
BEGIN
  NEW.recorded_at := history_now(context);
  NEW.recorded_by := left(coalesce(context ->> 'actor_name', session_user), 64);
  NEW.recorded_action := coalesce(context ->> 'action', '');
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION history_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% 只能新增，不能%', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def own_models(config: AppConfig | None = None) -> Iterator[type[models.Model]]:
    """Every concrete, managed model of ours (of one app)."""
    for model in apps.get_models() if config is None else config.get_models():
        if model.__module__.startswith("shizheng.") and model._meta.managed and not model._meta.proxy:
            yield model


def is_append_only(model: type[models.Model]) -> bool:
    return getattr(model, "append_only", False)


def is_tracked(model: type[models.Model]) -> bool:
    """Whether changes of `model` are written to history; an append-only row is its own history."""
    return not is_append_only(model) and not getattr(model, "untracked", "")


def triggers_of(model: type[models.Model]) -> str:
    """The statements that make one model keep its history; they can be run again."""
    from shizheng.kernel.history.models import AppendOnly

    table = model._meta.db_table
    statements = [
        f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
        for name in ("history_record", "history_stamp", "history_refuse", "history_refuse_truncate")
    ]
    if is_append_only(model):
        statements.append(
            f'CREATE TRIGGER history_refuse BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION history_refuse()"
        )
        if issubclass(model, AppendOnly):
            statements.append(
                f'CREATE TRIGGER history_stamp BEFORE INSERT ON "{table}" FOR EACH ROW EXECUTE FUNCTION history_stamp()'
            )
    elif is_tracked(model):
        pk = model._meta.pk
        assert pk is not None
        hidden = ",".join(getattr(model, "history_exclude", ()))
        statements.append(
            f'CREATE TRIGGER history_record AFTER INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW '
            f"EXECUTE FUNCTION history_record('{model._meta.label_lower}', '{pk.column}', '{hidden}')"
        )
    if is_append_only(model) or is_tracked(model):
        statements.append(
            f'CREATE TRIGGER history_refuse_truncate BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION history_refuse()"
        )
    return ";\n".join(statements)


# Whatever the owner has made in the schema, each by itself: what somebody else keeps there (a table, a foreign table,
# an extension's functions) is not ours to give, and PostgreSQL refuses ALL TABLES as a whole because of one of them.
GRANT_OWN = """
DO $$
DECLARE statement text;
BEGIN
  FOR statement IN
    SELECT format(CASE relkind WHEN 'S' THEN 'GRANT USAGE, SELECT ON SEQUENCE %1$s TO %2$I'
                  ELSE 'GRANT SELECT, INSERT, UPDATE, DELETE ON %1$s TO %2$I' END, c.oid::regclass, {role})
    FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relowner = current_user::regrole
      AND relkind IN ('r', 'p', 'v', 'm', 'S')
    UNION ALL
    SELECT format('GRANT EXECUTE ON ROUTINE %s TO %I', p.oid::regprocedure, {role})
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
      AND prokind IN ('f', 'p') AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
  LOOP EXECUTE statement; END LOOP;
END $$"""


def grants(role: str) -> str:
    """What the application's role may do: read and write rows of ours, and nothing to history but read it."""
    literal = "'" + role.replace("'", "''") + "'"
    statements = [f'GRANT USAGE ON SCHEMA public TO "{role}"', GRANT_OWN.format(role=literal)]
    for model in own_models():
        taken = "INSERT, UPDATE, DELETE" if getattr(model, "out_of_reach", False) else "UPDATE, DELETE"
        if is_append_only(model):
            statements.append(f'REVOKE {taken}, TRUNCATE ON "{model._meta.db_table}" FROM "{role}"')
    # whoever may call the recording function may hang it on a table of his own and write history by hand
    statements.append(f'REVOKE EXECUTE ON FUNCTION history_record() FROM PUBLIC, "{role}"')
    return ";\n".join(statements)


def install(connection: BaseDatabaseWrapper, application_role: str) -> None:
    """Put functions, triggers and grants in place; run by the owner after all migrations."""
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        cursor.execute(FUNCTIONS)
        for model in own_models():
            if model._meta.db_table in existing:
                cursor.execute(triggers_of(model))
        if application_role != connection.settings_dict["USER"]:
            missing = [m for m in own_models() if m._meta.db_table not in existing]
            if not missing:
                cursor.execute(grants(application_role))
