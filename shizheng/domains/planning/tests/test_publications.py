"""Publishing a plan and its results: what is issued, what happens to it, and that it comes in again as the same plan."""

import json
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning import actions
from shizheng.domains.planning.models import Kpi, Plan, PlanState
from shizheng.domains.planning.publications import narratives
from shizheng.domains.planning.publications.plan import gather
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures.tests.factories import at
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries, store
from shizheng.kernel.publication.models import Publication

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store_of_its_own(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


def published(town: SimpleNamespace, plan: Plan) -> Publication:
    actions.publish_plan(town.rdec_head, plan.pk, version=plan.version)
    plan.refresh_from_db()
    return queries.publication(SYSTEM, queries.of_subject("planning.plan", plan.pk)[0].code)


def read(publication: Publication, name: str) -> bytes:
    return store.read(publication.artefacts.get(name=name).sha256)


def test_publishing_a_plan_issues_it_and_withdrawing_takes_it_back(
    town: SimpleNamespace, accepted: Plan
) -> None:
    made = published(town, accepted)
    assert (made.kind, made.edition, made.unit_id, made.is_public) == (
        "planning.plan",
        1,
        town.works.pk,
        True,
    )
    names = {each.name for each in made.artefacts.all()}
    assert names == {
        "plan.odt", "plan.pdf", "plan.txt", "plan.ods", "plan.xlsx", "plan.json", "kpis.csv", "items.csv", "results.csv",
        "csv-metadata.json",
    }  # fmt: skip
    actions.withdraw_plan(town.rdec_head, accepted.pk, version=accepted.version, reason="目標值印錯")
    assert queries.publication(SYSTEM, made.code).withdrawn.reason == "目標值印錯"
    accepted.refresh_from_db()
    assert published(town, accepted).edition == 2


def test_nothing_is_published_when_the_files_cannot_be_made(
    town: SimpleNamespace, accepted: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shizheng.kernel.publication.documents import pdf

    def fails(*_given: object) -> bytes:
        raise pdf.CannotSetPdf("boom")

    monkeypatch.setattr(pdf, "to_pdf", fails)
    with pytest.raises(CannotDo, match="沒有公布"):
        published(town, accepted)
    accepted.refresh_from_db()
    assert accepted.state == PlanState.ACCEPTED and not Publication.objects.exists()


def test_a_plan_is_issued_by_its_own_act_alone(town: SimpleNamespace, accepted: Plan) -> None:
    with pytest.raises(CannotDo, match="計畫頁"):
        publication.issue(town.rdec_head, "planning.plan", accepted.pk)
    made = published(town, accepted)
    with pytest.raises(CannotDo, match="計畫頁"):
        publication.withdraw(town.rdec_head, made.code, reason="x")


@pytest.mark.parametrize("name", ["plan.odt", "plan.pdf", "plan.txt", "plan.json"])
def test_what_was_published_comes_in_again_as_the_same_plan(
    town: SimpleNamespace, accepted: Plan, name: str
) -> None:
    made = published(town, accepted)
    again = actions.import_plan(town.control, read(made, name), name)
    assert again.created and again.plan.edition == 2
    before, after = {**made.facts}, {**gather(again.plan.pk).facts}
    for facts in (before, after):
        del facts["plan_edition"]
        for row in facts["results"]:
            del row["status"]
    assert after == before


def test_the_real_plans_come_in_again_from_their_pdf(seeds: list[Path]) -> None:
    for seed in seeds:
        first = actions.import_plan(
            SYSTEM,
            seed.read_bytes(),
            seed.name,
            agency_name="臺中市政府研究發展考核委員會",
            create_agency=True,
        ).plan
        written = queries.preview(SYSTEM, "planning.plan", first.pk, "pdf", unit_permission="planning.view")
        second = actions.import_plan(SYSTEM, written.data, "again.pdf").plan
        one, two = gather(first.pk).facts, gather(second.pk).facts
        for part in ("agency", "roc_year", "goals", "work_plans", "results"):
            assert two[part] == one[part], (seed.name, part)


def file(town: SimpleNamespace, plan: Plan, name: str, **values: int) -> list[Any]:
    kpi = Kpi.objects.get(goal__plan=plan, name=name)
    return measures.record_facts(
        SYSTEM,
        [
            measures.Filing(kpi.measure_id, key, town.works.pk, "2018-H1", value=Decimal(value))
            for key, value in values.items()
        ],
    )


def test_results_are_published_with_figures_that_the_system_writes(
    town: SimpleNamespace, accepted: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narratives, "_providers", [])
    facts = file(town, accepted, "工程進度相符率", a=167, b=216)
    kpi = Kpi.objects.get(goal__plan=accepted, name="工程進度相符率")
    narratives.register(lambda plan, period: {kpi.pk: "缺工情形已改善。"} if period == "2018-H1" else {})
    with clock.set_to(at("2018-07-20 09:00")):
        made = publication.issue(town.rdec_head, "planning.results", accepted.pk, period="2018-H1")
    text = read(made, "results.txt").decode()
    assert "策略績效目標\t衡量指標\t原訂目標值\t績效衡量暨達成情形分析" in text
    assert "工程進度相符率為77.31%（100 × 167 ÷ 216 = 77.3148…）" in text and "缺工情形已改善。" in text
    assert "未填報。" in text  # a KPI without a figure says which kind of missing, never 0
    figure = made.figures.get(ref="kpi-1-1")
    assert figure.figure_id in text
    assert figure.figure_id in json.loads(read(made, "results.json"))["figures"][0]["id"]
    with clock.set_to(at("2018-09-12 10:00")):
        first = next(fact for fact in facts if fact.input == "a")
        measures.correct_fact(SYSTEM, first.pk, value=Decimal(166), reason="一案其實落後")
    (found,) = queries.differences(made)
    assert (found.issued, found.now, str(found.since), found.reason) == (
        "77.31%",
        "76.85%",
        "2018-09-12",
        "一案其實落後",
    )
    assert all(each.same for each in queries.recomputed(made))


def test_results_of_other_periods_of_drafts_and_by_others_are_refused(
    town: SimpleNamespace, draft: Plan
) -> None:
    with pytest.raises(CannotDo, match="草稿"):
        publication.issue(town.rdec_head, "planning.results", draft.pk, period="2018-H1")
    actions.accept_plan(town.head, draft.pk, version=draft.version)
    with pytest.raises(BadInput, match="上半年或全年"):
        publication.issue(town.rdec_head, "planning.results", draft.pk, period="2019-H1")
    with pytest.raises(NotPermitted):
        publication.issue(town.control, "planning.results", draft.pk, period="2018-H1")


def test_the_plan_page_offers_files_and_the_results_to_publish(
    client: Any, town: SimpleNamespace, accepted: Plan
) -> None:
    made = published(town, accepted)
    client.force_login(town.rdec_head)
    page = client.get(f"/planning/plans/{accepted.pk}/").content.decode()
    assert f"/publications/{made.code}/" in page and "?period=2018-H1" in page
    for form, start in (
        ("odt", b"PK"),
        ("pdf", b"%PDF"),
        ("xlsx", b"PK"),
        ("ods", b"PK"),
        ("txt", "測試市政府".encode()),
    ):
        answer = client.get(f"/planning/plans/{accepted.pk}/document.{form}")
        assert answer.status_code == 200 and answer.content.startswith(start)
    assert client.get(f"/planning/plans/{accepted.pk}/document.exe").status_code == 404
    shown = client.get(f"/publications/issue/planning.results/{accepted.pk}/?period=2018-H1").content.decode()
    assert "績效衡量暨達成情形分析" in shown
    assert (
        f"/public/publications/{made.code}/"
        in client.get(f"/planning/public/{accepted.pk}/").content.decode()
    )
    client.force_login(town.other)  # of another agency: an accepted plan is open to every officer
    for form in ("txt", "ods"):
        assert client.get(f"/planning/plans/{accepted.pk}/document.{form}").status_code == 200
