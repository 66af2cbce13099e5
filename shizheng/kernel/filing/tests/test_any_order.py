"""Whatever people do in whatever order: states stay legal, nothing that was decided on is overwritten."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shizheng.common.errors import CannotDo
from shizheng.kernel.filing import actions, queries
from shizheng.kernel.filing.models import CorrectionRequest, Return, SignOff
from shizheng.kernel.filing.rules.workflow import RETURN, RETURN_STATES
from shizheng.kernel.filing.tests.conftest import again, make_town, on
from shizheng.kernel.filing.tests.kind import CODE, Domain

ACTS = (
    "type",
    "type",
    "submit",
    "withdraw",
    "sign",
    "sign_head",
    "back",
    "lock",
    "close",
    "extend",
    "ask",
    "approve",
    "reject",
)
EDGES = {(source, target) for each in RETURN.values() for source in each.sources for target in each.targets}
STEP = st.tuples(st.sampled_from(ACTS), st.sampled_from(["1", "2"]), st.integers(1, 999))


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back: each example starts from the same town."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def take(town: SimpleNamespace, filing: Return, act: str, row: str, number: int) -> None:
    pk, reason = filing.pk, f"理由 {number}"
    asked = CorrectionRequest.objects.filter(filing_id=pk, state="asked").first()
    acts: dict[str, Any] = {
        "type": lambda: actions.save_entries(
            town.officer, pk, [actions.TypedEntry(row, "a", str(number)), actions.TypedEntry(row, "b", "999")]
        ),
        "submit": lambda: actions.submit_return(town.officer, pk, version=None),
        "withdraw": lambda: actions.withdraw_return(town.officer2, pk, version=None),
        "sign": lambda: actions.sign_return(town.chief, pk, version=None),
        "sign_head": lambda: actions.sign_return(town.head, pk, version=None),
        "back": lambda: actions.send_back(town.head, pk, version=None, reason=reason),
        "lock": lambda: actions.lock_round(town.rdec, filing.round_id, reason=reason),
        "close": lambda: actions.close_round(town.rdec, filing.round_id),
        "extend": lambda: actions.extend_due(
            town.rdec, pk, version=None, until=again(filing).due_on.replace(month=9, day=number % 28 + 1), reason=reason
        ),
        "ask": lambda: actions.request_correction(
            town.officer, pk, version=None, changes={(row, "a"): str(number)}, reason=reason
        ),
        "approve": lambda: actions.approve_correction(town.control, asked.pk if asked else 0, version=None, reason=reason),
        "reject": lambda: actions.reject_correction(town.control, asked.pk if asked else 0, version=None, reason=reason),
    }  # fmt: skip
    acts[act]()


def contents(pk: int) -> dict[int, Any]:
    return dict(SignOff.objects.filter(filing_id=pk).values_list("pk", "content"))


def texts(pk: int) -> dict[tuple[str, str], str]:
    return {key: each.text for key, each in queries.entries_of(pk).items()}


@pytest.mark.django_db
def test_any_sequence_of_acts_keeps_states_legal_and_overwrites_nothing(domain: Domain) -> None:
    with on("2017-07-05"):
        town = make_town(domain)
        opened = actions.open_round(town.rdec, CODE, "2017-H1")
        filing = opened.returns.get(unit=town.works)
        done: set[str] = set()

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(STEP, min_size=5, max_size=25))
        def run(steps: list[tuple[str, str, int]]) -> None:
            with undone():
                domain.locked.clear()
                domain.corrected.clear()
                for act, row, number in steps:
                    one_step(act, row, number)

        def one_step(act: str, row: str, number: int) -> None:
            before, kept, stood = again(filing), contents(filing.pk), texts(filing.pk)
            try:
                with transaction.atomic():
                    take(town, filing, act, row, number)
            except CannotDo:
                after = again(filing)
                assert (after.state, after.version) == (before.state, before.version)
                assert texts(filing.pk) == stood and contents(filing.pk) == kept
                return
            done.add(act)
            after = again(filing)
            assert after.state in RETURN_STATES
            assert after.state == before.state or (before.state, after.state) in EDGES
            now = contents(filing.pk)
            assert all(now[pk] == content for pk, content in kept.items()), "a decision was overwritten"
            if texts(filing.pk) != stood:
                assert before.state in {"draft", "returned"} or act == "approve"
            if after.state == "locked":
                assert len(domain.locked) == 1 and after.locked_at
                last = SignOff.objects.filter(filing=after, decision="locked").get()
                told = sorted((e["row"], e["field"], e["text"]) for e in last.content)
                assert told == domain.locked[0][1]
            assert after.signed_levels <= len(after.round.levels)

        run()
        walk(town, filing, one_step)
        assert done >= set(ACTS) - {"extend", "withdraw"}


def walk(town: SimpleNamespace, filing: Return, one_step: Any) -> None:
    """One way to the end, so that every act is surely taken once."""
    with undone():
        for act in (
            "type",
            "type",
            "submit",
            "sign",
            "back",
            "submit",
            "sign",
            "sign_head",
            "lock",
            "ask",
            "reject",
            "ask",
            "approve",
        ):
            one_step(act, "1", 100 + len(act))
            if act == "type":
                one_step("type", "2", 7)
        assert again(filing).state == "locked" and again(filing).corrected_at
