"""Pages of the tree: as of any day, one unit with its past, what changed between two days, lists in and out."""

import csv
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import whole_number
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.routes import looks_ahead, requires
from shizheng.common.words import listed
from shizheng.kernel.history.queries import of_latest_acts
from shizheng.kernel.organisations import actions, forms, queries
from shizheng.kernel.organisations.actions.loading import COLUMNS
from shizheng.kernel.organisations.models import ControlLevel, UnitKind
from shizheng.kernel.organisations.rules import Node, Tree, name_key
from shizheng.web.exports import guarded
from shizheng.web.templatetags.ui import day_text

LEVELS = dict(ControlLevel.choices)
KINDS = dict(UnitKind.choices)


def reader(request: HttpRequest) -> Any:
    """The reader: the guard of routes lets nobody else in."""
    return request.user


def _opened(request: HttpRequest, tree: Tree) -> set[int]:
    """Units whose parts are shown: the topmost always, all with `?open=all`, else those that the address names."""
    asked = request.GET.getlist("open")
    if "all" in asked:
        return set(tree.by_id)
    named = {whole_number(one) for one in asked}
    return {unit_id for unit_id in named if unit_id is not None} | {node.id for node in tree.roots}


def _toggle(request: HttpRequest, unit_id: int) -> str:
    """The address of the same page with this unit folded or unfolded."""
    params = request.GET.copy()
    asked = [one for one in params.getlist("open") if one != "all"]
    key = str(unit_id)
    params.setlist("open", [one for one in asked if one != key] if key in asked else [*asked, key])
    return f"?{params.urlencode()}#u{unit_id}"


def _rows(tree: Tree, words: str, opened: set[int]) -> list[dict[str, Any]]:
    """Units below opened ones, with their depth; with words, those that match and what is above them."""
    key = name_key(words)
    if key:
        hits = {
            n.id for n in tree if any(key in name_key(t) for t in (n.name, n.short_name, n.name_en, n.code))
        }
        keep = hits | {above.id for hit in hits for above in tree.ancestors(hit)}
    else:
        keep = {n.id for n in tree if all(above.id in opened for above in tree.ancestors(n.id))}
    return [
        {
            "node": node,
            "indent": "　" * tree.depth(node.id),
            "kind": KINDS.get(node.kind, node.kind),
            "level": LEVELS.get(node.control_level, ""),
            "children": len(tree.children(node.id)),
            "opened": node.id in opened,
            "top": node.parent_id not in tree,
        }
        for node in tree
        if node.id in keep
    ]


def _day(request: HttpRequest) -> date | None:
    """The day looked at, also one that lies ahead; None for today."""
    return getattr(request, "as_of", None) or getattr(request, "ahead", None)


@looks_ahead
@requires("organisations.view")
def tree(request: HttpRequest) -> HttpResponse:
    """The tree as of the day asked for, with search; CSV and JSON of the same."""
    day = _day(request)
    found = queries.tree(day)
    kind = request.GET.get("export", "")
    if kind in ("csv", "json"):
        return _export(found, kind, day or clock.today())
    words = request.GET.get("q", "").strip()
    opened = _opened(request, found)
    rows = _rows(found, words, opened)
    for row in rows:
        row["toggle"] = _toggle(request, row["node"].id)
    return render(
        request,
        "organisations/tree.html",
        {
            "rows": rows,
            "folded": not words and len(rows) < len(found),
            "words": words,
            "total": len(found),
            "first_level": len(found.first_level()),
            "districts": len(found.districts()),
            "may_change": reader(request).may("organisations.change"),
            "empty": not len(found),
            "day": day,
        },
    )


