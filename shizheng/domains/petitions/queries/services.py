"""Categories as services of Open311, for who maintains them: settings and every question, also what is out of use."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shizheng.common.errors import NotFound
from shizheng.common.words import listed, tell
from shizheng.domains.petitions.models import Category, CategoryAttribute, OpenService, ServiceRequest


@dataclass(frozen=True, slots=True)
class Service:
    """A category, how it is offered (version 0: as the defaults say), and what it asks, in order."""

    category: Category
    setting: OpenService
    attributes: tuple[CategoryAttribute, ...]

    @property
    def asked(self) -> int:
        """How many questions are asked now."""
        return sum(each.in_use for each in self.attributes)


def setting_of(category: Category) -> OpenService:
    """How a category is offered; the defaults where nobody said anything."""
    return getattr(category, "open_service", None) or OpenService(category=category, version=0)


def all_services() -> list[Service]:
    """Every category below a heading (two queries)."""
    rows = Category.objects.filter(parent__isnull=False).select_related("parent", "open_service")
    return [_service(each) for each in rows.prefetch_related("attributes")]


def service(category_id: int) -> Service:
    """One of them. Raises NotFound."""
    rows = Category.objects.filter(pk=category_id, parent__isnull=False)
    row = rows.select_related("parent", "open_service").first()
    if row is None:
        raise NotFound(tell("找不到這個分類，或它是上層分類。請從 Open311 服務清單進入。"))
    return _service(row)


def _service(row: Category) -> Service:
    return Service(row, setting_of(row), tuple(row.attributes.all()))


def came_with(row: Any) -> ServiceRequest | None:
    """What came with a petition over Open311."""
    return ServiceRequest.objects.filter(petition=row).first()


def shown_answers(answers: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    """Question and answer as an officer reads them."""
    return [(each["label"], listed(value["name"] for value in each["values"])) for each in answers]
