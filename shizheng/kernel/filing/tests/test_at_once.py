"""Several people at the same moment, each on a connection of his own; and a process that is killed in between."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections

from shizheng.common.errors import CannotDo
from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.models import Entry, Reminder, Return, Round, SignOff
from shizheng.kernel.filing.tests.conftest import again, fill, make_town, on, send, sign
from shizheng.kernel.filing.tests.kind import CODE, Domain

pytestmark = pytest.mark.own_database
DAY = "2017-07-05"


@pytest.fixture
def here(domain: Domain) -> SimpleNamespace:
    with on(DAY):
        town = make_town(domain)
        town.round = actions.open_round(town.rdec, CODE, "2017-H1")
        town.filing = town.round.returns.get(unit=town.works)
    return town


def at_once(*things: Callable[[], Any]) -> list[str]:
    """Run things at the same moment; what each came to: `done`, or the failure's code."""
    start = Barrier(len(things), timeout=20)

    def run(thing: Callable[[], Any]) -> str:
        try:
            with on(DAY):
                start.wait()
                thing()
        except CannotDo as failure:
            return failure.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(run, things))


def test_a_lock_and_a_submission_at_once_leave_one_order_or_the_other(
    here: SimpleNamespace, domain: Domain
) -> None:
    """Whatever wins: a return is either in and not locked, or was refused; never half of both."""
    seen = set()
    for turn in range(6):
        with on(DAY):
            found = here.filing if turn == 0 else _another(here, domain)
            fill(here.officer, found)
        locking, sending = at_once(
            lambda pk=found.round_id: actions.lock_round(here.rdec, pk, reason="同時"),  # type: ignore[misc]
            lambda pk=found.pk: actions.submit_return(here.officer, pk, version=None),  # type: ignore[misc]
        )
        after = again(found)
        assert locking == "done" and after.round.state == "locked"
        assert (sending, after.state) in {("done", "submitted"), ("round_closed", "draft")}
        sent = SignOff.objects.filter(filing=after, decision="submitted").count()
        assert sent == (1 if sending == "done" else 0)
        seen.add(sending)
    assert domain.locked == [] and seen


def _another(here: SimpleNamespace, domain: Domain) -> Return:
    """A return of another round of the same town."""
    year = 2017 + Round.objects.count()
    made = actions.open_round(here.rdec, CODE, f"{year}-H1")
    found: Return = made.returns.get(unit=here.works)
    return found


def test_a_lock_and_a_last_signature_at_once_lose_nothing(here: SimpleNamespace, domain: Domain) -> None:
    with on(DAY):
        send(here.officer, here.filing)
        actions.sign_return(here.chief, here.filing.pk, version=None)
    outcome = at_once(
        lambda: actions.lock_round(here.rdec, here.round.pk, reason="同時"),
        lambda: actions.sign_return(here.head, here.filing.pk, version=None),
    )
    # a signature after the lock locks the return at once, one before it is locked by the lock
    assert outcome == ["done", "done"] and again(here.filing).state == "locked"
    assert [pk for pk, _content in domain.locked] == [here.filing.pk]


def test_of_two_who_fill_the_same_empty_field_one_is_told(here: SimpleNamespace) -> None:
    outcome = at_once(
        *[
            lambda who=who, text=text: actions.save_entry(  # type: ignore[misc]
                who, here.filing.pk, row="1", field="a", text=text, version=0
            )
            for who, text in ((here.officer, "1"), (here.officer2, "2"))
        ]
    )
    assert sorted(outcome) == ["done", "entry_conflict"]
    assert Entry.objects.get().version == 1


def test_of_two_who_sign_at_once_one_signs(here: SimpleNamespace) -> None:
    from shizheng.kernel.people import factories as people

    with on(DAY):
        second = people.person("supervisor", here.works, username="chief2")
        send(here.officer, here.filing)
        version = again(here.filing).version
    outcome = at_once(
        *[
            lambda who=who: actions.sign_return(who, here.filing.pk, version=version)  # type: ignore[misc]
            for who in (here.chief, second)
        ]
    )
    assert sorted(outcome) == ["conflict", "done"] and again(here.filing).signed_levels == 1


