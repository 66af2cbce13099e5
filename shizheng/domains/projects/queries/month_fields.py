"""What the form of a tender's month looks like: its fields, what is supplied, the note beside it (B01)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, plain
from shizheng.common.roc import format_roc
from shizheng.common.words import written
from shizheng.domains.projects.models import Cause, MonthRecord, Project
from shizheng.domains.projects.queries.curves import Curve
from shizheng.domains.projects.rules import months as rules
from shizheng.domains.projects.rules.life import STATE_LABELS, State
from shizheng.kernel.filing.registry import Field, Supplied, Text
from shizheng.kernel.measures.rules.periods import Period, parse_period

TEXT_OF_YEAR = ("year_budget",)
"""Money that stays the same within a year, so that last month's is taken over."""
REACHED_ON = Field(
    "reached_on", gettext_lazy("達成日"), "text", required=False, help=gettext_lazy("例如 115-03-20。")
)
NONE_YET: tuple[str, Text] = (rules.NONE_YET, gettext_lazy("尚未達成任何檢核點"))
SAID = (
    Field("text", gettext_lazy("辦理情形"), "long_text"),
    Field(
        "cause", gettext_lazy("落後因素"), "choice", required=False, choices=Cause.choices,
        help=gettext_lazy("落後時要填。"),
    ),
    Field(
        "remedy", gettext_lazy("改善對策"), "long_text", required=False, help=gettext_lazy("落後時要填。")
    ),
    Field(
        "catch_up_on", gettext_lazy("預定趕上日"), "text", required=False,
        help=gettext_lazy("落後時要填，例如 115-06-30。"),
    ),
)  # fmt: skip
ASKS_FOR = Field(
    "asks_for",
    gettext_lazy("請協助的事"),
    "long_text",
    required=False,
    help=gettext_lazy("簽核後列入市府會報議程。"),
)
WORKS = gettext_lazy("施工進度")
MONEY = {name: gettext_lazy(label) for name, label in rules.MONEY_LABELS.items()}


class Forms:
    """Makes the forms of many tenders for one month; what is alike in them is made once."""

    def __init__(self, period: Period, matters: Mapping[int, int], agencies: Sequence[str]) -> None:
        """`matters`: tender → how many of 跨機關協調 are open; `agencies`: those that may be asked, by name."""
        self.period, self._matters = period, matters
        self._asks_unit = Field(
            "asks_unit", gettext_lazy("請協助的機關"), "text", required=False,
            help=gettext_lazy("要別的機關協助才填，例如水利局。"), suggest=agencies,
        )  # fmt: skip
        self._address = _address()
        self._reached: dict[tuple[tuple[str, str], ...], Field] = {}
        self._labels: dict[str, str] = {}
        self._sources: dict[str, str] = {}
        self._filed, self._then = _("%(period)s填 %(value)s"), _("%(period)s：%(shown)s")
        self._planned, self._works = _("預定標案進度 %(n)s%%"), _("預定施工進度 %(n)s%%")
        self._between = _("；")

    def address(self, project_id: int) -> str:
        """The page of a tender; nothing where an installation has none."""
        before, after = self._address
        return f"{before}{project_id}{after}" if before else ""

    def fields(
        self, project: Project, curve: Curve | None, works: Decimal | None, earlier: MonthRecord | None
    ) -> list[Field]:
        """The fields of a row; works only where some are planned."""
        fields = [self._reached_field(curve.names if curve else {}), REACHED_ON]
        if works is not None:
            before = _before(earlier, "actual_works", "%")
            shown = self._last(earlier, before)
            fields.append(Field("works", WORKS, "number", unit="%", help=shown, before=before))
        for name in rules.MONEY:
            before = _before(earlier, name)
            shown = self._last(earlier, before)
            fields.append(Field(name, MONEY[name], "number", unit="元", help=shown, before=before))
        return [*fields, *SAID, self._asks_unit, self._asks_for(project)]

    def _asks_for(self, project: Project) -> Field:
        """What another agency has to do, so that the tender can go on; with the agency, or neither (B03)."""
        there = self._matters.get(project.pk, 0)
        if not there:
            return ASKS_FOR
        return replace(ASKS_FOR, help=_("已提出、還沒解決的有 %(n)s 件，不必再寫。") % {"n": there})

    def _reached_field(self, names: Mapping[str, str]) -> Field:
        key = tuple(names.items())
        if key not in self._reached:
            choices = [NONE_YET, *_numbered(names)]
            self._reached[key] = Field("reached", gettext_lazy("已達檢核點"), "choice", choices=choices)
        return self._reached[key]

    def _last(self, earlier: MonthRecord | None, before: str) -> str:
        if not before or earlier is None:
            return ""
        return self._filed % {"period": self._label(earlier), "value": before}

    def _label(self, earlier: MonthRecord) -> str:
        if earlier.period not in self._labels:
            self._labels[earlier.period] = parse_period(earlier.period).label
        return self._labels[earlier.period]

    def _source(self, earlier: MonthRecord) -> str:
        if earlier.period not in self._sources:
            self._sources[earlier.period] = written("%(period)s填報", period=self._label(earlier))
        return self._sources[earlier.period]

    def prefill(
        self, project: Project, curve: Curve | None, earlier: MonthRecord | None
    ) -> dict[str, Supplied]:
        """What the last filed month gives to this one, with its source."""
        if earlier is None:
            return {}
        source, address = self._source(earlier), self.address(project.pk)
        found: dict[str, Supplied] = {}
        if not earlier.reached or (curve is not None and earlier.reached in curve.names):
            found["reached"] = Supplied(earlier.reached or rules.NONE_YET, source, address)
            if earlier.reached_on is not None:
                day = format_roc(earlier.reached_on, "short").replace(".", "-")
                found["reached_on"] = Supplied(day, source, address)
        if parse_period(earlier.period).year == self.period.year:
            for name in TEXT_OF_YEAR:
                value = getattr(earlier, name)
                if value is not None:
                    found[name] = Supplied(plain(value), source, address)
        return found

    def note(
        self, state: State, planned: Decimal | None, works: Decimal | None, earlier: MonthRecord | None
    ) -> str:
        """What is planned for the month, and how it stood when it was last filed."""
        parts = []
        if state is State.SUSPENDED:
            parts.append(_(STATE_LABELS[state]))
        if planned is not None:
            parts.append(self._planned % {"n": format_decimal(planned, 2)})
        if works is not None:
            parts.append(self._works % {"n": format_decimal(works, 2)})
        if earlier is not None and earlier.actual is not None:
            shown = rules.against(earlier.actual, earlier.planned)
            parts.append(self._then % {"period": self._label(earlier), "shown": shown})
        return self._between.join(parts)


def _address() -> tuple[str, str]:
    """What stands before and behind the number of a tender in the address of its page; asked once for all rows."""
    try:
        before, after = reverse("projects:project", args=[0]).rsplit("0", 1)
    except NoReverseMatch:
        return "", ""
    return before, after


def _before(earlier: MonthRecord | None, name: str, unit: str = "") -> str:
    value = getattr(earlier, name) if earlier is not None else None
    return "" if value is None else format_decimal(Decimal(plain(value))) + unit


def _numbered(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Checkpoints in their order; numbered, because two may be called the same."""
    return [(code, f"{number}. {name}") for number, (code, name) in enumerate(names.items(), 1)]
