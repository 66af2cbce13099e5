"""年度標案考核 (B06): opened for a year, counted, scored on the site, signed, opened again with a reason."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import Wrong, check_day, check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import year_number
from shizheng.domains.projects.actions.shared import one_at_a_time
from shizheng.domains.projects.models import AssessedTender, Assessment, AssessmentMode, AssessmentState
from shizheng.domains.projects.queries.assessing import AssessRules, due_on, rules_of, scores_of, year_of
from shizheng.domains.projects.queries.assessments import ASSESS, SIGN
from shizheng.domains.projects.rules.assessing import automatic, grade, total
from shizheng.kernel.history.actions import recorded

FIELDS = ("mode", "visited_on", "group", "site_score", "findings", "reward")
TEXTS = {"group": 200, "findings": 20_000, "reward": 200}


def open_assessment(actor: Actor, roc_year: int) -> Assessment:
    """Open the assessment of a year that is over, with every tender that has enough locked months, scored from them."""
    require(actor, ASSESS)
    year = year_of(roc_year)
    if clock.today() < year.end:
        text = _("%(year)s 年還沒有過完，不能考核。") % {"year": year_number(roc_year)}
        raise BadInput(text, fields={"roc_year": [text]})
    with recorded(by=actor, action="projects.open_assessment"):
        one_at_a_time()
        if Assessment.objects.filter(roc_year=roc_year).exists():
            text = _("%(year)s 年度的考核已經開始，沒有再開一次。") % {"year": year_number(roc_year)}
            raise BadInput(text, fields={"roc_year": [text]})
        rules = _usable(roc_year)
        made = Assessment.objects.create(
            roc_year=roc_year, due_on=due_on(roc_year), rules=rules.as_json(), counted_at=clock.now()
        )
        if not _count(made, rules):
            raise CannotDo(
                _("%(year)s 年沒有鎖定滿 %(n)s 個月的標案，沒有可以考核的。請先鎖定月進度。")
                % {"year": year_number(roc_year), "n": rules.least_months}
            )
    return made


def recount_assessment(actor: Actor, roc_year: int, *, version: int | None, reason: str) -> Assessment:
    """Score the items again from the months and rules as they stand, with a reason; what the group wrote stays."""
    require(actor, ASSESS)
    with recorded(by=actor, action="projects.recount_assessment", reason=need_reason(reason)):
        found = _locked(roc_year, version)
        _need_open(found)
        rules = _usable(roc_year)
        found.rules, found.counted_at = rules.as_json(), clock.now()
        _saved(found)
        _count(found, rules)
    return found


def score_tender(
    actor: Actor, roc_year: int, project_id: int, *, version: int | None, values: Mapping[str, Any]
) -> AssessedTender:
    """What the group says of one tender. `values`: FIELDS that change; score from 0 to 100 with two decimals at most."""
    require(actor, ASSESS)
    refuse_unknown(values, FIELDS)
    with recorded(by=actor, action="projects.score_tender"):
        found = _locked(roc_year, None)
        _need_open(found)
        row = (
            AssessedTender.objects.select_for_update(of=("self",))
            .select_related("project")
            .filter(assessment=found, project_id=project_id)
            .first()
        )
        if row is None:
            raise NotFound(_("這個年度的考核裡沒有這個標案。"))
        compare(row.version, version)
        for name, value in values.items():
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        refuse(_problems(row, found))
        _judge(row, found)
        row.version += 1
        row.save()
    return row


def sign_assessment(actor: Actor, roc_year: int, *, version: int | None) -> Assessment:
    """Sign it off: every tender has a grade. From then on everybody who sees tenders sees it."""
    require(actor, SIGN)
    with recorded(by=actor, action="projects.sign_assessment"):
        found = _locked(roc_year, version)
        _need_open(found)
        left = AssessedTender.objects.filter(assessment=found, grade="").count()
        if left:
            raise CannotDo(_("還有 %(n)s 件沒有等第，不能核定。請填實地分數，或改為書面考核。") % {"n": left})
        found.state, found.signed_at, found.signed_by_id = AssessmentState.SIGNED, clock.now(), actor.pk
        _saved(found)
    return found


def reopen_assessment(actor: Actor, roc_year: int, *, version: int | None, reason: str) -> Assessment:
    """Open a signed assessment again, with a reason; what was published of it stays until it is withdrawn."""
    require(actor, SIGN)
    with recorded(by=actor, action="projects.reopen_assessment", reason=need_reason(reason)):
        found = _locked(roc_year, version)
        if found.state != AssessmentState.SIGNED:
            raise CannotDo(_("這個考核還沒有核定，不必重開。"))
        found.state, found.signed_at, found.signed_by = AssessmentState.OPEN, None, None
        _saved(found)
    return found


def _locked(roc_year: int, version: int | None) -> Assessment:
    found = Assessment.objects.select_for_update().filter(roc_year=roc_year).first()
    if found is None:
        raise NotFound(_("找不到這個年度的標案考核。"))
    compare(found.version, version)
    return found


def _need_open(found: Assessment) -> None:
    if found.state != AssessmentState.OPEN:
        raise CannotDo(_("這個考核已經核定，不能改。要改，請先重開並寫理由。"))


def _saved(found: Assessment) -> None:
    found.version += 1
    found.save()


def _usable(roc_year: int) -> AssessRules:
    rules = rules_of(roc_year)
    whole = sum(rules.weights.values(), Decimal(0))
    if whole != 100:
        raise CannotDo(_("各計分項目的權重合計 %(sum)s，不是 100。請先到規則修正。") % {"sum": whole})
    return rules


def _count(found: Assessment, rules: AssessRules) -> int:
    """Bring the rows to what the months say; returns how many tenders are assessed. Rows that owe nothing any more go."""
    scores = scores_of(found.roc_year, rules)
    rows = {each.project_id: each for each in AssessedTender.objects.filter(assessment=found)}
    AssessedTender.objects.filter(assessment=found).exclude(project_id__in=scores).delete()
    new: list[AssessedTender] = []
    old: list[AssessedTender] = []
    for pk, (months, items) in scores.items():
        row = rows.get(pk) or AssessedTender(assessment=found, project_id=pk)
        row.months, row.items, row.automatic = months, [each.as_json() for each in items], automatic(items)
        _judge(row, found)
        (new if row.pk is None else old).append(row)
    AssessedTender.objects.bulk_create(new, batch_size=500)
    for row in old:
        row.version += 1
    AssessedTender.objects.bulk_update(
        old, ["months", "items", "automatic", "total", "grade", "version"], batch_size=500
    )
    return len(scores)


def _judge(row: AssessedTender, found: Assessment) -> None:
    bands = [(Decimal(least), label) for least, label in found.rules["bands"]]
    paper = row.mode == AssessmentMode.PAPER
    row.total = total(row.automatic, row.site_score, Decimal(found.rules["on_site"]), paper=paper)
    row.grade = grade(row.total, bands)


def _problems(row: AssessedTender, found: Assessment) -> Wrong:
    wrong: Wrong = {}
    if row.mode not in AssessmentMode.values:
        wrong["mode"] = [_("請選考核方式。")]
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    check_day(row.visited_on, "visited_on", wrong)
    if row.mode == AssessmentMode.PAPER:
        row.site_score, row.visited_on = None, None
        return wrong
    score = row.site_score
    if score is not None and (not score.is_finite() or not 0 <= score <= 100 or score != round(score, 2)):
        wrong["site_score"] = [_("分數在 0 到 100 之間，最多兩位小數。")]
    if score is not None and row.visited_on is None:
        wrong.setdefault("visited_on", []).append(_("填了實地分數，請寫哪一天考核。"))
    year = year_of(found.roc_year)
    if row.visited_on is not None and not year.start <= row.visited_on <= clock.today():
        wrong.setdefault("visited_on", []).append(_("考核日要在考核年度開始之後、今天以前。"))
    return wrong
