"""What can only be seen across commits: the owner's reach, "as of", and whose clock is believed."""

import time
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connections

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history import actions, queries
from shizheng.kernel.history.models import Entry, Moment
from shizheng.kernel.history.tests.test_history import make_role
from shizheng.kernel.people.models import Role


def until_nothing_older_runs() -> None:
    """Wait until every transaction that began before what was committed last has ended, as moments need it.

    Numbers are those of the whole server, and tests run beside each other in databases of their own.
    """
    entry = Entry.objects.latest("pk")
    deadline = time.monotonic() + 60
    with connections["default"].cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] > entry.transaction_id:
                return
            time.sleep(0.05)
    raise AssertionError("a transaction that began before the test did not end")


@pytest.mark.own_database
def test_not_even_the_owner_changes_an_entry_without_first_taking_the_trigger_away(own_database: str) -> None:
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
    given = connections["default"].get_connection_params()
    slow = psycopg.connect(
        host=given["host"], user=given["user"], password=given["password"], dbname=own_database
    )  # fmt: skip
    role = make_role(name="甲")
    until_nothing_older_runs()
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


@pytest.mark.own_database
def test_history_does_not_believe_a_set_clock_unless_the_owner_allows_it(own_database: str) -> None:
    def recorded_year(code: str) -> int:
        thursday = datetime(2017, 7, 6, 10, 12, tzinfo=clock.TAIPEI)
        with clock.set_to(thursday), actions.recorded(by=SYSTEM, action="people.make_role"):
            role = Role.objects.create(code=code, name=code)
        return queries.entries_of(role).get().recorded_at.year

    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "ALTER TABLE history_policy DISABLE TRIGGER history_refuse; DELETE FROM history_policy"
        )
    assert recorded_year("real") == clock.today().year
    actions.allow_setting_the_clock()
    assert recorded_year("demonstration") == 2017
