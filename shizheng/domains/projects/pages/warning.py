"""One early warning with its reasons and how its chance came about, and how good past warnings were (B02, X-21)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.numbers import plain
from shizheng.common.routes import requires
from shizheng.common.words import listed, tell
from shizheng.domains.projects.models import CurveKind, EarlyWarning, Project
from shizheng.domains.projects.pages.month_common import as_of_in, export_in, exported, rules_shown
from shizheng.domains.projects.pages.warnings import points
from shizheng.domains.projects.queries import warnings as queries
from shizheng.domains.projects.queries.judging import MARGIN, TENDER, WORKS, judge
from shizheng.domains.projects.queries.months import then
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.queries.warnings import ALIKE, near_sentence, percent, sentence
from shizheng.domains.projects.rules.life import CONTINUING, State
from shizheng.domains.projects.rules.warning import AHEAD, LEANING, Record
from shizheng.kernel.measures.queries.knowledge import at
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web.frame import is_demonstration


@requires("projects.view")
@require_safe
def warning(request: HttpRequest, warning_id: int) -> HttpResponse:
    """Why this tender was warned of: what has to get done, how alike months went, by which rules, and what came of it.

    As of a day: the tender, what came of it and its other warnings as known then, and nothing to do.
    """
    user: Any = request.user
    as_of = as_of_in(request)
    found = queries.warning(user, warning_id, as_of)
    project, period, trace = found.project, parse_period(found.period), found.trace
    came = queries.came_of(found, as_of)
    return render(
        request,
        "projects/warning.html",
        {
            "warning": found,
            "project": project,
            "period": period,
            "share": percent(found.share),
            "why": sentence(found),
            "near": near_sentence(found),
            "asked": _asked(found),
            "pace": [
                (_("近三個月做到預定的"), percent(_decimal(trace.get("pace")))),
                (_("上個月做到預定的"), percent(_decimal(trace.get("latest")))),
            ],
            "levels": _levels(found),
            "leaning": LEANING,
            "examples": [
                {"project": of, "period": when, "done": [percent(each) for each in done], "little": little}
                for of, when, done, little in queries.examples_of(found)
            ],
            "rules": rules_shown(judge(period, at(found.recorded_at)), MARGIN, TENDER, WORKS),
            "came": [(each.label, points(gap), severe) for each, gap, severe in came],
            "fell": any(severe for _each, _gap, severe in came),
            "over": len(came) == AHEAD,
            "others": queries.visible_to(user)
            .filter(then(as_of), project_id=found.project_id, curve=found.curve)
            .order_by("-period")[:12],
            "acts": _next(user, project) if as_of is None else [],
            "on_agenda": _on_agenda(found),
            "meets": reverse("meetings:list"),
            "simulated": is_demonstration(),
        },
    )


def _next(user: Any, project: Project) -> list[dict[str, Any]]:
    """What the reader may do so that it does not come to that."""
    if State(project.state) not in CONTINUING:
        return []
    unit = unit_in_charge(project)
    wanted = (
        ("raise_matter", _("提請跨機關協調"), user.may("projects.edit", unit)),
        ("call_visit", _("排定實地查訪"), user.may("projects.visit")),
        ("plan", _("變更預定進度"), user.may("projects.plan", unit)),
    )
    return [
        {"label": label, "url": reverse(f"projects:{name}", args=[project.pk])}
        for name, label, may in wanted
        if may
    ]


def _on_agenda(found: EarlyWarning) -> bool:
    """Whether the rules put it on the agenda of the agency's next meeting."""
    rule = queries.listed_share(parse_period(found.period), at(found.recorded_at))
    likely = rule is not None and found.share is not None and found.share * 100 >= Decimal(str(rule.value))
    return found.near or likely


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _asked(found: EarlyWarning) -> list[dict[str, str]]:
    """Month by month: what the plan asks until then, and what share of it has to get done."""
    period, trace = parse_period(found.period), found.trace
    pairs = zip(trace.get("dues", ()), trace.get("needed", ()), strict=True)
    return [
        {
            "month": period.moved(ahead).label,
            "due": points(Decimal(due)),
            "needed": _("沒做也不會") if needed is None else percent(max(Decimal(needed), Decimal(0))),
        }
        for ahead, (due, needed) in enumerate(pairs, start=1)
    ]


def _levels(found: EarlyWarning) -> list[dict[str, Any]]:
    """From all months to the most alike ones, each with its sum as one works it out by hand."""
    out: list[dict[str, Any]] = []
    for each in found.trace.get("levels", ()):
        less, alike, before = each["less"], each["alike"], out[-1]["share"] if out else None
        names = (
            listed(tell(ALIKE[name]) for name in each["alike_in"]) if each["alike_in"] else tell("全部標案")
        )
        formula = (
            f"{less} ÷ {alike}"
            if before is None
            else f"({less} + {LEANING} × {before}) ÷ ({alike} + {LEANING})"
        )
        out.append(
            {
                "name": names,
                "less": less,
                "alike": alike,
                "sum": formula,
                "share": percent(Decimal(each["share"]), 2),
            }
        )
    return out


@requires("projects.view")
@require_safe
def warning_record(request: HttpRequest) -> HttpResponseBase:
    """How good past warnings were, against the slope of late months and the list by rule, and whether the chances came true."""
    kind = export_in(request)
    if kind:
        return exported(kind, _lines(request.user), _("過去的預警"), "past-warnings")
    found = queries.quality()
    bands = [
        {
            "from": percent(each.low), "to": percent(each.high), "given": each.given,
            "said": percent(each.said, 1), "came": percent(each.came, 1),
        }
        for each in (found.bands if found else ())
    ]  # fmt: skip
    ways: tuple[tuple[str, Record], ...] = (
        (
            (_("相似月份的機會"), found.ours), (_("只看近月速度"), found.slope),
            (_("依規則「即將落後」"), found.near),
        )
        if found
        else ()
    )  # fmt: skip
    context = {
        "found": found,
        "bands": bands,
        "ways": [
            {
                "name": name, "right": each.right, "given": each.given, "precision": percent(each.precision, 1),
                "recall": percent(each.recall, 1),
            }
            for name, each in ways
        ],
        "base": percent(found.ours.base, 1) if found else "",
        "error": percent(found.error, 1) if found else "",
        "more": found.ours.right - found.slope.right if found else 0,
        "first": queries.FIRST,
        "trial": tell(queries.TRIAL),
        "simulated": is_demonstration(),
        "export": f"{request.path}?export=",
    }  # fmt: skip
    return render(request, "projects/warning_record.html", context)


def _lines(user: Any) -> Iterator[list[Any]]:
    """Every warning with what came of it: whoever counts these rows gets the figures of the page."""
    yield [
        _("月份"), _("列管編號"), _("標案名稱"), _("主辦機關"), _("曲線"), _("機會"), _("當時差距"), _("照近月速度"),
        _("即將落後"), _("兩個月內嚴重落後"),
    ]  # fmt: skip
    for each, fell in queries.given_out(user):
        yield [
            each.period, each.project.number, each.project.name, each.project.agency.name,
            str(CurveKind(each.curve).label), "" if each.share is None else plain(each.share), plain(each.lag),
            "" if each.projected is None else plain(each.projected), _("是") if each.near else _("否"),
            _("還不知道") if fell is None else _("是") if fell else _("否"),
        ]  # fmt: skip
