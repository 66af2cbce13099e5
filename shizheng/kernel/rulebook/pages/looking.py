"""Looking at the rulebook: the list, one rule over time, two days beside each other."""

from datetime import date
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.routes import requires
from shizheng.common.words import listed
from shizheng.kernel.history.queries import entries_of
from shizheng.kernel.rulebook import queries
from shizheng.kernel.rulebook.forms import CompareForm
from shizheng.kernel.rulebook.models import KindOfValue, Rule, Topic
from shizheng.kernel.rulebook.pages.common import days_words, line, reader, reigns
from shizheng.kernel.rulebook.words import words_of
from shizheng.web.lists import Chip, ListPage
from shizheng.web.templatetags.ui import state as state_tag


def name_of(rule: Rule) -> str:
    """The rule's name in the reader's language."""
    english = (get_language() or "").startswith("en")
    return rule.name_en if english and rule.name_en else rule.name


class RuleTable(tables.Table):
    code = tables.Column(
        verbose_name=gettext_lazy("代碼"), linkify=("rulebook:rule", {"code": tables.A("code")})
    )
    name = tables.Column(verbose_name=gettext_lazy("名稱"))
    topic = tables.Column(verbose_name=gettext_lazy("主題"))
    kind = tables.Column(verbose_name=gettext_lazy("種類"))
    value = tables.Column(verbose_name=gettext_lazy("適用的值"), empty_values=(), orderable=False)
    number = tables.Column(verbose_name=gettext_lazy("版本"), empty_values=(), orderable=False)
    since = tables.Column(verbose_name=gettext_lazy("適用期間"), empty_values=(), orderable=False)
    source = tables.Column(verbose_name=gettext_lazy("依據"), empty_values=(), orderable=False)
    status = tables.Column(
        verbose_name=gettext_lazy("狀態"), empty_values=(), order_by=("-has_proposal", "-has_unconfirmed")
    )
    meaning = tables.Column(verbose_name=gettext_lazy("意義"))

    def _value(self, record: Rule) -> queries.RuleValue | None:
        day, as_of = getattr(self.request, "rulebook_day", (clock.today(), None))
        return queries.value_or_none(record.code, day, as_of)

    def render_name(self, record: Rule) -> str:
        return name_of(record)

    def render_value(self, record: Rule) -> str:
        return words_of(self._value(record)) or _("沒有適用的版本")

    def render_number(self, record: Rule) -> Any:
        found = self._value(record)
        return found.number if found else "—"

    def render_since(self, record: Rule) -> str:
        found = self._value(record)
        return days_words(found.valid_from, found.valid_to) if found else "—"

    def render_source(self, record: Rule) -> str:
        found = self._value(record)
        return found.source if found else "—"

    def render_status(self, record: Rule) -> SafeString:
        found = self._value(record)
        marks = []
        if record.has_proposal:  # type: ignore[attr-defined]
            marks.append(state_tag("accent", _("有提案"), icon="clock-hour-4"))
        if found and found.unconfirmed:
            marks.append(state_tag("warn", _("待確認"), icon="help-circle"))
        if not found:
            marks.append(state_tag("calm", _("不適用")))
        return SafeString(" ".join(marks) or state_tag("good", _("適用中")))

    def value_status(self, record: Rule) -> str:
        found = self._value(record)
        words = [_("有提案")] if record.has_proposal else []  # type: ignore[attr-defined]
        words += [_("待確認")] if found and found.unconfirmed else []
        return listed(words) or (_("適用中") if found else _("不適用"))


class RuleFilter(django_filters.FilterSet):
    topic = django_filters.ChoiceFilter(label=gettext_lazy("主題"), choices=Topic.choices)
    kind = django_filters.ChoiceFilter(label=gettext_lazy("種類"), choices=KindOfValue.choices)
    unconfirmed = django_filters.BooleanFilter(
        label=gettext_lazy("有待確認的版本"), field_name="has_unconfirmed"
    )
    proposed = django_filters.BooleanFilter(label=gettext_lazy("有提案"), field_name="has_proposal")

    class Meta:
        model = Rule
        fields: tuple[str, ...] = ()


