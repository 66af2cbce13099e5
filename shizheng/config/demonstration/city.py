"""Building the demonstration city, in the order in which things happened."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.config.demonstration.assessments import assess
from shizheng.config.demonstration.bulletins import Bulletins
from shizheng.config.demonstration.commitments import Commitments
from shizheng.config.demonstration.days import at
from shizheng.config.demonstration.design_reviews import DesignReviews
from shizheng.config.demonstration.external import External
from shizheng.config.demonstration.field import Field
from shizheng.config.demonstration.grants import Grants
from shizheng.config.demonstration.meetings import Meetings
from shizheng.config.demonstration.months import Months
from shizheng.config.demonstration.past import Past
from shizheng.config.demonstration.people import ACCOUNTS, password_of, totp_secret_of
from shizheng.config.demonstration.petitions import Petitions
from shizheng.config.demonstration.projects import Projects
from shizheng.config.demonstration.promises import Promises
from shizheng.config.demonstration.rounds import Rounds
from shizheng.config.demonstration.supervision import Supervision
from shizheng.domains.planning import actions as planning
from shizheng.domains.planning import queries as planning_queries
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.organisations import actions as organisations
from shizheng.kernel.people import actions as people
from shizheng.kernel.people import queries as people_queries

CITY = "嵐川市"
FOUNDED = date(2010, 12, 25)
UNITS = (
    # code, kind, parent, name, short name, English name
    (
        "RDEC",
        "agency",
        "city",
        "嵐川市政府研究發展考核委員會",
        "研考會",
        "Research, Development and Evaluation Commission",
    ),
    ("PWB", "agency", "city", "嵐川市政府工務局", "工務局", "Public Works Bureau"),
    ("EPB", "agency", "city", "嵐川市政府環境保護局", "環保局", "Environmental Protection Bureau"),
    ("RDEC-P", "unit", "RDEC", "綜合計畫組", "綜計組", "Planning Division"),
    ("RDEC-C", "unit", "RDEC", "管制考核組", "管考組", "Control Division"),
    ("PWB-R", "unit", "PWB", "道路工程科", "道工科", "Road Engineering Section"),
    ("PWB-M", "unit", "PWB", "養護工程處", "養工處", "Maintenance Office"),
    ("EPB-U", "unit", "EPB", "上嵐清潔隊", "上嵐隊", "Upper Lan Cleaning Squad"),
    ("EPB-L", "unit", "EPB", "下嵐清潔隊", "下嵐隊", "Lower Lan Cleaning Squad"),
    ("D-U", "district", "city", "上嵐區公所", "上嵐區", "Upper Lan District Office"),
    ("D-L", "district", "city", "下嵐區公所", "下嵐區", "Lower Lan District Office"),
)
AGENCIES = {"rdec": "RDEC", "pwb": "PWB", "epb": "EPB"}
FILERS = {
    "rdec": "rdec",
    "pwb": "control",
    "epb": "control2",
    "epb-upper": "control2",
    "epb-lower": "control2",
}
FACT_UNITS = {"rdec": "RDEC", "pwb": "PWB", "epb": "EPB", "epb-upper": "EPB-U", "epb-lower": "EPB-L"}
MISSING_REASONS = {
    "not_yet_measurable": "年底結案後才有數字。",
    "not_applicable": "志工名冊自 113 年起建立，本年不計成長。",
    "to_be_confirmed": "名冊清查中，人數待確認。",
}


@dataclass
class Builder:
    """What has been made so far, by code."""

    units: dict[str, int] = field(default_factory=dict)
    users: dict[str, Any] = field(default_factory=dict)

    def build(self) -> None:
        """Everything, day by day."""
        with clock.set_to(at(99, 12, 25)):
            self.open_units()
        with clock.set_to(at(111, 12, 26)):
            self.make_people()
        for year in (113, 114):
            self.plans_of(year)
        self.facts()
        rounds = Rounds(self.users, self.units)
        rounds.half_year_of_114()
        self.correction()
        self.results_of_114()
        rounds.year_of_114()
        Promises(self.users, self.units).build(self.measure_id("epb", "資源回收率"))
        Past(self.units).build()
        Projects(self.users, self.units).build()
        months = Months(self.users, self.units)
        months.build()
        Grants(self.users, self.units).build()
        field = Field(self.users, self.units)
        field.build()
        field.applications()
        Bulletins(self.users, self.units).build()
        Meetings(self.users, self.units).build()
        months.still_open()
        Supervision(self.users, self.units).build()
        Commitments(self.users, self.units).build()
        Petitions(self.users, self.units).build()
        DesignReviews(self.users, self.units).build()
        assess(self.users)
        External(self.users, self.units).build()

    def open_units(self) -> None:
        city = organisations.set_up_city(
            SYSTEM,
            city_name=CITY,
            city_name_en="Lanchuan City",
            on=FOUNDED,
            government_name=f"{CITY}政府",
            is_demonstration=True,
        )
        self.units["city"] = city.pk
        for order, (code, kind, parent, name, short, english) in enumerate(UNITS, start=1):
            unit = organisations.open_unit(
                SYSTEM,
                code=code,
                kind=kind,
                name=name,
                short_name=short,
                name_en=english,
                parent_id=self.units[parent],
                on=FOUNDED,
                order=order * 10,
                legal_basis=f"{CITY}政府組織自治條例",
            )
            self.units[code] = unit.pk

    def make_people(self) -> None:
        from allauth.mfa.totp.internal.auth import TOTP

        for account in ACCOUNTS:
            user, _password = people.create_person(
                SYSTEM,
                username=account.username,
                display_name=account.display_name,
                job_title=account.job_title,
                password=password_of(account.username),
            )
            role = people_queries.role_by_code(account.role)
            assert role is not None
            people.assign_role(SYSTEM, user_id=user.pk, role_id=role.pk, unit_id=self.units[account.unit])
            with recorded(by=user, action="people.change_password"):
                user.must_change_password = False
                user.save()
            if role.requires_second_factor:
                TOTP.activate(user, totp_secret_of(account.username))
            self.users[account.username] = user

    def plans_of(self, year: int) -> None:
        """Imported in December, accepted by the heads, published on the second of January."""
        plans = []
        for code, importer in (("rdec", "rdec"), ("pwb", "control"), ("epb", "control2")):
            name = f"{year}-{code}.txt"
            data = files("shizheng.config.demonstration").joinpath(name).read_bytes()
            with clock.set_to(at(year - 1, 12, 10, 14, 20)):
                plans.append((code, planning.import_plan(self.users[importer], data, name).plan))
        for code, plan in plans:
            accepter = {"rdec": "rdechead", "pwb": "head", "epb": "head2"}[code]
            with clock.set_to(at(year - 1, 12, 19, 16, 5)):
                plan = planning.accept_plan(
                    self.users[accepter], plan.pk, version=plan.version, reason="核定"
                )
            with clock.set_to(at(year, 1, 2, 9, 0)):
                planning.publish_plan(
                    self.users["rdechead"], plan.pk, version=plan.version, reason="依年度計畫公布"
                )

    def facts(self) -> None:
        """Numbers are filed on the fifteenth after each quarter, by the officer of the agency."""
        text = files("shizheng.config.demonstration").joinpath("facts.toml").read_text("utf-8")
        filings: dict[tuple[datetime, str], list[measures.Filing]] = {}
        for group, kpis in tomllib.loads(text).items():
            for name, years in kpis.items():
                measure_id = self.measure_id(group, name)
                for year, inputs in years.items():
                    for moment, filing in self._filings(group, measure_id, int(year), inputs):
                        filings.setdefault((moment, FILERS[group]), []).append(filing)
        self._milestones(filings)
        for (moment, filer), wanted in sorted(filings.items(), key=lambda each: each[0]):
            with clock.set_to(moment):
                measures.record_facts(self.users[filer], wanted)

    def measure_id(self, group: str, name: str) -> int:
        """The measure of a KPI of the newest plan."""
        agency = self.units[AGENCIES[group.split("-")[0]]]
        found = planning_queries.kpis_found(SYSTEM, name).filter(goal__plan__agency_id=agency).first()
        assert found is not None and found.measure_id is not None, name
        return int(found.measure_id)

    def _filings(
        self, group: str, measure_id: int, year: int, inputs: Mapping[str, Any]
    ) -> Iterator[tuple[datetime, measures.Filing]]:
        unit = self.units[FACT_UNITS[group]]
        for name, values in inputs.items():
            for code, moment, value in periods(year, values):
                yield moment, filing(measure_id, name, unit, code, value)

    def _milestones(self, filings: dict[tuple[datetime, str], list[measures.Filing]]) -> None:
        """The bridge: designed in 113; built in 114, not yet open."""
        bridge, unit = self.measure_id("pwb", "東嵐橋改建進度"), self.units["PWB"]
        steps = {
            113: [Row("s1", None, "完成東嵐橋改建工程細部設計", date(2024, 11, 20))],
            114: [
                Row("s1", None, "東嵐橋主體結構完成", date(2025, 6, 27)),
                Row("s2", None, "東嵐橋通車", None),
            ],
        }
        for year, rows in steps.items():
            one = measures.Filing(
                bridge,
                "steps",
                unit,
                str(year + 1911),
                rows=rows,
                source={"kind": "reported", "text": "竣工報告與工程月報"},
            )
            filings.setdefault((at(year + 1, 1, 15), "control"), []).append(one)

    def correction(self) -> None:
        """In September one project of June turned out to have been behind."""
        measure_id = self.measure_id("pwb", "重大工程進度相符率")
        fact = measure_queries.current_facts(measure_id).get(input="a", period="2025-Q2")
        with clock.set_to(at(114, 9, 12, 9, 30)):
            measures.correct_fact(
                self.users["control"],
                fact.pk,
                value=Decimal(23),
                reason="下嵐排水第二期 6 月估驗單晚到，實際落後 3.20%，不應計入相符。",
                source={"kind": "reported", "text": "114 年 6 月工程月報（更正）"},
            )

    def results_of_114(self) -> None:
        """What the plans of 114 report about the first half of 113 agrees with what was filed; two rows are left open."""
        with clock.set_to(at(114, 1, 8, 11, 0)):
            for plan in planning_queries.published().filter(roc_year=114):
                for row in planning_queries.results(plan.pk):
                    if row.kpi_name not in ("研究建議採行率", "研考人員訓練人次"):
                        planning.confirm_from_figure(self.users["rdec"], row.pk, version=row.version)


def periods(year: int, values: Any) -> Iterator[tuple[str, datetime, Any]]:
    """Period code, the day of filing and the value, from a list of quarters or a table of half and year."""
    western = year + 1911
    if isinstance(values, list):
        for quarter, value in enumerate(values, start=1):
            month = quarter * 3 + 1
            moment = at(year, month, 15) if month <= 12 else at(year + 1, 1, 15)
            yield f"{western}-Q{quarter}", moment, value
        return
    if "half" in values:
        yield f"{western}-H1", at(year, 7, 15), values["half"]
    if "year" in values:
        yield str(western), at(year + 1, 1, 15), values["year"]


def filing(measure_id: int, name: str, unit: int, code: str, value: Any) -> measures.Filing:
    """One filing of a number or of a kind of missing."""
    if isinstance(value, str) and value in MISSING_REASONS:
        reason = MISSING_REASONS[value]
        return measures.Filing(measure_id, name, unit, code, missing=value, reason=reason)
    source = {"kind": "reported", "text": "業務統計報表"}
    return measures.Filing(measure_id, name, unit, code, value=Decimal(str(value)), source=source)
