"""Issuing and withdrawing: all or nothing, never a change of what was issued."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version as installed_version
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.publication import registry, store
from shizheng.kernel.publication.documents.model import FigureRef
from shizheng.kernel.publication.models import Artefact, IssuedFigure, Publication, Withdrawal
from shizheng.kernel.publication.rules.identity import digest, publication_code
from shizheng.kernel.publication.rules.issuing import figure_text, issued_trace
from shizheng.kernel.publication.writing import OWN, Written, files_of
from shizheng.web.speech import for_the_record

LEFT_OVER = timedelta(days=30)


def issue(
    actor: Actor, kind: str, subject_pk: int, *, period: str = "", reason: str = "", by_domain: bool = False
) -> Publication:
    """Issue the next edition: facts, versions, figures and files are kept, or nothing is.

    Raises NotPermitted, NotFound, CannotDo where nothing has changed since the standing edition, CannotWrite where a
    file cannot be made. `by_domain` is set by the act of the domain that manages the kind.
    """
    made = registry.kind(kind)
    _need_domain(made, by_domain)
    with recorded(by=actor, action="publication.issue", reason=reason.strip()):
        gathered = made.gathered(subject_pk, period)
        require(actor, made.permission, gathered.unit_id)
        _lock(gathered.series)
        _lock_store("_shared")
        gathered = made.gathered(subject_pk, period)  # as it stands now that nobody else issues it
        last = Publication.objects.filter(series=gathered.series).order_by("-edition").first()
        edition = last.edition + 1 if last else 1
        facts: dict[str, Any] = {**gathered.facts}
        ids = {ref: figure.id for ref, figure in gathered.figures.items() if figure.id is not None}
        hashed = digest(facts)
        _need_news(last, hashed, ids)
        code = publication_code(gathered.series, edition, hashed, ids)
        now = clock.now().replace(microsecond=0)
        publication = Publication.objects.create(
            code=code, kind=kind, title=gathered.title, subject_label=made.subject_label, subject_pk=subject_pk,
            unit_id=gathered.unit_id, period=gathered.period, series=gathered.series, edition=edition,
            is_public=made.is_public, reason=reason.strip(), facts=facts, facts_sha256=hashed,
            versions=_versions(gathered.figures), issued_at=now, issued_by_id=actor.pk,
        )  # fmt: skip
        with for_the_record():
            figures = [
                _figure(publication, ref, position, figure)
                for position, (ref, figure) in enumerate(gathered.figures.items(), 1)
                if figure.id is not None
            ]
            files = _files(made, publication, figures)
        IssuedFigure.objects.bulk_create(figures)
        Artefact.objects.bulk_create(
            Artefact(
                publication=publication, position=position, name=each.name, format=each.format,
                media_type=each.media_type, size=len(each.data), sha256=store.keep(each.data), made_with=each.made_with,
            )
            for position, each in enumerate(files, 1)
        )  # fmt: skip
    return publication


def withdraw(actor: Actor, code: str, *, reason: str, by_domain: bool = False) -> Publication:
    """Say that a publication no longer stands, and why. Its files are no longer offered to the public; the record stays."""
    why = reason.strip()
    if not why:
        message = _("撤回要寫理由：為什麼撤回、依據什麼。沒有理由就沒有撤回。")
        raise BadInput(message, fields={"reason": [message]})
    with recorded(by=actor, action="publication.withdraw", reason=why):
        found = Publication.objects.select_related("withdrawal").filter(code=code).first()
        if found is None:
            raise NotFound(_("找不到這個公布。請從公布紀錄進入。"))
        made = registry.kind(found.kind)
        require(actor, made.permission, found.unit_id)
        _need_domain(made, by_domain)
        _lock(found.series)
        if Withdrawal.objects.filter(publication=found).exists():
            raise Conflict(_("這個公布已經撤回了，沒有再撤回一次。請重新整理看最新的內容。"))
        Withdrawal.objects.create(
            publication=found, reason=why, withdrawn_at=clock.now().replace(microsecond=0)
        )
    return Publication.objects.select_related("withdrawal").get(pk=found.pk)


def clear_away(actor: Actor) -> int:
    """Delete bytes that no publication names and nobody wanted for a month; returns how many.

    They are of publications that were broken off: their rows went with the transaction, their bytes stayed.
    """
    limit = (clock.now() - LEFT_OVER).timestamp()
    gone = 0
    with recorded(by=actor, action="publication.clear_away"):
        _lock_store()
        old = list(store.older_than(limit))
        named = Artefact.objects.filter(sha256__in=[sha256 for sha256, _place in old if sha256])
        needed = set(named.values_list("sha256", flat=True))
        for sha256, place in old:
            if sha256 not in needed and place.stat().st_mtime < limit:
                place.unlink()
                gone += 1
    return gone


def withdraw_of_subject(actor: Actor, kind: str, subject_pk: int, *, reason: str) -> list[Publication]:
    """Withdraw every standing edition about a thing of the domain, in the domain's own act."""
    standing = Publication.objects.filter(kind=kind, subject_pk=subject_pk, withdrawal=None)
    return [withdraw(actor, each.code, reason=reason, by_domain=True) for each in standing]


