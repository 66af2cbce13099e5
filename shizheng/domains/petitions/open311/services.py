"""Services of Open311: categories below a heading that are in use and offered, and what each asks (service definition)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.words import called, english
from shizheng.domains.petitions.models import Category, CategoryAttribute, OpenService, Timing
from shizheng.domains.petitions.models.open311 import LISTS
from shizheng.domains.petitions.open311.errors import NOT_FOUND, NOT_GIVEN, Refused
from shizheng.domains.petitions.open311.rules.answers import Question
from shizheng.domains.petitions.queries.services import setting_of
from shizheng.kernel.history.models import Entry
from shizheng.kernel.organisations import queries as organisations

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ROOT = "/open311/v2"
FIRST_CHANGE = datetime(2026, 1, 1, tzinfo=clock.TAIPEI)


def offered() -> QuerySet[Category]:
    """Categories that are services now, with heading and settings."""
    shown = Q(open_service=None) | Q(open_service__offered=True)
    rows = Category.objects.filter(shown, parent__isnull=False, in_use=True, parent__in_use=True)
    return rows.select_related("parent", "open_service")


def service(code: str) -> Category:
    """A service by its code. Raises Refused: not given, not found."""
    if not code.strip():
        raise Refused(NOT_GIVEN, _("沒有給 service_code。"))
    row = offered().filter(code=code.strip()).first()
    if row is None:
        raise Refused(NOT_FOUND, _("找不到 service_code「%(code)s」的服務。") % {"code": code.strip()[:40]})
    return row


def attributes_of(category: Category) -> list[CategoryAttribute]:
    """What a service asks, in order."""
    return list(CategoryAttribute.objects.filter(category=category, in_use=True))


def questions(attributes: Iterable[CategoryAttribute]) -> list[Question]:
    """The same as the rules know it, without what is only shown."""
    return [
        Question(each.code, each.datatype, each.required, frozenset(value["key"] for value in each.values))
        for each in attributes
        if each.variable
    ]


def known_codes(codes: Iterable[str]) -> set[str]:
    """Which of these codes belong to a category, also to one that is no longer offered: its requests can still be read."""
    found = list(codes)
    if not found:
        return set()
    return set(Category.objects.filter(code__in=found, parent__isnull=False).values_list("code", flat=True))


def with_attributes(rows: QuerySet[Category]) -> list[Any]:
    """Services, each with what it asks as `asked` (two queries)."""
    asks = CategoryAttribute.objects.filter(in_use=True)
    return list(rows.prefetch_related(Prefetch("attributes", asks, to_attr="asked")))


def root_address() -> str:
    """The address of the endpoint."""
    return settings.BASE_URL + ROOT


def service_list() -> list[dict[str, Any]]:
    """Every service (two queries)."""
    rows = list(offered())
    asking = set(
        CategoryAttribute.objects.filter(in_use=True, category__in=rows).values_list("category", flat=True)
    )
    return [_service(row, row.pk in asking) for row in rows]


def _service(row: Category, asks: bool) -> dict[str, Any]:
    setting = setting_of(row)
    names = dict.fromkeys(each for each in (row.name, row.name_en, called(row.parent)) if each)
    return {
        "service_code": row.code,
        "service_name": called(row),
        "description": described(row, setting),
        "metadata": asks,
        "type": Timing(setting.timing).value,
        "keywords": ", ".join(each.replace(",", " ") for each in names),
        "group": called(row.parent),
    }


def described(row: Category, setting: OpenService) -> str:
    """What the service is for, and whether what is written there is shown to everybody."""
    own = (setting.description_en if english() else "") or setting.description
    text = own or _("%(group)s：%(name)s。") % {"group": called(row.parent), "name": called(row)}
    if setting.words_public:
        text += _("您寫的說明和媒體連結在受理後會公開，請不要寫個人資料。")
    return text


def definition(code: str) -> dict[str, Any]:
    """What a service asks (two queries). Raises Refused."""
    row = service(code)
    return {
        "service_code": row.code,
        "attributes": [_attribute(place, each) for place, each in enumerate(attributes_of(row), start=1)],
    }


def _attribute(place: int, row: CategoryAttribute) -> dict[str, Any]:
    document: dict[str, Any] = {
        "variable": row.variable,
        "code": row.code,
        "datatype": row.datatype,
        "required": row.required and row.variable,
        "datatype_description": in_language(row.help, row.help_en) or None,
        "order": place,
        "description": in_language(row.label, row.label_en),
    }
    if row.datatype in LISTS:
        document["values"] = [{"key": each["key"], "name": value_name(each)} for each in row.values]
    return document


def in_language(text: str, text_en: str) -> str:
    """The English where the reader reads English and there is one."""
    return text_en if english() and text_en else text


def value_name(value: dict[str, str]) -> str:
    """What an option of a list is called."""
    return in_language(value["name"], value.get("name_en", ""))


def jurisdiction() -> str:
    """The id of this jurisdiction: the host of the product's address, without `www.`."""
    return (urlsplit(settings.BASE_URL).hostname or "localhost").removeprefix("www.")


def changed_at() -> datetime:
    """When services or what they ask were changed last (one query)."""
    kinds = [each._meta.label_lower for each in (Category, CategoryAttribute, OpenService)]
    return max(
        Entry.objects.filter(model__in=kinds).order_by().values_list("recorded_at", flat=True),
        default=FIRST_CHANGE,
    )


def discovery() -> dict[str, Any]:
    """Which endpoints there are, who keeps them, how one gets a key."""
    changeset = clock_text(changed_at())
    page = settings.BASE_URL + reverse("open311:about")
    return {
        "changeset": changeset,
        "contact": _("%(city)s 1999 陳情整合平臺，說明與聯絡方式：%(page)s")
        % {"city": called(organisations.city()), "page": page},
        "key_service": _("金鑰由市府研考會核發，申請方式：%(page)s") % {"page": page},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": root_address(),
                "changeset": changeset,
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def clock_text(moment: datetime | None) -> str | None:
    """A moment as the W3C note writes it, in Taipei's time, to the second."""
    return None if moment is None else moment.astimezone(clock.TAIPEI).replace(microsecond=0).isoformat()


def answered(attributes: Iterable[CategoryAttribute], kept: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Answers as they are kept: code, question, kind, and each value with its name as it was then."""
    found = []
    for each in attributes:
        values = kept.get(each.code)
        if values:
            names = {value["key"]: value["name"] for value in each.values}
            found.append(
                {
                    "code": each.code,
                    "label": each.label,
                    "datatype": each.datatype,
                    "values": [{"key": text, "name": names.get(text, text)} for text in values],
                }
            )
    return found
