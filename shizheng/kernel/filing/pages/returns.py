"""One return as one screen: the form with what is supplied, the sign-off box, the timeline; saved as typed."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.numbers import format_decimal
from shizheng.common.routes import requires, shows_today
from shizheng.kernel.filing import actions, attachments, forms, queries
from shizheng.kernel.filing.actions import EntryConflict, TypedEntry
from shizheng.kernel.filing.models import Return, ReturnState
from shizheng.kernel.filing.pages.common import RETURN_ICONS, RETURN_TONES, form_page, reader, whole
from shizheng.kernel.filing.queries.entries import source_line
from shizheng.kernel.filing.registry import Entered, Field, FilingKind, Row, kind_of, suggested
from shizheng.kernel.filing.rules.levels import LEVELS, next_level
from shizheng.kernel.filing.rules.typed import NotANumber, number_of


@dataclass(slots=True)
class Cell:
    """One field of one row as the form shows it. `clash`: what somebody else saved meanwhile."""

    field: Field
    name: str
    text: str
    version: int
    source: str = ""
    source_url: str = ""
    typed_over: str = ""
    by: str = ""
    problem: str = ""
    clash: Entered | None = None
    files: list[Any] | None = None

    @property
    def chosen(self) -> str:
        """What stands there as one reads it: the words of a choice, a number with its thousands."""
        return as_read(self.field, self.text)

    @property
    def now(self) -> str:
        """What somebody else made of it meanwhile, as one reads it."""
        return as_read(self.field, self.clash.text) if self.clash else ""


def as_read(field: Field, text: str) -> str:
    """The text of a field as one reads it: the words of a choice, a number with its thousands."""
    if field.kind == "number" and (value := typed_number(text)) is not None:
        return format_decimal(value)
    return field.shown(text)


def typed_number(text: str) -> Decimal | None:
    """The number that a text is; None for any other text, which the form shows as it was typed."""
    try:
        return number_of(text)
    except NotANumber:
        return None


@dataclass(slots=True)
class Line:
    """One row of the form."""

    row: Row
    cells: list[Cell]
    narrative: str
    problem: str = ""


def lines_of(
    kind: FilingKind,
    rows: Any,
    shown: dict[tuple[str, str], Entered],
    typed: dict[tuple[str, str], str],
    problems: dict[str, list[str]],
    clashes: dict[tuple[str, str], Entered],
) -> list[Line]:
    """The form: what was typed just now, else what stands there."""
    found = []
    for row in rows:
        cells = []
        for field in row.fields:
            key = (row.key, field.name)
            there = shown.get(key)
            cell = Cell(
                field,
                f"{row.key}.{field.name}",
                typed.get(key, there.text if there else ""),
                there.version if there else 0,
            )
            if there is not None:
                _say_source(cell, there)
            cell.problem = " ".join(problems.get(cell.name, ()))
            cell.clash = clashes.get(key)
            if cell.clash is not None:
                cell.version = cell.clash.version
            cells.append(cell)
        values = {cell.field.name: cell.text for cell in cells}
        found.append(Line(row, cells, kind.sentence(row, values), " ".join(problems.get(row.key, ()))))
    return found


def _say_source(cell: Cell, there: Entered) -> None:
    cell.by = there.by
    source = there.source
    if source.get("kind") == "supplied":
        cell.source, cell.source_url = source_line(source), str(source.get("url", ""))
    elif source.get("instead_of"):
        over = source["instead_of"]
        cell.typed_over = (
            as_read(cell.field, str(over.get("value", ""))) if cell.field.kind != "long_text" else ""
        )
        cell.source, cell.source_url = source_line(over), str(over.get("url", ""))


@shows_today
@requires("filing.view")
@require_http_methods(["GET", "HEAD", "POST"])
def return_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a return; whoever may write it types here, and sends it in."""
    user = reader(request)
    found = queries.filing(user, pk)
    kind = kind_of(found.round.kind)
    rows = kind.rows(found)
    shown = queries.shown_entries(rows, queries.entries_of(pk))
    typed: dict[tuple[str, str], str] = {}
    problems: dict[str, list[str]] = {}
    clashes: dict[tuple[str, str], Entered] = {}
    message = ""
    if request.method == "POST":
        typed, wanted, problems = typed_in(request, rows, shown)
        try:
            if wanted:
                actions.save_entries(user, pk, wanted)
            typed.clear()  # all of it stands there now
            if problems:
                raise BadInput(gettext("有檔案沒有收下，其他內容已經儲存。"), fields=problems)
            if request.POST.get("act") == "submit":
                actions.submit_return(user, pk, version=whole(request.POST.get("version")))
                messages.success(request, gettext("已送出；接下來等簽核。"))
            else:
                messages.success(request, gettext("已儲存。"))
            return HttpResponseRedirect(request.path)
        except EntryConflict as failure:
            message, clashes = failure.message, {(c.now.row, c.now.field): c.now for c in failure.clashes}
        except BadInput as failure:
            message, problems = failure.message, failure.fields
        except CannotDo as failure:
            message = failure.message
        found = queries.filing(user, pk)
        shown = queries.shown_entries(rows, queries.entries_of(pk))
    lines = lines_of(kind, rows, shown, typed, problems, clashes)
    if not queries.may_write(user, found):
        _as_read(kind, lines)
    show_files(user, pk, lines)
    status = 409 if clashes else 422 if message else 200
    return render(
        request, "filing/return.html", _context(user, found, kind, lines, message, problems), status=status
    )


