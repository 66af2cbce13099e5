"""All that happened to one commitment, the newest first: told, asked, decided."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shizheng.common.words import tell
from shizheng.domains.commitments.models import (
    Commitment,
    CommitmentUnit,
    CommitmentUpdate,
    Extension,
    Outcome,
    Step,
)
from shizheng.domains.commitments.rules.workflow import ACTS, Act
from shizheng.kernel.files import queries as files

EVIDENCE = "commitments.update"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `what`: update, extension, decision, step; `files`: its evidence."""

    what: str
    title: str
    at: datetime
    by: str
    text: str
    owed: CommitmentUnit | None = None
    tone: str = ""
    row: Any = None
    files: Sequence[Any] = ()
    day: date | None = None


TONES = {Act.SENT_BACK: "bad", Act.RELEASED: "good", Act.WITHDRAWN: "bad"}


def timeline(row: Commitment) -> list[Line]:
    """Everything, the newest first (four queries)."""
    updates = list(
        CommitmentUpdate.objects.filter(owed__commitment=row).select_related("owed__unit").order_by("id")
    )
    evidence: dict[int, list[Any]] = defaultdict(list)
    wanted = [each.pk for each in updates if each.files]
    if wanted:
        for each in files.rows().filter(subject_label=EVIDENCE, subject_pk__in=wanted).order_by("name"):
            evidence[each.subject_pk].append(each)
    found = [
        Line(
            "update", tell("辦理情形"), each.recorded_at, each.recorded_by, each.text, each.owed,
            row=each, files=evidence[each.pk], day=each.on,
        )
        for each in updates
    ]  # fmt: skip
    found += _extensions(row)
    for step in Step.objects.filter(commitment=row).select_related("owed__unit"):
        act = Act(step.act)
        text = "：".join(
            each for each in (step.get_ground_display() if step.ground else "", step.reason) if each
        )
        found.append(
            Line("step", tell(ACTS[act].label), step.recorded_at, step.recorded_by, text, step.owed, TONES.get(act, ""), step)
        )  # fmt: skip
    return sorted(found, key=lambda line: (line.at, line.row.pk), reverse=True)


def _extensions(row: Commitment) -> list[Line]:
    found = []
    for each in Extension.objects.filter(owed__commitment=row).select_related("owed__unit", "decision"):
        found.append(
            Line("extension", tell("申請展延"), each.recorded_at, each.recorded_by, each.reason, each.owed, row=each, day=each.until)
        )  # fmt: skip
        decision = getattr(each, "decision", None)
        if decision is not None:
            tone = "bad" if decision.outcome == Outcome.REFUSED else ""
            found.append(
                Line("decision", decision.get_outcome_display(), decision.recorded_at, decision.recorded_by, decision.reason, each.owed, tone, decision, day=each.until)
            )  # fmt: skip
    return found


def may_read_evidence(actor: Any, update_id: int) -> bool:
    """Who may see the commitment may read the evidence of its updates."""
    return actor.may("commitments.view") and CommitmentUpdate.objects.filter(pk=update_id).exists()


def commitment_of_update(update_id: int) -> int | None:
    """To which commitment an update belongs."""
    return CommitmentUpdate.objects.filter(pk=update_id).values_list("owed__commitment_id", flat=True).first()
