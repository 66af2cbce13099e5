"""History is written by the database, tells who and why, and is out of the application's reach."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history import actions, queries
from shizheng.kernel.history.models import Entry, Moment
from shizheng.kernel.people.models import Role

pytestmark = pytest.mark.django_db


def make_role(name: str = "試驗角色", reason: str = "為了測試") -> Role:
    with (
        actions.coming_from("cli", command="test"),
        actions.recorded(by=SYSTEM, action="people.make_role", reason=reason),
    ):
        return Role.objects.create(code="trial", name=name)


def test_an_insert_tells_who_why_when_and_from_where() -> None:
    before = clock.now()
    entry = queries.entries_of(make_role()).get()
    assert (entry.operation, entry.actor_name, entry.reason) == ("I", "系統", "為了測試")
    assert entry.action == "people.make_role"
    assert entry.origin == {"channel": "cli", "command": "test"}
    assert before - timedelta(seconds=1) <= entry.recorded_at <= clock.now() + timedelta(seconds=1)
    assert entry.before is None and entry.after["name"] == "試驗角色"


def test_an_update_and_a_delete_keep_what_was() -> None:
    role = make_role()
    pk = role.pk
    with actions.recorded(by=SYSTEM, action="people.rename_role"):
        role.name = "新名"
        role.save()
    with actions.recorded(by=SYSTEM, action="people.remove_role"):
        role.delete()
    kinds = [(e.operation, (e.before or {}).get("name"), (e.after or {}).get("name")) for e in
             queries.entries_of("people.role", pk)]  # fmt: skip
    assert kinds == [("D", "新名", None), ("U", "試驗角色", "新名"), ("I", None, "試驗角色")]


def test_a_change_outside_of_any_action_is_recorded_all_the_same() -> None:
    with transaction.atomic():
        role = Role.objects.create(code="bare", name="沒有動作")
    entry = queries.entries_of(role).get()
    assert entry.action == "" and entry.actor_name == connection.settings_dict["USER"]


def test_saving_without_a_change_leaves_no_trace() -> None:
    role = make_role()
    role.save()
    assert queries.entries_of(role).count() == 1


def test_the_outer_context_comes_back_after_an_inner_one() -> None:
    with actions.recorded(by=SYSTEM, action="outer"):
        with actions.recorded(by=SYSTEM, action="inner"):
            inner = Role.objects.create(code="a", name="內")
        outer = Role.objects.create(code="b", name="外")
    assert queries.entries_of(inner).get().action == "inner"
    assert queries.entries_of(outer).get().action == "outer"


def test_a_failed_inner_action_does_not_lend_its_context_to_the_outer_one() -> None:
    with actions.recorded(by=SYSTEM, action="outer"):
        with pytest.raises(DatabaseError), actions.recorded(by=SYSTEM, action="inner"):
            Role.objects.create(code="c", name="一")
            Role.objects.create(code="c", name="二")
        role = Role.objects.create(code="d", name="外")
    assert queries.entries_of(role).get().action == "outer"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_entry SET actor_name = '別人'",
        "DELETE FROM history_entry",
        "TRUNCATE history_entry",
        "INSERT INTO history_entry (model, object_id, operation, actor_name, action, reason, origin) "
        "VALUES ('x', '1', 'I', '別人', '', '', '{}')",
        "ALTER TABLE history_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER history_record ON people_role",
        "TRUNCATE people_role CASCADE",
        "CREATE OR REPLACE FUNCTION history_record() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "ALTER TABLE people_role OWNER TO CURRENT_USER",
        "SET session_replication_role = replica",
    ],
)
def test_the_application_cannot_reach_history_by_hand(statement: str) -> None:
    make_role()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.own_database
def test_not_even_the_owner_changes_an_entry_without_first_taking_the_trigger_away(own_database: str) -> None:
    from django.db import connections

    make_role()
    for statement in (
        "UPDATE history_entry SET reason = '改'",
        "DELETE FROM history_entry",
        "TRUNCATE history_entry",
    ):
        with pytest.raises(DatabaseError), connections["owner"].cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.own_database
def test_a_row_as_of_a_moment_is_what_it_was_then(own_database: str) -> None:
    role = make_role(name="甲")
    between = clock.now()
    with actions.recorded(by=SYSTEM, action="people.rename_role"):
        Role.objects.filter(pk=role.pk).update(name="乙")
    assert (queries.as_of(role, between) or {})["name"] == "甲"
    assert (queries.as_of(role, clock.now()) or {})["name"] == "乙"
    assert queries.as_of(role, between - timedelta(days=1)) is None


@pytest.mark.own_database
def test_a_transaction_that_commits_after_the_moment_was_written_down_is_not_seen_as_of_it(
    own_database: str,
) -> None:
    """Its rows carry an earlier clock than the moment, yet nobody could have read them then."""
    import psycopg
    from django.db import connections

    given = connections["default"].get_connection_params()
    slow = psycopg.connect(
        host=given["host"], user=given["user"], password=given["password"], dbname=own_database
    )  # fmt: skip
    role = make_role(name="甲")
    slow.execute(
        "UPDATE people_role SET name = '乙' WHERE id = %s", [role.pk]
    )  # stamped now, committed later
    moment = clock.now()
    actions.record_moment()
    slow.commit()
    slow.close()
    assert Moment.objects.filter(at__gte=moment).count() == 1
    later = queries.as_of(role, moment)
    assert later is not None and later["name"] == "甲"


def test_passwords_never_reach_history() -> None:
    from shizheng.kernel.people.models import User

    with actions.recorded(by=SYSTEM, action="people.open_account"):
        user = User(username="someone", display_name="某人")
        user.set_password("correct horse battery")
        user.save()
    assert all("password" not in (e.after or {}) for e in Entry.objects.filter(model="people.user"))
