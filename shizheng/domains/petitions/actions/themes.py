"""Themes: made, changed, retired; petitions proposed by words, confirmed, excluded, and that undone (J05)."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.petitions.actions.shared import seen
from shizheng.domains.petitions.models import Belonging, Petition, Theme, ThemePetition
from shizheng.domains.petitions.rules.themes import MOST, unfit, words_of
from shizheng.kernel.history.actions import recorded

FIELDS = ("name", "name_en", "words", "note", "in_use")
TEXTS = {"name": 60, "name_en": 120, "words": 2000, "note": 1000}
OVERLAP = 10_000
"""Keys below the last one that was looked at are looked at again: their transactions may have ended later."""
REASON = 500


def create_theme(actor: Actor, *, values: Mapping[str, Any]) -> Theme:
    """A new theme; what its words find is proposed at once. `values`: FIELDS. Raises NotPermitted, BadInput."""
    require(actor, "petitions.manage")
    refuse_unknown(values, FIELDS)
    with recorded(by=actor, action="petitions.create_theme"):
        row = Theme(**values)
        _check(row)
        row.save()
        _propose(row)
    return row


def edit_theme(
    actor: Actor, theme_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Theme:
    """Change or retire a theme. New words propose anew: what nobody decided goes where no word finds it any more.

    Raises NotPermitted, NotFound, Conflict, BadInput.
    """
    require(actor, "petitions.manage")
    refuse_unknown(changes, FIELDS)
    with recorded(by=actor, action="petitions.edit_theme", reason=need_reason(reason)):
        row = Theme.objects.select_for_update().filter(pk=theme_id).first()
        if row is None:
            raise NotFound(_("找不到這個議題。請從陳情議題清單進入。"))
        compare(row.version, version)
        before = words_of(row.words)
        for name, value in changes.items():
            setattr(row, name, value)
        _check(row)
        row.version += 1
        anew = words_of(row.words) != before
        if anew:
            ThemePetition.objects.filter(theme=row, state=Belonging.PROPOSED).delete()
            row.looked_until = 0
        row.save()
        if anew:
            _propose(row)
    return row


def propose_new() -> int:
    """Propose petitions that came since the last time, for every theme in use; returns how many were proposed."""
    with recorded(by=SYSTEM, action="petitions.propose_themes"):
        return sum(_propose(row) for row in Theme.objects.select_for_update().filter(in_use=True))


def decide_theme(
    actor: Actor,
    theme_id: int,
    case_id: int,
    *,
    state: str,
    version: int | None = None,
    reason: str = "",
) -> ThemePetition:
    """Say that a petition belongs to a theme, that it does not (with the reason), or that this is open again (with the reason).

    `version`: of the belonging; 0 or None where there is none yet. Raises NotPermitted, NotFound, Conflict, CannotDo, BadInput.
    """
    if state not in Belonging.values:
        raise BadInput(_("歸屬要是待確認、已確認或不屬於，沒有執行。"), fields={"state": [_("請從清單選。")]})
    text = reason.strip()[:REASON] if state == Belonging.CONFIRMED else need_reason(reason)[:REASON]
    petition = seen(actor, case_id)
    require(actor, "petitions.handle", petition.case.unit_id)
    with recorded(by=actor, action="petitions.decide_theme", reason=text):
        theme = Theme.objects.filter(pk=theme_id).first()
        if theme is None:
            raise NotFound(_("找不到這個議題。請從陳情議題清單進入。"))
        row = ThemePetition.objects.select_for_update().filter(theme=theme, petition=petition).first()
        row = row or ThemePetition(theme=theme, petition=petition, by_words=False, version=0)
        compare(row.version, version)
        _need_change(row, theme, state)
        row.state, row.reason, row.version = state, text, row.version + 1
        row.by_id, row.at = actor.pk, clock.now()
        row.save()
    return row


def _need_change(row: ThemePetition, theme: Theme, state: str) -> None:
    if row.pk is None and state != Belonging.CONFIRMED:
        raise CannotDo(
            _("這件不在議題「%(theme)s」裡，沒有執行。") % {"theme": theme.name}, code="not_in_theme"
        )
    if row.pk is not None and row.state == state:
        raise CannotDo(
            _("這件在議題「%(theme)s」裡已經是這樣，沒有再存一次。") % {"theme": theme.name},
            code="same_already",
        )
    if row.pk is None and not theme.in_use:
        raise CannotDo(
            _("議題「%(theme)s」已停用，不能再加案件。要加，請先恢復使用。") % {"theme": theme.name},
            code="retired",
        )


def _check(row: Theme) -> None:
    for name in TEXTS:
        setattr(row, name, str(getattr(row, name)).strip())
    wrong: dict[str, list[str]] = {}
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    words = words_of(row.words)
    row.words = "\n".join(words)
    if not row.name:
        wrong["name"] = [_("名稱要寫。")]
    elif Theme.objects.exclude(pk=row.pk).filter(name=row.name).exists():
        wrong["name"] = [_("已經有同名的議題。")]
    if len(words) > MOST:
        wrong["words"] = [_("最多 %(n)s 個詞。") % {"n": MOST}]
    elif unfit(words):
        wrong["words"] = [
            _("一行一個詞，每個詞二到三十個字；請改：%(words)s") % {"words": "、".join(unfit(words))}
        ]
    refuse(wrong)


def _propose(row: Theme) -> int:
    """One statement for all petitions since the last time: those that hold a word and are not in the theme yet."""
    last = Petition.objects.aggregate(last=Max("pk"))["last"] or 0
    words = words_of(row.words)
    made = 0
    if words and last > row.looked_until - OVERLAP:
        holds = reduce(
            or_, (Q(case__title__icontains=each) | Q(category__name__icontains=each) for each in words)
        )
        found = Petition.objects.filter(holds, pk__gt=row.looked_until - OVERLAP, pk__lte=last)
        found = found.exclude(themes__theme=row).order_by().values_list(F("pk"))
        sql, params = found.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO petitions_themepetition (theme_id, petition_id, state, by_words, reason, version)"  # noqa: S608
                f" SELECT %s, found.id, 'proposed', TRUE, '', 1 FROM ({sql}) AS found (id)"
                " ON CONFLICT (theme_id, petition_id) DO NOTHING",
                [row.pk, *params],
            )
            made = cursor.rowcount
    if last != row.looked_until:
        Theme.objects.filter(pk=row.pk).update(looked_until=last)
        row.looked_until = last
    return made