def _export(found: Tree, kind: str, on: date) -> HttpResponse:
    rows = [
        {
            "code": n.code,
            "kind": n.kind,
            "name": n.name,
            "short_name": n.short_name,
            "name_en": n.name_en,
            "parent_code": found.by_id[n.parent_id].code if n.parent_id in found.by_id else "",  # type: ignore[index]
            "control_level": n.control_level,
            "order": n.order,
            "start_date": n.start.isoformat(),
        }
        for n in found
    ]
    name = f"organisations-{on.isoformat()}.{kind}"
    if kind == "json":
        response: HttpResponse = JsonResponse(
            {"on": on.isoformat(), "units": rows}, json_dumps_params={"ensure_ascii": False, "indent": 1}
        )
    else:
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        writer = csv.DictWriter(response, COLUMNS)
        writer.writeheader()
        writer.writerows({column: guarded(row[column]) for column in COLUMNS} for row in rows)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def visible_unit(request: HttpRequest, pk: int) -> Any:
    found = queries.visible_to(reader(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@looks_ahead
@requires("organisations.view")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: where it stands on the day, its past, who took over from whom, and every change."""
    found = visible_unit(request, pk)
    day = _day(request)
    whole = queries.tree(day)
    node = whole.by_id.get(pk)
    may_change = reader(request).may("organisations.change", pk)
    return render(
        request,
        "organisations/unit.html",
        {
            "unit": found,
            "node": node,
            "kind": KINDS.get(found.kind),
            "level": LEVELS.get(node.control_level) if node else None,
            "ancestors": whole.ancestors(pk),
            "children": whole.children(pk),
            "periods": queries.periods_of(pk),
            "predecessors": queries.predecessors_of(pk),
            "successors": queries.successors_of(pk),
            "aliases": found.aliases.all(),
            "people": queries.holders(reader(request), pk, day),
            "period_entries": of_latest_acts(queries.period_entries(pk), 30),
            "actions": _acts(found, node) if may_change else [],
        },
    )


def _acts(found: Any, node: Node | None) -> list[dict[str, Any]]:
    if node is None:
        return []
    names = [("rename", _("更名"))]
    if found.kind != UnitKind.CITY:
        names += [
            ("move", _("改隸")),
            ("level", _("管制層級")),
            ("merge", _("整併")),
            ("split", _("分設")),
            ("close", _("裁撤")),
        ]
    names.append(("aliases", _("別名")))
    return [
        {"label": label, "url": reverse("organisations:act", args=[found.pk, act])} for act, label in names
    ]


@requires("organisations.view")
def compare(request: HttpRequest) -> HttpResponse:
    """What differs between two days."""
    today = clock.today()
    typed = {name: request.GET.get(name, "").strip() for name in ("first", "second")}
    problem = ""
    try:
        first = parse_date(typed["first"]) if typed["first"] else date(today.year, 1, 1)
        second = parse_date(typed["second"]) if typed["second"] else today
    except DateNotUnderstood as failure:
        problem, first, second = str(failure), date(today.year, 1, 1), today
    found, before, after = queries.differences(first, second)
    labels = {
        "opened": _("設立"), "closed": _("裁撤或併入"), "name": _("更名"), "short_name": _("簡稱"), "name_en": _("英文名稱"),
        "parent_id": _("改隸"), "control_level": _("管制層級"),
    }  # fmt: skip
    rows = [
        {
            "pair": pair,
            "what": listed(labels[kind] for kind in pair.kinds),
            "before_parent": before.by_id.get(pair.before.parent_id or 0) if pair.before else None,
            "after_parent": after.by_id.get(pair.after.parent_id or 0) if pair.after else None,
        }
        for pair in found
    ]
    return render(
        request,
        "organisations/compare.html",
        {
            "rows": rows,
            "first": first,
            "second": second,
            "first_text": typed["first"] or day_text(first),
            "second_text": typed["second"] or day_text(second),
            "problem": problem,
            "counts": (len(before.first_level()), len(after.first_level())),
        },
    )


@requires("organisations.change")
def load(request: HttpRequest) -> HttpResponse:
    """Take in a list: rehearse first, see the report, then keep it."""
    form = forms.LoadForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            report = actions.load_agencies(
                data["file"],
                actor=reader(request),
                on=data["on"],
                reason=data["reason"],
                dry_run=data["rehearse"],
            )
        except CannotDo as failure:
            form.refuse(failure)
        else:
            if report.saved:
                messages.success(request, _("已匯入 %(n)s 列。") % {"n": len(report.rows)})
    labels = {"opened": _("設立"), "changed": _("有改"), "unchanged": _("相同"), "refused": _("不能匯入")}
    rows = [(row, labels[row.outcome]) for row in report.rows] if report else []
    status = 422 if request.method == "POST" and (form.errors or (report and report.refused)) else 200
    context = {"form": form, "report": report, "rows": rows, "columns": COLUMNS}
    return render(request, "organisations/load.html", context, status=status)
