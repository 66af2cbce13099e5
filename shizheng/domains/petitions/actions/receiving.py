"""Taking in a petition, whatever the channel: one action that all of them use (J01)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor
from shizheng.common.roc import roc_year
from shizheng.domains.petitions.actions.wording import keep_wording
from shizheng.domains.petitions.channels import Channel, channel_of
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.queries.petitions import code_key
from shizheng.domains.petitions.rules import codes
from shizheng.domains.petitions.rules.classes import LIMITS, PetitionClass, Source, file_number
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.actions import Confidentiality
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

SUBJECT = "petitions.petition"
SEALED = ("name", "phone", "email", "address", "id_number")
"""What is sealed of who the citizen is."""
LONGEST = 5000
MOST_PHOTOGRAPHS = 10


@dataclass(frozen=True, slots=True)
class NewPetition:
    """What a petition begins with. `subject`: written by the officer (or made from the words), nothing personal in it.

    `words`: the citizen's own. `petitioner`: SEALED name → text; empty: not named. `unit_id`: where it comes in (the city's
    control office by default). `restricted`: seen by its officer and by who opens sealed data only. `photographs`: as
    `files.look_at_photograph` gave them, without what the camera wrote.
    """

    subject: str
    words: str
    petition_class: PetitionClass
    channel: str
    source: Source | None = None
    category_id: int | None = None
    unit_id: int | None = None
    received_at: datetime | None = None
    language: str = "zh-Hant"
    place: str = ""
    point: tuple[float, float] | None = None
    district_code: str = ""
    petitioner: Mapping[str, str] = field(default_factory=dict)
    read_back: bool = False
    signed: bool = False
    letter_number: str = ""
    letter_from: str = ""
    restricted: bool = False
    photographs: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """The petition, and the code with which the citizen looks it up: it is shown now and kept nowhere."""

    petition: Petition
    code: str


def receive_petition(actor: Actor, new: NewPetition) -> Received:
    """Take in a petition: its case with number and deadline, its own file of the source, what is sealed, its photographs.

    Raises NotPermitted, BadInput (fields), NoRuleInForce.
    """
    channel = channel_of(new.channel)
    source = new.source or channel.source
    _check(new, channel, source)
    kept = {name: new.petitioner[name].strip() for name in SEALED if new.petitioner.get(name, "").strip()}
    with recorded(by=actor, action="petitions.receive"):
        case = cases.open_case(
            actor,
            KIND,
            cases.NewCase(
                title=new.subject,
                unit_id=new.unit_id or organisations.city().pk,
                limit=LIMITS[new.petition_class],
                received_at=new.received_at,
                channel=channel.code,
                confidentiality=Confidentiality.RESTRICTED if new.restricted else Confidentiality.ORDINARY,
                district_code=new.district_code,
                closures_of=new.district_code,
                place=new.point,
                sealed=kept,
                fields={"channel": channel.code, "source": source.value},
            ),
        )
        code = codes.new_code()
        year = roc_year(day_of(case.received_at))
        row = Petition.objects.create(
            case=case,
            petition_class=new.petition_class.value,
            source=source.value,
            file_number=file_number(source, year, _next_of(source, year)),
            category_id=new.category_id,
            words=new.words.strip(),
            language=new.language,
            place=new.place.strip(),
            anonymous="name" not in kept,
            letter_number=new.letter_number.strip(),
            letter_from=new.letter_from.strip(),
            read_back=new.read_back,
            signed=new.signed,
            code_hash=codes.hashed(code_key(), case.number, code),
        )
        keep_wording(row, case, new=True)
        for number, each in enumerate(new.photographs, start=1):
            looked = files.named(each, f"{case.number}-{number}")
            files.keep_photograph(actor, looked, subject=(SUBJECT, case.pk), unit_id=case.unit_id)
    return Received(row, code)


def _check(new: NewPetition, channel: Channel, source: Source) -> None:
    wrong: dict[str, list[str]] = {}
    if not new.words.strip() or len(new.words.strip()) > LONGEST:
        wrong["words"] = [_("陳情內容要寫，最多 %(n)s 字。") % {"n": LONGEST}]
    if new.category_id is not None and not Category.objects.filter(pk=new.category_id, in_use=True).exists():
        wrong["category_id"] = [_("沒有這個分類，請從清單選。")]
    if channel.oral and not (new.read_back and new.signed):
        wrong["signed"] = [
            _("言詞陳情要作成紀錄，向陳情人朗讀或使閱覽，並請簽名或蓋章（行政程序法第 169 條）。")
        ]
    if (channel.letter or source is Source.SUPERIOR) and not (
        new.letter_from.strip() and new.letter_number.strip()
    ):
        wrong["letter_number"] = [_("來文或交查的案件要寫來文機關和字號。")]
    if len(new.photographs) > MOST_PHOTOGRAPHS:
        wrong["photographs"] = [_("照片最多 %(n)s 張。") % {"n": MOST_PHOTOGRAPHS}]
    too_long = [name for name in SEALED if len(new.petitioner.get(name, "")) > 300]
    wrong |= {name: [_("最多 300 字。")] for name in too_long}
    for name, given, most in (
        ("place", new.place, 200), ("letter_from", new.letter_from, 100), ("letter_number", new.letter_number, 100),
    ):  # fmt: skip
        if len(given.strip()) > most:
            wrong[name] = [_("最多 %(n)s 字。") % {"n": most}]
    if wrong:
        raise BadInput(_("陳情還不能收，沒有存：請改正標示的欄位。"), fields=wrong)


def _next_of(source: Source, year: int) -> int:
    """The next number of a source's own file in a year; undone with the transaction, so there are no gaps."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO petitions_sourcecounter (source, roc_year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (source, roc_year) DO UPDATE SET last = petitions_sourcecounter.last + 1 RETURNING last",
            [source.value, year],
        )
        (serial,) = cursor.fetchone()
    return int(serial)
