"""What happened to a case, newest first: its steps and what the system said; names and units read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shizheng.common.roc import in_words
from shizheng.common.words import N_, called
from shizheng.kernel.cases.models import Case, CaseEscalation, CaseStep, Decided, How
from shizheng.kernel.cases.queries.whole import held
from shizheng.kernel.cases.registry import RECIPIENTS, CaseKind, kind_of, state_label
from shizheng.kernel.organisations import queries as organisations

SAID = {
    "open_case": N_("收案"),
    "bring_in": N_("自他系統匯入"),
    "anonymise": N_("去識別"),
    "release": N_("取消會辦"),
    "ask_extension": N_("申請展延"),
    "decide_extension": N_("核定展延"),
    "change_limit": N_("改列期限"),
    "pause": N_("停止計算期限"),
    "resume": N_("繼續計算期限"),
    "link": N_("建立案件關聯"),
    "unlink": N_("解除案件關聯"),
    "merge": N_("併案"),
    "merged": N_("別案併入"),
    "unmerge": N_("解除併案"),
    "unmerged": N_("別案取出"),
}
TO = {
    "officer": N_("承辦人"),
    "supervisor": N_("單位主管"),
    "control_officer": N_("研考人員"),
    "head": N_("機關首長"),
    "rdec": N_("研考會"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a case, as the timeline shows it."""

    title: str
    at: datetime
    by: str
    text: str = ""
    system: bool = False
    tone: str = ""


def timeline(case: Case) -> list[Happening]:
    """Everything that happened to a case, newest first (three queries at most)."""
    kind, steps_, rungs = kind_of(case.kind), held(case, "steps"), held(case, "escalations")
    if steps_ is None:
        steps_ = list(CaseStep.objects.filter(case=case))
    if rungs is None:
        rungs = list(CaseEscalation.objects.filter(case=case))
    named = organisations.nodes({each.fields["unit"] for each in steps_ if each.fields.get("unit")})
    units = {key: called(node, short=True) for key, node in named.items()}
    found = [_step(each, kind, units) for each in reversed(steps_)]
    found += [_rung(each) for each in reversed(rungs)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def steps() -> QuerySet[CaseStep]:
    """Steps of all cases, as a query for others to ask within; whoever asks says who may see."""
    return CaseStep.objects.all()


def _step(step: CaseStep, kind: CaseKind, units: Mapping[int, str]) -> Happening:
    act = kind.workflow.by_name.get(step.name)
    if act is not None:
        title = _("%(act)s：%(state)s") % {"act": _(act.label), "state": state_label(kind.code, step.target)}
    elif step.name in How.values:
        title = _("%(how)s：%(unit)s") % {
            "how": How(step.name).label,
            "unit": units.get(step.fields.get("unit") or 0, _("已裁併的機關")),
        }
    else:
        title = _(SAID.get(step.name, step.name))
    if step.name == "decide_extension":
        decision = Decided.APPROVED if step.fields.get("approved") else Decided.REFUSED
        title = _("%(act)s：%(state)s") % {"act": title, "state": decision.label}
    if step.name == "change_limit":
        title = _("%(act)s：%(due)s") % {"act": title, "due": _day(step.fields.get("due_after"))}
    shown = act.fields if act else ("told",) if step.name == "change_limit" else ()
    told = [_field(kind, name, str(step.fields[name])) for name in shown if step.fields.get(name)]
    text = "\n".join(each for each in (step.reason, *told) if each)
    bad = step.name == How.RETURNED
    return Happening(title, step.at, step.recorded_by, text, step.by_id is None, "bad" if bad else "")


def _field(kind: CaseKind, name: str, value: str) -> str:
    """A field of an act by its name, and its value: a code that was chosen in words."""
    said = kind.field_values.get(name, {}).get(value, value)
    return _("%(what)s：%(said)s") % {"what": kind.field_names.get(name, _("說明")), "said": said}


def _day(kept: str | None) -> str:
    return in_words(date.fromisoformat(kept), "short") if kept else _("期限未定")


def _rung(rung: CaseEscalation) -> Happening:
    after = int(rung.step.partition(":")[0])
    to = _(TO[rung.to]) if rung.to in RECIPIENTS else rung.to
    if after <= 0:
        title = ngettext("到期前 %(n)s 個工作日提醒%(to)s", "到期前 %(n)s 個工作日提醒%(to)s", -after)
    else:
        title = ngettext("逾期 %(n)s 個工作日催辦%(to)s", "逾期 %(n)s 個工作日催辦%(to)s", after)
    return Happening(title % {"n": abs(after), "to": to}, rung.taken_at, "", "", True)
