"""Retention: who the citizen is, what he or she wrote and what was answered are erased when their time is over."""

from typing import Any

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.roc import in_words
from shizheng.common.words import for_the_record, tell
from shizheng.domains.petitions.actions.shared import seen
from shizheng.domains.petitions.models import PartialReply, Petition, Reply, ServiceRequest
from shizheng.domains.petitions.queries.ruling import kept_until
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded

BATCH = 200


def anonymise_petition(actor: Actor, case_id: int, *, version: int | None, reason: str) -> Any:
    """Destroy the key of what is sealed, blank what was written and answered, erase photographs, once the rule's time is over.

    Raises NotPermitted, NotFound, CannotDo (open, too early, done already), Conflict, BadInput.
    """
    row = seen(actor, case_id)
    with recorded(by=actor, action="petitions.anonymise", reason=reason.strip()):
        if row.case.closed_at is not None:
            until = kept_until(row.case.closed_at)
            if clock.today() <= until:
                raise CannotDo(
                    tell(
                        "「%(case)s」的資料依規則要保存到 %(day)s，現在不能去識別，沒有執行。",
                        case=row.case.number,
                        day=in_words(until),
                    ),
                    code="too_early",
                )
        case = cases.anonymise(actor, case_id, version=version, reason=reason)
        Reply.objects.filter(petition=row).exclude(text="").update(text="")
        PartialReply.objects.filter(petition=row).exclude(text="").update(text="")
        files.erase_all(actor, KIND, case_id, reason=reason)
        ServiceRequest.objects.filter(petition=row).update(answers=[], media_url="")
        row.words = ""
        row.save(update_fields=["words"])
    return case


def anonymise_due(actor: Actor, limit: int = BATCH) -> int:
    """Anonymise every petition whose time is over, a transaction each; returns how many. May be killed and run again."""
    require(actor, "petitions.anonymise")
    rows = Petition.objects.filter(case__kind=KIND, case__closed_at__isnull=False, case__anonymised_at=None)
    done = 0
    with for_the_record():
        reason = tell("保存期間屆滿，依規則去識別。")
    for case_id, closed_at in rows.order_by("case__closed_at").values_list("case_id", "case__closed_at")[
        :limit
    ]:
        if closed_at is None or clock.today() <= kept_until(closed_at):
            break
        anonymise_petition(actor, case_id, version=None, reason=reason)
        done += 1
    return done
