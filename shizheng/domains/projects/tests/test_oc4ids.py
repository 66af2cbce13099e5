"""Whatever happened to a tender, in whatever order it was told: its project is as OC4IDS wants it."""

from datetime import date, timedelta
from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from shizheng.domains.projects.rules.life import Kind, State
from shizheng.domains.projects.rules.oc4ids import package, project_of
from shizheng.domains.projects.tests.oc4ids_schema import PACKAGE, said

CHECK = jsonschema_rs.Draft7Validator(PACKAGE, validate_formats=True)
UNTIL = date(2025, 6, 30)
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
STAGES = ["", "tender", "award", "works", "completion", "closing"]


@st.composite
def happenings(draw: Any) -> list[dict[str, Any]]:
    found = []
    for kind, on in sorted(
        draw(st.lists(st.tuples(st.sampled_from(Kind), DAYS), max_size=8)), key=lambda each: each[1]
    ):
        found.append(
            {
                "kind": kind.value, "on": on.isoformat(), "amount": draw(st.none() | st.integers(0, 10**15)),
                "bidders": draw(st.none() | st.integers(0, 9)), "contractor": draw(st.sampled_from(["", "甲營造", "乙營造"])),
                "tender_no": draw(st.sampled_from(["", "A-1"])),
            }
        )  # fmt: skip
    return found


@st.composite
def plans(draw: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    month = date(2024, 1, 1)
    for number in range(1, draw(st.integers(0, 3)) + 1):
        begin = draw(st.none() | DAYS)
        end = None if begin is None else begin + timedelta(days=draw(st.integers(0, 400)))
        planned = sorted(draw(st.lists(DAYS, min_size=1, max_size=5)))
        found.append(
            {
                "number": number, "kind": "change_order", "kind_text": "契約變更", "from_period": f"{month:%Y-%m}",
                "set_on": month.isoformat(), "contract_amount": draw(st.none() | st.integers(0, 10**12)),
                "works_from": begin and begin.isoformat(), "works_to": end and end.isoformat(),
                "days": sorted(each.isoformat() for each in [*planned, *filter(None, (begin, end))]),
                "checkpoints": [
                    {
                        "code": f"c{place}", "name": f"檢核點 {place}", "stage": draw(st.sampled_from(STAGES)),
                        "weight": str(100 * (place + 1) // len(planned)), "planned_on": day.isoformat(),
                    }
                    for place, day in enumerate(planned)
                ],
                "works": {},
            }
        )  # fmt: skip
        month = (month + timedelta(days=draw(st.integers(0, 200)))).replace(day=1)
    return found


@st.composite
def tenders(draw: Any) -> dict[str, Any]:
    made = draw(plans())
    codes = [each["code"] for each in made[-1]["checkpoints"]] if made else []
    percent = st.none() | st.sampled_from(["0", "12.5", "100"])
    return {
        "number": draw(st.sampled_from(["A1", "工務-114"])), "name": "東嵐橋", "type": draw(st.sampled_from(["works", "goods"])),
        "agency": "工務局", "agency_code": "PWB", "state": draw(st.sampled_from(State)).value,
        "budget": draw(st.integers(0, 10**15)), "place": draw(st.sampled_from(["", "東區"])),
        "longitude": (where := draw(st.none() | st.just("120.6"))), "latitude": where and "24.1",
        "updated": draw(st.none() | st.just("2025-06-30T09:00:00+08:00")),
        "happenings": draw(happenings()), "plans": made,
        "reached": {each: draw(DAYS).isoformat() for each in codes if draw(st.booleans())},
        "months": [[f"2025-{number:02}", *(draw(percent) for _each in range(4))] for number in range(1, draw(st.integers(1, 6)))],
    }  # fmt: skip


@given(tenders())
def test_whatever_happened_to_a_tender_its_project_is_valid(tender: dict[str, Any]) -> None:
    made = package(
        [project_of(tender, UNTIL)], uri="https://city.example/oc4ids.json",
        published="2025-07-15T09:00:00+08:00", publisher="嵐川市政府", licence="https://data.gov.tw/license",
    )  # fmt: skip
    assert [f"{each.instance_path} {each.message}" for each in CHECK.iter_errors(made)] == []
    assert list(said(made)) == []
