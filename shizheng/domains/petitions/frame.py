"""What petitions add to the frame of every page: the kind of case, navigation, search, who reads their photographs."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from shizheng.common.together import Asked
from shizheng.common.words import called
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.cases import registry
from shizheng.kernel.files import access
from shizheng.kernel.intake.registry import register_target
from shizheng.kernel.routing import registry as sources
from shizheng.web import nav, parts, search, work


def page_of(case_id: int) -> str:
    """The page of a petition."""
    return reverse("petitions:petition", args=[case_id])


def register() -> None:
    """Called once when the app is ready. Most of what waits stands in 我的工作 by kernel/cases."""
    from shizheng.domains.petitions import publications
    from shizheng.domains.petitions.actions.following import on_transition
    from shizheng.domains.petitions.actions.receiving import SUBJECT
    from shizheng.domains.petitions.filing import register_filing
    from shizheng.domains.petitions.models.petitions import GROUNDS
    from shizheng.domains.petitions.queries import examples
    from shizheng.domains.petitions.rules.workflow import FIELD_NAMES, KIND, WORKFLOW
    from shizheng.domains.petitions.targets import CATEGORIES

    registry.register(
        registry.CaseKind(
            code=KIND,
            name=gettext_lazy("陳情案件"),
            prefix="petitions",
            workflow=WORKFLOW,
            number=lambda year, serial: f"{year}-P-{serial:06d}",
            url=page_of,
            on_transition=on_transition,
            field_names={code: gettext_lazy(name) for code, name in FIELD_NAMES.items()},
            field_values={"ground": dict(GROUNDS)},
            icon="message",
        )
    )
    register_target(CATEGORIES)
    parts.register(KIND, "open311", open311_part, 10)
    publications.register()
    register_filing()
    nav.register(nav.NavEntry(gettext_lazy("陳情案件"), "petitions:list", "message", "petitions.view", 17))
    work.register(work_items)
    search.register(search.Provider("petitions", gettext_lazy("陳情案件"), find, 29))
    search.register(search.Provider("petition_themes", gettext_lazy("陳情議題"), find_themes, 30))
    for code, label, of, stripped in (
        ("agency", gettext_lazy("陳情：最後的主辦機關"), examples.agencies, tuple),
        ("unit", gettext_lazy("陳情：最後的主辦單位"), examples.units, tuple),
        ("category", gettext_lazy("陳情：更正後的分類"), examples.categories, examples.category_names),
        ("class", gettext_lazy("陳情：更正後的類別"), examples.classes, tuple),
    ):
        sources.register(sources.Source(f"petitions.{code}", label, of, stripped))
    access.register(SUBJECT, may_read_photographs, name=gettext_lazy("陳情案件"), address=page_of)


def open311_part(actor: Any, row: Any) -> Any:
    """What came with a petition over Open311, for who reads what the citizen wrote."""
    from shizheng.domains.petitions.queries import services
    from shizheng.domains.petitions.queries.petitions import may_read_words

    if (
        row.case.channel != "open311"
        or row.case.anonymised_at is not None
        or not may_read_words(actor, row.case)
    ):
        return None
    came = services.came_with(row)
    if came is None:
        return None
    context = {"came": came, "answers": services.shown_answers(came.answers)}
    return parts.Part("petitions/_open311.html", context)


def may_read_photographs(actor: Any, case_id: int) -> bool:
    """Photographs are the citizen's words too: who works on the case."""
    from shizheng.domains.petitions.queries.petitions import may_read_words

    found = cases.visible_to(actor).filter(pk=case_id).first()
    return found is not None and may_read_words(actor, found)


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Petitions by number, subject, place, category, letter."""
    from shizheng.domains.petitions.queries import petitions as queries

    for each in queries.found(actor, words).order_by("-case__received_at")[:limit]:
        yield search.Hit(
            title=each.case.title,
            url=page_of(each.case_id),
            number=each.case.number,
            meta=registry.state_label(each.case.kind, each.case.state),
            icon="message",
        )


def find_themes(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Themes by name, words, note."""
    from shizheng.domains.petitions.queries import themes as queries

    if not actor.may("petitions.view"):
        return
    for each in queries.found(words)[:limit]:
        yield search.Hit(
            title=called(each),
            url=reverse("petitions:theme", args=[each.pk]),
            meta="、".join(each.words.splitlines()[:5]),
            icon="tags",
        )


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Replies to approve and to sign, and promises to be released (假結案)."""
    from shizheng.domains.petitions.queries.waiting import to_decide

    if not actor.may("petitions.view"):
        return
    waiting = to_decide(actor)
    yield [waiting]
    why = {
        "reviewing": gettext("答復等您核閱"),
        "signing": gettext("答復等您核定"),
        "tracking": gettext("答應民眾的事要確認辦好，才能解除追蹤"),
    }
    for each in waiting:
        case = each.case
        tracked = case.state == "tracking"
        yield work.WorkItem(
            due=each.promise_due if tracked else case.due_on,
            title=case.title,
            why=f"{case.number}　{why[case.state]}",
            url=page_of(case.pk),
            button=gettext("確認") if tracked else gettext("核定"),
            kind=gettext("陳情案件"),
            icon="message",
        )