def test_typing_and_sending_in_at_once_sends_what_was_typed_or_refuses_the_typing(
    here: SimpleNamespace,
) -> None:
    with on(DAY):
        fill(here.officer, here.filing)
    typing, sending = at_once(
        lambda: actions.save_entry(
            here.officer2, here.filing.pk, row="1", field="text", text="補充", version=0
        ),
        lambda: actions.submit_return(here.officer, here.filing.pk, version=None),
    )
    assert sending == "done"
    content = SignOff.objects.get(decision="submitted").content
    texts = {(each["row"], each["field"]): each["text"] for each in content}
    there = {key: each.text for key, each in queries.entries_of(here.filing.pk).items()}
    assert texts == there and (("1", "text") in texts) == (typing == "done")


def test_two_runs_of_the_ladder_at_once_take_each_rung_once(here: SimpleNamespace, sent: Any) -> None:
    def run() -> None:
        with on("2017-07-18"):
            from shizheng.common.permissions import SYSTEM

            actions.remind(SYSTEM)

    at_once(run, run, run)
    taken = list(Reminder.objects.values_list("filing_id", "step", "due_on"))
    assert taken and len(taken) == len(set(taken))


KILLED = """
import sys, time
from shizheng.config.runtime import start_django
start_django()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.tests.conftest import on
from shizheng.kernel.filing.tests.kind import Domain
from shizheng.kernel.people.models import User
domain = Domain(); domain.register()
print("ready", flush=True)
sys.stdin.readline()
with on("2017-07-05"):
    officer, rdec = User.objects.get(username="officer"), User.objects.get(username="rdec")
    if sys.argv[2] == "submit":
        for pk in Return.objects.filter(state="draft", entries__row="1", entries__field="a").order_by("pk").values_list("pk", flat=True):
            actions.submit_return(officer, pk, version=None)
    else:
        actions.lock_round(rdec, int(sys.argv[3]), reason="停")
print("finished", flush=True)
"""


def _kill(what: str, round_id: int, after: float) -> bool:
    """Start a process that submits or locks, kill it after so long; whether it had finished."""
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, name, what, str(round_id)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4], env=os.environ.copy(),
    )  # fmt: skip
    assert process.stdin and process.stdout
    assert process.stdout.readline().strip() == "ready"
    process.stdin.write("go\n")
    process.stdin.flush()
    time.sleep(after)
    finished = process.poll() is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return finished


def _whole(filing: Return) -> None:
    """All of an act is there, or nothing of it."""
    sent = SignOff.objects.filter(filing=filing, decision="submitted").count()
    locks = SignOff.objects.filter(filing=filing, decision="locked").count()
    assert (filing.state in {"submitted", "signed", "locked"}) == bool(sent)
    assert (filing.state == "locked") == bool(locks) == (filing.locked_at is not None)


@pytest.mark.parametrize("after", [0.004, 0.02, 0.05, 0.12])
def test_killed_while_submitting_and_locking_leaves_all_or_nothing(
    after: float, here: SimpleNamespace, domain: Domain
) -> None:
    from shizheng.kernel.organisations import factories as organisations

    with on(DAY):
        units = [organisations.unit(parent=here.works, code=f"K{n}") for n in range(5)]
        domain.units += units
        made = actions.add_missing_returns(here.rdec, here.round.pk)
        for user in (here.officer, here.chief, here.head):
            user.forget_authority()  # there are new units below
        for each in [here.filing, *made]:
            fill(here.officer, each)
    connections.close_all()
    _kill("submit", here.round.pk, after)
    time.sleep(0.2)
    for each in Return.objects.all():
        _whole(each)
    made.append(here.filing)
    with on(DAY):
        for each in made:
            if again(each).state == "draft":
                actions.submit_return(here.officer, each.pk, version=None)
            sign(here, again(each))
    connections.close_all()
    _kill("lock", here.round.pk, after)
    time.sleep(0.2)
    here.round.refresh_from_db()
    states = {again(each).state for each in made}
    assert states == ({"locked"} if here.round.state == "locked" else {"signed"})
    for each in Return.objects.all():
        _whole(each)