def typed_in(
    request: HttpRequest, rows: Any, shown: dict[tuple[str, str], Entered]
) -> tuple[dict[tuple[str, str], str], list[TypedEntry], dict[str, list[str]]]:
    """What was typed and chosen in the form, what of it differs from what stood there, and files that were refused."""
    typed, wanted, problems = {}, [], {}
    for row in rows:
        for field in row.fields:
            name = f"f.{row.key}.{field.name}"
            text = request.POST.get(name)
            if field.kind == "file" and f"v.{row.key}.{field.name}" in request.POST:
                fresh, said = attachments.hold(request.user, request.FILES.getlist(name))  # type: ignore[arg-type]
                text = "\n".join([*request.POST.getlist(f"{name}.held"), *fresh])
                if said:
                    problems[f"{row.key}.{field.name}"] = said
            if text is None:
                continue
            text = text.replace("\r\n", "\n")
            there = shown.get((row.key, field.name))
            typed[row.key, field.name] = text
            if text != (there.text if there else ""):
                read = whole(request.POST.get(f"v.{row.key}.{field.name}")) or 0
                wanted.append(TypedEntry(row.key, field.name, text, read))
    return typed, wanted, problems


def _as_read(kind: FilingKind, lines: list[Line]) -> None:
    """What a reader need not see is left out: empty fields that need not be filled, and a narrative, which stands there with its figure."""
    for line in lines:
        said = kind.mark if line.narrative else ""
        line.cells = [
            cell
            for cell in line.cells
            if (cell.text.strip() or cell.field.required) and not (said and said in cell.text)
        ]


def show_files(user: Any, pk: int, lines: list[Line]) -> None:
    """Give fields for files the files that stand in them."""
    for line in lines:
        for cell in line.cells:
            if cell.field.kind == "file":
                cell.files = attachments.shown(user, pk, cell.text)


def _context(
    user: Any,
    found: Return,
    kind: FilingKind,
    lines: list[Line],
    message: str,
    problems: dict[str, list[str]],
) -> dict[str, Any]:
    state, rules = ReturnState(found.state), queries.rules_of(found.round)
    level = next_level(found.round.levels, found.signed_levels) if state == ReturnState.SUBMITTED else None
    may_write = queries.may_write(user, found)
    signing = (
        level is not None and user.may(level.permission, found.unit_id) and user.pk != found.submitted_by_id
    )
    entries = queries.timeline(found)
    done = [LEVELS[code].label for code in found.round.levels[: found.signed_levels]]
    return {
        "filing": found,
        "kind": kind,
        "lines": lines,
        "message": message,
        "problem_count": len(problems),
        "may_write": may_write,
        "suggested": suggested(line.row for line in lines),
        "level": level,
        "may_sign": signing,
        "done": done,
        "may_withdraw": state == ReturnState.SUBMITTED and not found.signed_levels and queries.may_file(user, found),
        "may_send_back": queries.may_send_back(user, found),
        "may_correct": state == ReturnState.LOCKED and queries.may_file(user, found),
        "more": _more(user, found),
        "corrections": list(queries.corrections(user).filter(filing=found)[:10]) if state == ReturnState.LOCKED else [],
        "entries": entries,
        "sent_back": next((each for each in entries if each.tone == "bad"), None) if state == ReturnState.RETURNED else None,
        "rules": rules,
        "any_unconfirmed": any(rule.unconfirmed for rule in rules),
        "late": queries.is_late(found),
        "tone": RETURN_TONES[state],
        "state_icon": RETURN_ICONS[state],
        "subject_url": kind.subject_url(found) if kind.subject_url else "",
    }  # fmt: skip


def _more(user: Any, found: Return) -> list[dict[str, Any]]:
    acts = []
    if found.state != ReturnState.LOCKED:
        if user.may("filing.open"):
            acts.append(
                {"label": _("展延期限"), "url": reverse("filing:return_act", args=[found.pk, "extend"])}
            )
        if user.may("filing.sign_supervisor", found.unit_id) or user.may(
            "filing.sign_control", found.unit_id
        ):
            acts.append(
                {"label": _("指定承辦人"), "url": reverse("filing:return_act", args=[found.pk, "holder"])}
            )
    return acts


