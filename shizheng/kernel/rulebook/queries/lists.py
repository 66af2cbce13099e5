"""Rows of rules, versions and proposals."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.kernel.rulebook.models import Outcome, Rule, RuleVersion


def rules(actor: Actor) -> QuerySet[Rule]:
    """Rules that the actor may see, each with whether a proposal waits and whether one of its versions is 待確認."""
    if not actor.may("rulebook.view"):
        return Rule.objects.none()
    mine = RuleVersion.objects.filter(rule=OuterRef("pk"))
    return Rule.objects.annotate(
        has_proposal=Exists(mine.filter(decision=None)),
        has_unconfirmed=Exists(mine.filter(unconfirmed=True, decision__outcome=Outcome.IN_FORCE)),
    )


def rule(code: str) -> Rule:
    """One rule by its code, or by a row of the plans that it was made from. Raises NotFound."""
    found = Rule.objects.filter(code=code).first() or Rule.objects.filter(rows__contains=[code]).first()
    if found is None:
        raise NotFound(tell("沒有代碼是「%(code)s」的規則。", code=code[:60]))
    return found


def versions_of(rule: Rule) -> QuerySet[RuleVersion]:
    """Approved versions of a rule, newest number first."""
    return (
        RuleVersion.objects.filter(rule=rule, decision__outcome=Outcome.IN_FORCE)
        .select_related("decision", "decision__decided_by", "proposed_by")
        .order_by("-decision__number")
    )


def proposals_of(rule: Rule) -> QuerySet[RuleVersion]:
    """Proposals that wait, and those that came to nothing; newest first."""
    return (
        RuleVersion.objects.filter(rule=rule)
        .exclude(decision__outcome=Outcome.IN_FORCE)
        .select_related("decision", "decision__decided_by", "proposed_by")
        .order_by("-id")
    )


def decided(ids: Iterable[int]) -> list[RuleVersion]:
    """Versions on which was decided, with their rule and people (one query; none where nothing is asked)."""
    wanted = list(ids)
    if not wanted:
        return []
    rows = RuleVersion.objects.select_related("rule", "decision", "decision__decided_by")
    return list(rows.filter(pk__in=wanted, decision__isnull=False).order_by("pk"))


def proposal(pk: int) -> RuleVersion:
    """One version of any state with its rule and people. Raises NotFound."""
    rows = RuleVersion.objects.select_related("rule", "decision", "decision__decided_by", "proposed_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(tell("找不到這件提案。"))
    return found


def waiting() -> QuerySet[RuleVersion]:
    """Proposals without a decision, oldest first."""
    return RuleVersion.objects.filter(decision=None).select_related("rule", "proposed_by").order_by("id")


def waiting_for(actor: Actor) -> QuerySet[RuleVersion]:
    """Proposals that the actor may decide on: with `rulebook.approve`, those of other people."""
    if not actor.may("rulebook.approve"):
        return RuleVersion.objects.none()
    return waiting().filter(Q(proposed_by=None) | ~Q(proposed_by=actor.pk))


def searched(actor: Actor, words: str) -> QuerySet[Rule]:
    """Rules whose code, name, meaning or rows hold every word."""
    found = Rule.objects.all() if actor.may("rulebook.view") else Rule.objects.none()
    for word in words.split()[:10]:
        found = found.filter(
            Q(code__icontains=word)
            | Q(name__icontains=word)
            | Q(name_en__icontains=word)
            | Q(meaning__icontains=word)
            | Q(rows__contains=[word.upper()])
        )
    return found.order_by("code")


def english_names() -> QuerySet[Rule, tuple[str, str]]:
    """The rules by both of their names."""
    return Rule.objects.exclude(name_en="").values_list("name", "name_en")
