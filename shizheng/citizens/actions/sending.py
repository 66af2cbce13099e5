"""A citizen sends a petition: taken in like every other, with a receipt that is signed, and a letter that asks to confirm the address."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shizheng.citizens.actions.citizen import citizen
from shizheng.citizens.actions.drafting import keep_draft, locked_draft, open_draft
from shizheng.citizens.actions.letter_words import RECEIPT
from shizheng.citizens.actions.letters import write_letter
from shizheng.citizens.actions.photographs import photographs_again
from shizheng.citizens.models import Contact
from shizheng.citizens.models.contacts import LetterKind
from shizheng.citizens.rules import receipts
from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import N_, for_the_record, tell
from shizheng.domains.petitions import actions as petitions
from shizheng.domains.petitions.queries.public import category_named
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.geography import district_at

CHANNEL = "web"
PLACE_IN_SUBJECT = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """What the citizen takes away. The code is kept nowhere but in the draft, sealed, for an hour."""

    number: str
    code: str
    receipt: dict[str, str]


def send_petition(token: uuid.UUID, what: dict[str, Any], who: dict[str, Any]) -> Sent:
    """Send a draft once: of two presses the second gets what the first got.

    `what`: words, category_id, place, longitude, latitude, district; `who`: name, phone, email, restricted, tell_answer,
    tell_progress. Raises NotFound (gone), BadInput (fields).
    """
    looked = photographs_again(locked_photographs(token))
    actor = citizen("petitions.open", "files.keep")
    with recorded(by=actor, action="citizens.send_petition"):
        draft = locked_draft(token)
        if "sent" in draft:
            return Sent(**draft["sent"])
        received = petitions.receive_petition(actor, _new(what, who, looked))
        row = received.petition
        receipt = kept_receipt(row, looked)
        contact = Contact.objects.create(
            case_id=row.case_id, language=get_language() or "zh-hant", has_mail=bool(who["email"]),
            tell_answer=who["tell_answer"], tell_progress=who["tell_progress"],
        )  # fmt: skip
        if contact.has_mail:
            contact.asked_at = clock.now()
            contact.save(update_fields=["asked_at"])
            write_letter(contact, LetterKind.CONFIRM)
        sent = Sent(row.case.number, received.code, receipt)
        keep_draft(
            token, {"sent": {"number": sent.number, "code": sent.code, "receipt": sent.receipt}}, sent=True
        )
    return sent


def kept_receipt(row: Any, looked: list[Any]) -> dict[str, str]:
    """Sign the receipt of a petition that is just being received, and seal it with its case (helper)."""
    receipt = receipts.signed(receipts.key_of(settings.SIGNING_KEY), _payload(row, looked))
    cases.seal(SYSTEM, row.case_id, RECEIPT, receipts.canonical(receipt).decode(), version=None)
    return receipt


def locked_photographs(token: uuid.UUID) -> list[dict[str, Any]]:
    """The photographs of a draft: decoded before anything is locked."""
    return list(open_draft(token).get("photographs", []))


def _new(what: dict[str, Any], who: dict[str, Any], looked: list[Any]) -> petitions.NewPetition:
    point = (what["longitude"], what["latitude"]) if what["longitude"] is not None else None
    category = category_named(what["category_id"])
    usual = category.usual_class if category is not None else ""
    language = "en" if (get_language() or "").startswith("en") else "zh-Hant"
    return petitions.NewPetition(
        subject=subject_of(category, what["place"]),
        words=what["words"],
        petition_class=PetitionClass(usual or PetitionClass.PETITION),
        channel=CHANNEL,
        category_id=what["category_id"],
        language=language,
        place=what["place"],
        point=point,
        district_code=what["district"] or (district_at(*point) if point else ""),
        petitioner={name: who[name] for name in ("name", "phone", "email")},
        restricted=who["restricted"],
        photographs=looked,
    )


def subject_of(category: Any, place: str, otherwise: str = N_("市民網路陳情")) -> str:
    """The subject as lists show it: the kind and the place, nothing of what the citizen wrote."""
    with for_the_record():
        kind = category.name if category is not None else tell(otherwise)
    short = " ".join(place.split())[:PLACE_IN_SUBJECT]
    return f"{kind}：{short}" if short else kind


def _payload(row: Any, looked: list[Any]) -> dict[str, Any]:
    """What the receipt proves: who received it, its number and time, and the content word by word."""
    case = row.case
    point = None if case.longitude is None else [float(case.longitude), float(case.latitude)]
    return {
        "iss": organisations.city().name,
        "jti": case.number,
        "iat": int(case.received_at.timestamp()),
        "received_at": case.received_at.astimezone(clock.TAIPEI).isoformat(timespec="seconds"),
        "content": {
            "words": row.words,
            "category": row.category.name if row.category_id else "",
            "place": row.place,
            "point": point,
            "photographs": [sha256_of(each) for each in looked],
        },
    }


def sha256_of(looked: Any) -> str:
    """The hash of a photograph as it was kept (without what the camera wrote)."""
    return hashlib.sha256(looked.whole.data).hexdigest()


def receipt_of(case_id: int) -> str:
    """The receipt once more, for who showed the code; that it was taken out is written down. Raises NotFound, CannotDo (erased)."""
    return cases.read_sealed(SYSTEM, case_id, RECEIPT, purpose=_("市民以查詢碼下載收據"))
