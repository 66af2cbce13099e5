"""The API of publications: what was issued, its figures, whether it still evaluates to the same, and what differs today."""

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema
from pydantic import AfterValidator

from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.words import N_, tell
from shizheng.kernel.publication import actions, queries
from shizheng.kernel.publication.api_answers import (
    ChecksOut,
    PublicationInFullOut,
    PublicationOut,
    PublicationsOut,
    PublicationWithFiguresOut,
    PublishedFigureOut,
)
from shizheng.kernel.publication.models import Artefact, IssuedFigure, Publication
from shizheng.kernel.publication.pages.public import figure_answer

router = Router()


def _storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError(tell("不能含有空字元（NUL）"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(tell("含有不成對的代理字元")) from error
    return text


Code = Annotated[str, Path(max_length=30), AfterValidator(_storable)]
Ref = Annotated[str, Path(max_length=60), AfterValidator(_storable)]
Long = Annotated[str, Field(max_length=2000), AfterValidator(_storable)]


class PublicationListing(Schema):
    """`kind`: a kind's code, such as planning.plan. Pages of 50, the newest first."""

    kind: Annotated[str, Field(max_length=60), AfterValidator(_storable)] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class IssueIn(Given):
    """What to issue: a kind, the thing's number, and for results the period (2017-H1, 2017)."""

    kind: Annotated[str, Field(max_length=60), AfterValidator(_storable)]
    subject: Annotated[int, Field(ge=1, le=2**63 - 1)]
    period: Annotated[str, Field(max_length=7), AfterValidator(_storable)] = ""
    reason: Long = ""


class PublicationWithdrawIn(Given):
    """Why it is withdrawn."""

    reason: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_storable)]


@router.get("/", permission="publication.view", response=PublicationsOut, summary=N_("公布紀錄"))
def list_publications(request: HttpRequest, query: Query[PublicationListing]) -> Any:
    """Every publication, the newest first."""
    return _listed(queries.visible_to(actor_of(request)), query)


@router.get("/public", permission=None, response=PublicationsOut, summary=N_("公開的公布紀錄"))
def list_public(request: HttpRequest, query: Query[PublicationListing]) -> Any:
    """Publications that everybody may read, the newest first; withdrawn ones say so."""
    return _listed(queries.public_rows(), query)


@router.get(
    "/public/{code}", permission=None, response=PublicationWithFiguresOut, summary=N_("一份公開的公布紀錄")
)
def read_public(request: HttpRequest, code: Code) -> Any:
    """A publication with its figures and files, and what differs today."""
    found = queries.public_publication(code)
    return _whole(found, queries.public_differences(found))


@router.get(
    "/public/{code}/figures/{ref}",
    permission=None,
    response=PublishedFigureOut,
    summary=N_("公布時的一個數字"),
)
def read_public_figure(request: HttpRequest, code: Code, ref: Ref) -> Any:
    """A figure as it was issued, by its name in the document or its id."""
    found = queries.public_publication(code)
    return figure_answer(found, queries.figure(found.pk, ref))


@router.post(
    "/", permission="publication.issue", response={201: PublicationWithFiguresOut}, summary=N_("公布新的一版")
)
def issue(request: HttpRequest, given: IssueIn) -> Any:
    """Issue the next edition of something: all of it or nothing."""
    made = actions.issue(
        actor_of(request),
        given.kind, given.subject, period=given.period, reason=given.reason,
    )  # fmt: skip
    return 201, _whole(made, [])


@router.get(
    "/{code}", permission="publication.view", response=PublicationInFullOut, summary=N_("一份公布紀錄")
)
def read_publication(request: HttpRequest, code: Code) -> Any:
    """A publication with its content, versions, figures and files, and what differs today."""
    found = queries.publication(actor_of(request), code)
    return {
        **_whole(found, queries.differences(found)),
        "versions": found.versions,
        "facts": found.facts,
        "facts_sha256": found.facts_sha256,
    }


@router.get("/{code}/check", permission="publication.view", response=ChecksOut, summary=N_("核對雜湊與數字"))
def check_publication(request: HttpRequest, code: Code) -> Any:
    """Hashes and figures checked now: `good` is true where all of it holds."""
    found = queries.publication(actor_of(request), code)
    figures = queries.issued_figures_of(found.pk)
    made = queries.checks(found, figures, list(Artefact.objects.filter(publication=found)))
    return {
        "good": all(each.good for each in made),
        "checks": [{"code": each.code, "good": each.good, "text": each.text} for each in made],
    }


@router.post(
    "/{code}/withdraw", permission="publication.issue", response=PublicationOut, summary=N_("撤回公布")
)
def withdraw(request: HttpRequest, code: Code, given: PublicationWithdrawIn) -> Any:
    """Take a publication back, with a reason; the record stays."""
    found = actions.withdraw(actor_of(request), code, reason=given.reason)
    return _about(found)


def _listed(rows: Any, query: PublicationListing) -> dict[str, Any]:
    found = rows.filter(kind=query.kind) if query.kind else rows
    start, hide = (query.page - 1) * 50, queries.name_hider()
    return {
        "count": found.count(),
        "page": query.page,
        "items": [_about(each, hide) for each in found[start : start + 50]],
    }


def _about(row: Publication, hide: Callable[[str], str] = queries.without_names) -> dict[str, Any]:
    return {
        "code": row.code, "kind": row.kind, "title": row.title, "unit": row.unit.name, "unit_id": row.unit_id,
        "period": row.period or None, "edition": row.edition, "state": row.state,
        "issued_at": row.issued_at.isoformat(), "reason": hide(row.reason) or None,
        "withdrawn": None if row.withdrawn is None else {
            "at": row.withdrawn.withdrawn_at.isoformat(), "reason": hide(row.withdrawn.reason),
        },
    }  # fmt: skip


def _whole(row: Publication, different: list[Any]) -> dict[str, Any]:
    today = {each.figure.pk: each for each in different}
    return {
        **_about(row),
        "figures": [
            {**each.as_json(), "today": _today(today.get(each.pk))}
            for each in IssuedFigure.objects.filter(publication=row)
        ],
        "files": []
        if row.withdrawn
        else [_file(row, each) for each in Artefact.objects.filter(publication=row)],
    }


def _today(difference: Any) -> dict[str, Any] | None:
    if difference is None:
        return None
    since = difference.since.isoformat() if difference.since else None
    return {
        "text": difference.now,
        "since": since,
        "reason": difference.reason or None,
        "of_verdict": difference.of_verdict,
    }


def _file(row: Publication, each: Artefact) -> dict[str, Any]:
    return {
        "name": each.name, "format": each.format, "media_type": each.media_type, "size": each.size,
        "sha256": each.sha256, "made_with": each.made_with, "url": f"/public/publications/{row.code}/{each.name}",
    }  # fmt: skip
