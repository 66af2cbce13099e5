"""What is sealed: written under the case's own key, opened with a record of it, erased by destroying the key."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.kernel.cases import keys
from shizheng.kernel.cases.actions.shared import locked_case, need, touch, write_step
from shizheng.kernel.cases.models import Case, CaseKey, CaseReading, SealedPart
from shizheng.kernel.history.actions import recorded


def seal(actor: Actor, case_id: int, name: str, text: str, *, version: int | None) -> Case:
    """Keep a text under the case's key, in place of what stood there. Raises NotPermitted, Conflict, CannotDo (anonymised)."""
    with recorded(by=actor, action="cases.seal"):
        case = locked_case(case_id, version)
        need(actor, case, "handle")
        wrapped = _key(case)
        if wrapped is None:
            raise _erased(case)
        ciphertext = keys.lock(wrapped, case.pk, name, text)
        kept = SealedPart.objects.filter(case=case, name=name).first()
        if kept is None:
            SealedPart.objects.create(case=case, name=name, ciphertext=ciphertext)
        else:
            kept.ciphertext, kept.version = ciphertext, kept.version + 1
            kept.save(update_fields=["ciphertext", "version"])
        touch(case)
    return case


def seal_new(case: Case, parts: Mapping[str, str]) -> None:
    """Give a new case its key, and keep these texts under it (helper)."""
    wrapped = keys.new_key(case.pk)
    CaseKey.objects.create(case=case, wrapped=wrapped, made_at=clock.now())
    SealedPart.objects.bulk_create(
        SealedPart(case=case, name=name, ciphertext=keys.lock(wrapped, case.pk, name, text))
        for name, text in parts.items()
    )


def read_sealed(actor: Actor, case_id: int, name: str, *, purpose: str) -> str:
    """A sealed text, once it is written down who opened it and for what.

    Raises NotPermitted, NotFound, CannotDo (anonymised), BadInput (no purpose), CannotOpen.
    """
    text = need_reason(purpose)
    with recorded(by=actor, action="cases.read_sealed", reason=text):
        case = locked_case(case_id)
        need(actor, case, "read_sealed")
        wrapped = _key(case)
        if wrapped is None:
            raise _erased(case)
        kept = SealedPart.objects.filter(case=case, name=name).first()
        if kept is None:
            raise NotFound(_("「%(case)s」沒有這項彌封資料。") % {"case": case.number})
        opened = keys.unlock(wrapped, case.pk, name, bytes(kept.ciphertext))
        CaseReading.objects.create(case=case, name=name, reader_id=actor.pk, purpose=text)
    return opened


def anonymise(actor: Actor, case_id: int, *, version: int | None, reason: str) -> Case:
    """Destroy the key of a case that is over: what was sealed can be read by nobody any more, in history neither.

    Raises NotPermitted, Conflict, CannotDo (still open, or done already), BadInput.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.anonymise", reason=text):
        case = locked_case(case_id, version)
        need(actor, case, "anonymise")
        if case.closed_at is None:
            raise CannotDo(
                _("「%(case)s」還沒有結案，個人資料還要用來聯絡，沒有去識別。請結案後再辦理。")
                % {"case": case.number},
                code="still_open",
            )
        if case.anonymised_at is not None:
            raise _erased(case)
        now = clock.now()
        CaseKey.objects.filter(case=case).update(wrapped=None, destroyed_at=now)
        case.anonymised_at = now
        write_step(actor, case, "anonymise", reason=text, at=now)
        touch(case, "anonymised_at")
    return case


def _key(case: Case) -> bytes | None:
    """The wrapped key; None once it was destroyed."""
    found = CaseKey.objects.filter(case=case).values_list("wrapped", flat=True).first()
    return None if found is None else bytes(found)


def _erased(case: Case) -> CannotDo:
    return CannotDo(
        _("「%(case)s」已經去識別，彌封的資料再也不能讀取，沒有執行。") % {"case": case.number},
        code="anonymised",
    )
