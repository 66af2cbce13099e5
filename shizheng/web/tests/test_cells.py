"""Cells made by `web.cells` are those of django-tables2."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from shizheng.domains.projects.models import Level, Project
from shizheng.kernel.organisations.models import Unit
from shizheng.web import cells
from shizheng.web.columns import UnitColumn, own_address


class Linked(tables.Table):
    """Every way in which lists of ours ask for a cell."""

    name = tables.Column(linkify=("projects:project", [tables.A("pk")]))
    number = tables.Column(linkify=("projects:project", {"project_id": tables.A("agency__pk")}))
    code = tables.Column(accessor="number", linkify=("rulebook:rule", {"code": tables.A("number")}))
    level = tables.Column()
    agency = UnitColumn()
    agency_name = tables.Column(accessor="agency__name", linkify=lambda record: f"?agency={record.agency_id}")
    officer = tables.Column(accessor="officer__display_name", default="沒有人")
    place = tables.Column()
    made = tables.Column(empty_values=())
    absent = tables.Column(accessor="agency__nothing__at_all")
    secret = tables.Column(accessor="name", exclude_from_export=True)

    def render_made(self, record: Project, table: Any, bound_column: Any) -> str:
        return format_html("<b>{}</b>{}", record.name, bound_column.name)

    def value_place(self, value: str, **rest: Any) -> str:
        return f"{value}{sorted(rest)}"


class Worded(tables.Table):
    name = tables.Column(linkify=own_address)
    deep = tables.Column(accessor="unit__name")


def of_tenders() -> Linked:
    agency = Unit(pk=7, name="<水利局>", short_name="水")
    return Linked(
        [
            Project(
                pk=3,
                name="堤防 & <閘門>",
                number="113-001",
                level=Level.values[0],
                agency=agency,
                place="東區",
            ),
            Project(pk=4, name="", number="113-002", agency=agency),
        ]
    )


def of_words() -> Worded:
    return Worded(
        [{"name": "<甲>", "url": "/a/?b=1&c=2", "unit": {"name": "乙"}}, {"name": "丙", "url": "/"}]
    )


def test_a_cell_on_the_page_is_that_of_the_library_with_its_link() -> None:
    for table in (of_tenders(), of_words()):
        for row in table.rows:
            theirs = {column.name: cell for column, cell in row.items()}
            ours = {column.name: cells.drawn(column)(row) for column in table.columns}
            assert ours == theirs
            assert {name: type(cell) for name, cell in ours.items()} == {
                name: type(cell) for name, cell in theirs.items()
            }


def test_a_file_has_the_values_of_the_library() -> None:
    for table in (of_tenders(), of_words()):
        assert list(cells.lines(table, ["number"])) == list(table.as_values(exclude_columns=["number"]))
