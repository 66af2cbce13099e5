"""A request that is sent in: everything is checked first, and all that is wrong is said at once; then it is a petition."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.words import CJK, written
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Category, ServiceRequest, Timing
from shizheng.domains.petitions.open311 import services
from shizheng.domains.petitions.open311.errors import NOT_GIVEN, Refused
from shizheng.domains.petitions.open311.rules import answers as answering
from shizheng.domains.petitions.open311.rules import reading
from shizheng.domains.petitions.open311.rules.reading import Unfit
from shizheng.domains.petitions.queries.services import setting_of
from shizheng.domains.petitions.rules import codes
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.web.geography import districts
from shizheng.web.templatetags.ui import day_text

CHANNEL = "open311"
LONGEST = 4000
"""Characters of a description (the standard's limit)."""
TOKEN = 24
"""Bytes of a token."""
T = TypeVar("T")


@dataclass
class Checked:
    """What was found wrong so far; a part that is wrong leaves its default."""

    wrong: list[str] = field(default_factory=list)

    def take(self, read: Callable[[], T], default: T) -> T:
        """What `read` gives; where it cannot be taken, the default, and the reason is kept."""
        try:
            return read()
        except Unfit as failure:
            self.wrong.append(str(failure))
            return default


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request begins with, read and checked."""

    category: Category
    words: str
    point: tuple[float, float] | None
    address: str
    district_code: str
    media_url: str
    petitioner: Mapping[str, str]
    account_id: str
    answers: list[dict[str, Any]]


def read(category: Category, given: Mapping[str, str], answers: Mapping[str, Sequence[str]]) -> Sent:
    """Read the arguments of a request. Raises Refused with every reason."""
    checked = Checked()

    def text(name: str, most: int, *, lines: bool = False) -> str:
        return checked.take(lambda: reading.clean(name, given.get(name, ""), most, lines=lines), "")

    wrong_before = len(checked.wrong)
    point = checked.take(lambda: reading.place(given), None)
    address = text("address_string", 200)
    district = _district(text("address_id", 20), checked)
    if len(checked.wrong) == wrong_before and not (point or address or district):
        checked.wrong.append(_("沒有給地點：lat 和 long、address_string、address_id 至少要有一種。"))
    attributes = services.attributes_of(category)
    asked = services.questions(attributes)
    kept, unfit = answering.answers(asked, answers)
    if beyond := set(answers) - {each.code for each in asked}:
        unfit.append(reading.unknown(beyond))
    checked.wrong += [str(each) for each in unfit]
    first, last = text("first_name", 100), text("last_name", 100)
    sent = Sent(
        category=category,
        words=text("description", LONGEST, lines=True),
        point=point,
        address=address or (district[1] if district and not point else ""),
        district_code=district[0] if district else "",
        media_url=checked.take(lambda: reading.link(given.get("media_url", "")), ""),
        petitioner={
            "name": reading.full_name(first, last), "email": _email(text("email", 254), checked), "phone": text("phone", 50),
        },
        account_id=text("account_id", 100),
        answers=services.answered(attributes, kept),
    )  # fmt: skip
    text(
        "device_id", 200
    )  # looked at like the others, and not kept: who reports is not followed across reports
    if checked.wrong:
        raise Refused(NOT_GIVEN, *checked.wrong)
    return sent


def _district(code: str, checked: Checked) -> tuple[str, str] | None:
    """The code and name of the district that an `address_id` names."""
    if not code:
        return None
    for each in districts():
        if each.code == code:
            return each.code, each.name
    checked.wrong.append(_("address_id 要是本市行政區的 8 碼代碼；或改給 lat 和 long、address_string。"))
    return None


def _email(text: str, checked: Checked) -> str:
    name, at, host = text.rpartition("@")
    if text and not (at and name and "." in host.strip(".") and not any(each.isspace() for each in text)):
        checked.wrong.append(_("email 不是電子郵件地址。"))
    return text


def receive(actor: Actor, sent: Sent, uploads: Sequence[Any]) -> list[dict[str, Any]]:
    """Take the request in as a petition. Returns the list that the standard answers.

    Raises NotPermitted, BadInput (with fields), files.Refused, NoRuleInForce.
    """
    unit_id = organisations.city().pk
    require(actor, "petitions.open", unit_id)
    if uploads:
        require(actor, "files.keep", unit_id)
    if len(uploads) > actions.MOST_PHOTOGRAPHS:
        raise BadInput(_("照片最多 %(n)s 張。") % {"n": actions.MOST_PHOTOGRAPHS})
    photographs = [files.look_at_photograph(each, each.name or "photo") for each in uploads]
    category, setting = sent.category, setting_of(sent.category)
    token = secrets.token_urlsafe(TOKEN) if setting.timing == Timing.BATCH else ""
    with recorded(by=actor, action="petitions.receive_open311"):
        received = actions.receive_petition(
            actor,
            actions.NewPetition(
                subject=written("%(category)s（Open311 申報）", category=category.name),
                words=sent.words or written("（申報者沒有寫說明。）"),
                petition_class=PetitionClass(category.usual_class or PetitionClass.PETITION),
                channel=CHANNEL,
                category_id=category.pk,
                unit_id=unit_id,
                language="en" if sent.words and not CJK.search(sent.words) else "zh-Hant",
                place=sent.address,
                point=sent.point,
                district_code=sent.district_code,
                petitioner=sent.petitioner,
                photographs=photographs,
            ),
        )
        ServiceRequest.objects.create(
            petition=received.petition,
            key_name=getattr(actor, "token_name", actor.display_name)[:80],
            answers=sent.answers,
            media_url=sent.media_url,
            address_id=sent.district_code,
            words_public=setting.words_public,
            token_hash=token_hash(token),
        )
    case = received.petition.case
    due = day_text(case.due_on, "long") if case.due_on else _("另行通知")
    if token:
        notice = _("已收到。受理後憑 token 取得案號。")
        return [{"token": token, "service_notice": notice, "account_id": sent.account_id or None}]
    notice = _("預定%(day)s前答復。查進度用案號 %(number)s 和查詢碼 %(code)s；查詢碼只在這裡出現一次。") % {
        "day": due, "number": case.number, "code": received.code,
    }  # fmt: skip
    return [
        {
            "service_request_id": case.number,
            "service_notice": notice,
            "account_id": sent.account_id or None,
        }
    ]


def token_hash(token: str) -> str:
    """What is kept of a token (HMAC-SHA-256); nothing for no token."""
    return codes.token_hashed(f"petitions.open311\0{settings.SECRET_KEY}".encode(), token) if token else ""
