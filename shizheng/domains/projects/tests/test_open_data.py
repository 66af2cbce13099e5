"""Open data of tenders: what is announced goes out, described and licensed, as CSV, JSON and OC4IDS; the rest stays inside."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.api.oc4ids_answers import Oc4idsPackageOut
from shizheng.domains.projects.models import Happening, PlannedCheckpoint, PlanVersion
from shizheng.domains.projects.publications import OPEN
from shizheng.domains.projects.rules.life import Kind
from shizheng.domains.projects.rules.openings import openings_of
from shizheng.domains.projects.tests.month_town import CHECKPOINTS, LATE, happen, lock_month, row, tender
from shizheng.domains.projects.tests.oc4ids_schema import PACKAGE, said
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.publication import actions as publication
from shizheng.kernel.publication import queries, store

PUBLISHED = "SHIZHENG_TEST_OC4IDS"
ALL = "/api/v1/projects/oc4ids.json"


def told(*rows: tuple[str, int], **more: Any) -> list[Any]:
    return [
        SimpleNamespace(
            kind=kind, on=date(2025, 1, day), amount=Decimal(100) if kind == "awarded" else None, bidders=None,
            contractor="甲營造" if kind == "awarded" else "", tender_no=more.get("tender_no", ""),
        )
        for kind, day in rows
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "outcomes"),
    [
        ([("funded", 1)], []),
        ([("announced", 1)], [None]),
        ([("announced", 1), ("announced", 3)], [None]),  # a corrected notice is the same opening
        ([("announced", 1), ("failed", 5), ("announced", 6), ("awarded", 9)], [Kind.FAILED, Kind.AWARDED]),
        (
            [("announced", 1), ("void", 5), ("failed", 9)],
            [Kind.VOID, Kind.FAILED],
        ),  # opened again unannounced
        ([("announced", 1), ("awarded", 5), ("terminated", 9), ("announced", 12)], [Kind.AWARDED, None]),
        ([("announced", 1), ("withdrawn", 5), ("restored", 6), ("awarded", 9)], [Kind.AWARDED]),
    ],
)
def test_each_opening_ends_with_one_outcome(rows: list[tuple[str, int]], outcomes: list[Kind | None]) -> None:
    assert [each.outcome for each in openings_of(told(*rows))] == outcomes


def broken(package: dict[str, Any]) -> list[str]:
    """What is not as OC4IDS wants it, in schema and in words."""
    check = jsonschema_rs.Draft7Validator(PACKAGE, validate_formats=True)
    return [*(f"{each.instance_path} {each.message}" for each in check.iter_errors(package)), *said(package)]


@pytest.fixture
def town(month_town: SimpleNamespace, tmp_path: Path, settings: Any) -> SimpleNamespace:
    """A tender that failed, was awarded and changed; one that nobody announced; March is locked."""
    settings.DATA_DIR = tmp_path
    shown = tender(
        month_town.works, "A1", place="東嵐橋", longitude=Decimal("120.6"), latitude=Decimal("24.1")
    )
    hidden = tender(month_town.works, "A2", name="還沒公告的標案")
    for kind, day in (("announced", "2025-01-10"), ("failed", "2025-01-20"), ("announced", "2025-01-24")):
        happen(shown, kind, day)
    with recorded(by=SYSTEM, action="tests.award"):
        Happening.objects.create(
            project=shown, kind="awarded", on=date(2025, 2, 14), amount=50_000_000, bidders=3, contractor="甲營造",
            text="主辦人員王小明",
        )  # fmt: skip
        changed = PlanVersion.objects.create(
            project=shown, number=2, kind="change_order", from_period="2025-03", reason="王小明核定變更",
            contract_amount=52_000_000, works_from=date(2025, 3, 1), works_to=date(2026, 3, 31),
        )  # fmt: skip
        for position, (code, name, stage, weight) in enumerate(CHECKPOINTS, 1):
            PlannedCheckpoint.objects.create(
                plan=changed, position=position, code=code, name=name, stage=stage, weight=weight,
                planned_on=date(2025 + position // 3, position, 15),
            )  # fmt: skip
    lock_month(month_town, "2025-03", {shown: row("0", **LATE, text="王小明說明"), hidden: row("0", **LATE)})
    month_town.shown = shown
    return month_town


@pytest.mark.django_db
def test_an_edition_is_valid_oc4ids_with_what_was_planned_reached_and_changed(town: SimpleNamespace) -> None:
    client = Client()
    assert client.get(ALL).status_code == 404
    publication.issue(town.rdec_head, OPEN, town.city.pk, period="2025-03")
    answer = client.get(ALL, follow=True)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json" and answer["ETag"]
    package = json.loads(answer.content)
    assert broken(package) == []
    described = Oc4idsPackageOut.model_validate(package)
    assert described.model_dump(exclude_unset=True) == package, "the API describes all of it"
    assert package["license"] == "https://data.gov.tw/license"
    (project,) = package["projects"]
    first, second = (each["summary"] for each in project["contractingProcesses"])
    assert (first["status"], first["tender"]["status"], first["tender"]["statusDetails"]) == (
        "closed", "unsuccessful", "流標",
    )  # fmt: skip
    assert (second["status"], second["tender"]["status"], second["tender"]["numberOfTenderers"]) == (
        "active", "complete", 3,
    )  # fmt: skip
    assert second["contractValue"] == {"amount": 50_000_000, "currency": "TWD"}
    by_type = {each["type"]: each for each in second["modifications"]}
    assert by_type["value"]["newContractValue"]["amount"] == 52_000_000
    assert by_type["duration"]["newContractPeriod"]["endDate"] == "2026-03-31T23:59:59+08:00"
    planned = {
        each["id"]: {one["id"]: one["measure"] for one in each["observations"]}
        for each in project["forecasts"]
    }
    reached = {each["id"]: each["observations"] for each in project["metrics"]}
    assert planned["tenderProgress"]["2025-01"] == "20" and [
        one["id"] for one in reached["tenderProgress"]
    ] == ["2025-03"]


@pytest.mark.django_db
def test_an_edition_is_valid_by_the_schema_as_published(town: SimpleNamespace) -> None:
    """Against `project-package-schema.json` and `project-schema.json` of the standard, where their folder is named."""
    folder = os.environ.get(PUBLISHED)
    if not folder:
        pytest.skip(f"{PUBLISHED} names no folder with the schema files of OC4IDS")
    packages, projects = (
        json.loads((Path(folder) / name).read_text())
        for name in ("project-package-schema.json", "project-schema.json")
    )
    made = publication.issue(town.rdec_head, OPEN, town.city.pk, period="2025-03")
    wanted = packages["properties"]["projects"]["items"]["$ref"]
    known = jsonschema_rs.Registry([(wanted, projects)], draft=jsonschema_rs.Draft4)
    check = jsonschema_rs.Draft4Validator(packages, registry=known, validate_formats=True)
    package = json.loads(queries_bytes(made, "oc4ids.json"))
    assert [f"{each.instance_path} {each.message}" for each in check.iter_errors(package)] == []
    package["projects"][0]["status"] = "delayed"
    assert not check.is_valid(package)


@pytest.mark.django_db
def test_what_officers_write_and_what_was_not_announced_stays_inside(town: SimpleNamespace) -> None:
    made = publication.issue(town.rdec_head, OPEN, town.city.pk, period="2025-03")
    names = {each.name for each in made.artefacts.all()}
    assert names == {
        "open-tenders.json", "tenders.csv", "openings.csv", "plans.csv", "checkpoints.csv", "progress.csv",
        "csv-metadata.json", "oc4ids.json",
    }  # fmt: skip
    everything = "".join(store.read(each.sha256).decode("utf-8-sig") for each in made.artefacts.all())
    assert "東嵐橋" in everything and "王小明" not in everything and "還沒公告" not in everything
    described = json.loads(queries_bytes(made, "csv-metadata.json"))
    assert described["dc:license"] == "https://data.gov.tw/license"
    for table in described["tables"]:
        head = queries_bytes(made, table["url"]).decode("utf-8-sig").splitlines()[0]
        assert head.split(",") == [each["titles"]["zh-TW"] for each in table["tableSchema"]["columns"]]


def queries_bytes(made: Any, name: str) -> bytes:
    return store.read(queries.artefact(made.pk, name).sha256)


@pytest.mark.django_db
def test_one_tender_is_asked_for_by_its_number(town: SimpleNamespace) -> None:
    publication.issue(town.rdec_head, OPEN, town.city.pk, period="2025-03")
    client = Client()
    package = json.loads(client.get("/api/v1/projects/oc4ids/A1").content)
    assert broken(package) == []
    assert package["uri"].endswith("/api/v1/projects/oc4ids/A1")
    assert client.get("/api/v1/projects/oc4ids/A2").status_code == 404
    publication.withdraw(town.rdec_head, queries.standing().get(kind=OPEN).code, reason="資料有誤")
    assert client.get("/api/v1/projects/oc4ids/A1").status_code == 404


@pytest.mark.django_db
def test_an_address_of_a_number_in_chinese_is_an_address_for_programs_too(town: SimpleNamespace) -> None:
    named = tender(town.works, "工務114-1")
    happen(named, "announced", "2025-01-10")
    publication.issue(town.rdec_head, OPEN, town.city.pk, period="2025-03")
    package = json.loads(Client().get("/api/v1/projects/oc4ids/工務114-1").content)
    assert broken(package) == [] and package["uri"].isascii()


@pytest.mark.django_db
def test_nothing_goes_out_before_the_lock_or_of_one_agency(month_town: SimpleNamespace) -> None:
    happen(tender(month_town.works, "A1"), "announced", "2025-01-10")
    with pytest.raises(CannotDo, match="還沒有鎖定"):
        publication.issue(month_town.rdec_head, OPEN, month_town.city.pk, period="2025-03")
    with pytest.raises(NotFound):
        publication.issue(month_town.rdec_head, OPEN, month_town.works.pk, period="2025-03")