@requires("filing.file")
@require_POST
def save_field(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep one field as typed; answers what stands there now, or what somebody else has put there (409)."""
    user = reader(request)
    try:
        given = json.loads(request.body)
        row, field, text, version = (given["row"], given["field"], given["text"], given["version"])
        if not (
            isinstance(text, str)
            and isinstance(row, str)
            and isinstance(field, str)
            and isinstance(version, int)
        ):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"message": gettext("送來的內容讀不懂，沒有存。請重新整理再試。")}, status=422)
    try:
        saved = actions.save_entry(user, pk, row=row, field=field, text=text, version=version)
    except EntryConflict as failure:
        first = failure.clashes[0]
        now = first.now
        clash = {"text": now.text, "shown": first.shown, "by": now.by, "version": now.version}
        return JsonResponse({"message": failure.message, "clash": clash}, status=409)
    except BadInput as failure:
        return JsonResponse(
            {"message": " ".join(next(iter(failure.fields.values()), [failure.message]))}, status=422
        )
    except CannotDo as failure:
        return JsonResponse({"message": failure.message}, status=failure.status)
    return JsonResponse({"version": saved.version, **_after_save(user, pk, row, field)})


def _after_save(user: Any, pk: int, row_key: str, name: str) -> dict[str, str]:
    """What follows at once: the sentence with the figure, and what is wrong with the text so far."""
    found = queries.filing(user, pk)
    kind = kind_of(found.round.kind)
    rows = kind.rows(found)
    row = next(each for each in rows if each.key == row_key)
    values = queries.values_of(queries.shown_entries([row], queries.entries_of(pk)), row_key)
    return {
        "narrative": kind.sentence(row, values),
        "problem": queries.doubts_of(kind, row, values).get(name, ""),
    }


@requires("filing.view")
@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is here; answers who else is, and what they have just saved."""
    user = reader(request)
    others = actions.note_presence(user, pk, field=request.POST.get("field", ""))
    found = queries.filing(user, pk)
    context = {"others": others, "fresh": queries.fresh_entries(pk, user.pk), "filing": found}
    return render(request, "filing/_presence.html", context)


RETURN_ACTS = {"sign", "back", "withdraw", "extend", "holder"}


@requires("filing.view")
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_return(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on a return; a refusal keeps what was typed."""
    user = reader(request)
    found = queries.filing(user, pk)
    if act not in RETURN_ACTS:
        raise Http404
    form = _form(request, act, found)
    back = reverse("filing:return", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            said = _do(user, act, found, form.cleaned_data)
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(back)
    crumbs = [(gettext("填報"), reverse("filing:rounds")), (found.round.title, reverse("filing:round", args=[found.round_id])), (found.title, back)]  # fmt: skip
    return form_page(request, form, TITLES[act], back, crumbs, note=found.title)


TITLES = {
    "sign": _("簽核"),
    "back": _("退回"),
    "withdraw": _("收回"),
    "extend": _("展延期限"),
    "holder": _("指定承辦人"),
}


def _form(request: HttpRequest, act: str, found: Return) -> Any:
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"version": found.version}
    if act == "back":
        return forms.ReasonForm(data, initial=initial)
    if act == "extend":
        return forms.ExtendForm(data, initial=initial)
    if act == "holder":
        people = queries.people_who_file(found)
        return forms.HolderForm(data, initial={**initial, "holder": found.holder_id or ""}, people=people)
    return forms.SureForm(data, initial=initial)


def _do(user: Any, act: str, found: Return, data: dict[str, Any]) -> str:
    version = data["version"]
    if act == "sign":
        after = actions.sign_return(user, found.pk, version=version, reason=data["reason"])
        level = next_level(after.round.levels, after.signed_levels)
        if level is None:
            return gettext("已簽核，各層都簽完了。")
        return gettext("已簽核；接下來等%(level)s簽核。") % {"level": gettext(level.label)}
    if act == "back":
        actions.send_back(user, found.pk, version=version, reason=data["reason"])
        return gettext("已退回，承辦人會收到理由。")
    if act == "withdraw":
        actions.withdraw_return(user, found.pk, version=version, reason=data["reason"])
        return gettext("已收回，可以繼續改。")
    if act == "extend":
        actions.extend_due(user, found.pk, version=version, until=data["until"], reason=data["reason"])
        return gettext("已展延。")
    actions.assign_holder(
        user, found.pk, version=version, user_id=int(data["holder"]) if data["holder"] else None
    )
    return gettext("已指定。")