def _need_domain(made: registry.PublicationKind, by_domain: bool) -> None:
    if made.managed_by and not by_domain:
        raise CannotDo(str(made.managed_by))


def _lock(series: str) -> None:
    """Editions of a series are issued and withdrawn one after another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('publication'), hashtext(%s))", [series])


def _lock_store(how: str = "") -> None:
    """Who issues shares the store of bytes; who clears it away has it alone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{how}(hashtext('publication.store'))")


def _need_news(last: Publication | None, hashed: str, ids: Mapping[str, str]) -> None:
    if last is None or Withdrawal.objects.filter(publication=last).exists() or last.facts_sha256 != hashed:
        return
    before = dict(IssuedFigure.objects.filter(publication=last).values_list("ref", "figure_id"))
    if before == dict(ids):
        raise CannotDo(
            _("內容與數字都與第 %(n)s 版相同，沒有再公布一版。要公布新版，請先修改內容或更正數字。")
            % {"n": last.edition},
            code="nothing_new",
        )


def _versions(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """The versions that made it: definitions, judging rules, the day of the tree of agencies, the product itself."""
    made = {figure.definition.id: figure.definition for figure in figures.values() if figure.definition}
    return {
        "definitions": {
            str(each.measure_id): {"id": each.id, "number": each.number} for each in made.values()
        },
        "rules": sorted({figure.rule.name for figure in figures.values()}),
        "tree_date": clock.today().isoformat(),
        "product": f"shizheng {installed_version('shizheng')}",
    }


def _figure(publication: Publication, ref: str, position: int, figure: Figure) -> IssuedFigure:
    assert figure.definition is not None
    return IssuedFigure(
        publication=publication, position=position, ref=ref, figure_id=figure.id or "", measure_id=figure.measure_id,
        unit_id=figure.unit_id, period=figure.period.code, definition_id=figure.definition.id, rule=figure.rule.name,
        rule_version=figure.rule.id or 0, at_risk_version=figure.rule.at_risk_id,
        fact_ids=sorted(figure.fact_ids), day=figure.day or clock.today(), exact=figure.exact_text or "",
        value=figure.value, places=figure.places, missing=figure.missing.kind.value if figure.missing else "",
        text=figure_text(figure), verdict=figure.verdict.code.value, trace=issued_trace(figure),
    )  # fmt: skip


def _files(
    made: registry.PublicationKind, publication: Publication, figures: list[IssuedFigure]
) -> list[Written]:
    refs = {
        each.ref: FigureRef(each.figure_id, each.text, figure_address(publication.code, each.ref))
        for each in figures
    }
    document = replace(
        made.document(publication.facts, refs), code=publication.code, issued_at=publication.issued_at
    )
    files = files_of(document, made.formats, made.stem, about(publication, figures))
    return files + [Written(each.name, each.format, each.write(document), OWN) for each in made.exchanges]


def figure_address(code: str, ref: str) -> str:
    """The full address of a figure as issued, for files that leave the house."""
    return f"{settings.BASE_URL}{reverse('published:figure', args=[code, ref])}"


def about(publication: Publication, figures: list[IssuedFigure]) -> dict[str, Any]:
    """What a publication is and how it was made, for its JSON file."""
    return {
        "publication": {
            "code": publication.code, "kind": publication.kind, "title": publication.title,
            "edition": publication.edition, "period": publication.period or None,
            "issued_at": publication.issued_at.isoformat(),
            "url": f"{settings.BASE_URL}{reverse('published:publication', args=[publication.code])}",
            "facts_sha256": publication.facts_sha256,
        },
        "versions": publication.versions,
        "figures": [each.as_json() for each in figures],
    }  # fmt: skip