class RuleList(ListPage):
    permission = "rulebook.view"
    title = pgettext_lazy("nav", "規則")
    subtitle = gettext_lazy(
        "門檻、期限、頻率、讀法：哪一天適用哪一版，依據什麼。判定當時用的那一版會留在數字的來歷裡。"
    )
    table_class = RuleTable
    filterset_class = RuleFilter
    search_fields = ("code", "name", "name_en", "meaning", "versions__source", "versions__reading")
    default_sort = ("code",)
    hidden_columns = ("meaning", "source")
    export_name = "rules"
    empty_title = gettext_lazy("沒有符合的規則")
    empty_text = gettext_lazy("換一個條件；或建立一條新的規則，由另一人核准第一版後適用。")

    def get_queryset(self) -> QuerySet[Rule]:
        day = getattr(self.request, "as_of", None)
        self.request.rulebook_day = (day or clock.today(), queries.as_of_day(day))  # type: ignore[attr-defined]
        return queries.rules(reader(self.request))

    def search(self, rows: Any, words: str) -> Any:
        return super().search(rows, words).distinct()

    def get_chips(self) -> list[Chip]:
        return [
            Chip(_("全部"), {}),
            Chip(_("有提案"), {"proposed": "true"}, icon="clock-hour-4"),
            Chip(_("待確認"), {"unconfirmed": "true"}, icon="help-circle"),
        ]

    def get_actions(self) -> list[tuple[Any, str, str]]:
        found = [(_("比較兩天"), reverse("rulebook:compare"), "versions")]
        if reader(self.request).may("rulebook.propose"):
            found.append((_("建立規則"), reverse("rulebook:new"), "plus"))
        return found


@requires("rulebook.view")
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: what it says today (or on the as-of day), every version on a line of time, and its proposals."""
    found = queries.rule(code)
    day = getattr(request, "as_of", None)
    as_of = queries.as_of_day(day)
    now = queries.value_or_none(found.code, day or clock.today(), as_of)
    proposals = [line(found, row) for row in queries.proposals_of(found)]
    actor = reader(request)
    return render(request, "rulebook/rule.html", {
        "rule": found, "name": name_of(found), "now": now, "words": words_of(now),
        "now_days": days_words(now.valid_from, now.valid_to) if now else "",
        "reigns": reigns(found.code, as_of), "versions": [line(found, row) for row in queries.versions_of(found)],
        "waiting": [each for each in proposals if each.row.state == "proposed"],
        "closed": [each for each in proposals if each.row.state != "proposed"],
        "options": list(found.shape.get("options", {}).items()),
        "may_propose": actor.may("rulebook.propose"), "as_of": day, "entries": entries_of(found)[:20],
    })  # fmt: skip


@requires("rulebook.view")
def compare(request: HttpRequest) -> HttpResponse:
    """Which rules another version governs on the second day than on the first."""
    today = clock.today()
    given = {
        "a": request.GET.get("a") or date(today.year - 1, 1, 1).isoformat(),
        "b": request.GET.get("b") or today.isoformat(),
    }
    form = CompareForm(given)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        a, b = form.cleaned_data["a"], form.cleaned_data["b"]
        as_of = queries.as_of_day(getattr(request, "as_of", None))
        topics = dict(Topic.choices)
        context |= {
            "a": a, "b": b,
            "differences": [
                (each, topics.get(each.topic, ""), words_of(each.before), words_of(each.after))
                for each in queries.differences(a, b, as_of, as_of)
            ],
        }  # fmt: skip
    else:  # what was typed comes back as it was
        context["form"] = form
    return render(request, "rulebook/compare.html", context, status=200 if form.is_valid() else 422)
