"""History is written by the database, tells who and why, and is out of the application's reach."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history import actions, queries
from shizheng.kernel.history.models import Entry
from shizheng.kernel.people.models import Role

pytestmark = pytest.mark.django_db


def make_role(name: str = "試驗角色", reason: str = "為了測試", code: str = "trial") -> Role:
    with (
        actions.coming_from("cli", command="test"),
        actions.recorded(by=SYSTEM, action="people.make_role", reason=reason),
    ):
        return Role.objects.create(code=code, name=name)


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
        "INSERT INTO history_moment (at, snapshot_xmin) VALUES ('2000-01-01', 1)",
        "INSERT INTO history_policy (id, settable_clock) VALUES (1, true)",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int);"
        "CREATE TRIGGER forge AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION history_record('a.b', 'id', '')",
    ],
)
def test_the_application_cannot_reach_history_by_hand(statement: str) -> None:
    make_role()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_passwords_never_reach_history() -> None:
    from shizheng.kernel.people.models import User

    with actions.recorded(by=SYSTEM, action="people.open_account"):
        user = User(username="someone", display_name="某人")
        user.set_password("correct horse battery")
        user.save()
    assert all("password" not in (e.after or {}) for e in Entry.objects.filter(model="people.user"))


def test_what_was_done_at_one_stroke_is_one_act() -> None:
    first = make_role(code="one", name="甲", reason="季度調整")
    second = make_role(code="two", name="乙", reason="另一件")
    both = Entry.objects.filter(model="people.role", object_id__in=[str(first.pk), str(second.pk)])
    assert [len(act.entries) for act in queries.acts_of(both)] == [1, 1], "two reasons are two acts"
    with actions.recorded(by=SYSTEM, action="people.edit_role", reason="一起改"):
        for role in (first, second):
            role.description = "改過"
            role.save()
    acts = queries.acts_of(both.order_by("-id"))
    assert [len(act.entries) for act in acts] == [2, 1, 1] and acts[0].first.reason == "一起改"
    assert len(queries.of_latest_acts(both.order_by("-id"), 1)) == 2
