"""Tenders, happenings and plans as JSON: amounts and percents as decimal strings, days in ISO 8601."""

from decimal import Decimal
from typing import Any

from shizheng.common.numbers import plain
from shizheng.domains.projects.models import (
    Happening,
    PlanVersion,
    Programme,
    Project,
    ProjectPhoto,
    ProjectType,
    SiteNote,
)
from shizheng.domains.projects.queries.happenings import Line
from shizheng.domains.projects.queries.planned import Plans
from shizheng.domains.projects.queries.tendering import Stand


def number(value: Decimal | None) -> str | None:
    """A number as a decimal string."""
    return None if value is None else plain(value)


def project_document(row: Project) -> dict[str, Any]:
    """One tender."""
    return {
        "id": row.pk,
        "number": row.number,
        "name": row.name,
        "type": row.type.code,
        "agency_id": row.agency_id,
        "agency": row.agency.name,
        "unit_id": row.unit_id,
        "officer_id": row.officer_id,
        "level": row.level,
        "roc_year": row.roc_year,
        "tender_no": row.tender_no,
        "budget": number(row.budget),
        "funds_held_on": row.funds_held_on.isoformat() if row.funds_held_on else None,
        "state": row.state,
        "contractor": row.contractor,
        "award_amount": number(row.award_amount),
        "place": row.place,
        "longitude": number(row.longitude),
        "latitude": number(row.latitude),
        "measure_id": row.measure_id,
        "promise_codes": row.promise_codes,
        "note": row.note,
        "programmes": [
            {"id": each.programme_id, "code": each.programme.code, "quantity": number(each.quantity)}
            for each in row.tags.all()
        ],
        "version": row.version,
    }


def happening_document(row: Happening) -> dict[str, Any]:
    """One happening as told."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "kind": row.kind,
        "on": row.on.isoformat(),
        "amount": number(row.amount),
        "bidders": row.bidders,
        "contractor": row.contractor,
        "tender_no": row.tender_no,
        "ground": row.ground,
        "text": row.text,
        "struck": row.struck,
        "reason": row.reason,
        "supersedes_id": row.supersedes_id,
        "recorded_at": row.recorded_at.isoformat() if row.recorded_at else None,
    }


def line_document(line: Line) -> dict[str, Any]:
    """One happening as last told, with how it was told before."""
    return {
        **happening_document(line.happening),
        "earlier": [happening_document(each) for each in line.earlier],
    }


def plan_document(version: PlanVersion, plans: Plans) -> dict[str, Any]:
    """One version of a plan."""
    return {
        "number": version.number,
        "kind": version.kind,
        "from_period": version.from_period,
        "works_from": version.works_from.isoformat() if version.works_from else None,
        "works_to": version.works_to.isoformat() if version.works_to else None,
        "contract_amount": number(version.contract_amount),
        "reason": version.reason,
        "checkpoints": [
            {
                "code": each.code,
                "name": each.name,
                "stage": each.stage,
                "weight": number(each.weight),
                "planned_on": each.planned_on.isoformat(),
            }
            for each in plans.points[version.pk]
        ],
        "works": {each.period: number(each.percent) for each in plans.works[version.pk]},
    }


def type_document(row: ProjectType) -> dict[str, Any]:
    """One type with the checkpoints that it proposes."""
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "has_works": row.has_works,
        "in_use": row.in_use,
        "version": row.version,
        "checkpoints": [
            {
                "code": each.code,
                "name": each.name,
                "name_en": each.name_en,
                "stage": each.stage,
                "weight": number(each.weight),
                "days": each.days,
            }
            for each in row.checkpoints.all()
        ],
    }


def programme_document(row: Programme, brought: dict[str, Any]) -> dict[str, Any]:
    """One programme with what tenders bring towards its target."""
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "name_en": row.name_en,
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "target_quantity": number(row.target_quantity),
        "unit": row.unit,
        "targets": [
            {"on": each.on.isoformat(), "quantity": number(each.quantity)} for each in row.targets.all()
        ],
        "lead_id": row.lead_id,
        "cycle": row.cycle,
        "control_levels": row.control_levels,
        "measure_id": row.measure_id,
        "promise_codes": row.promise_codes,
        "in_use": row.in_use,
        "version": row.version,
        "projects": brought.get("projects", 0),
        "quantity": number(brought.get("quantity")),
        "done": number(brought.get("done")),
    }


def stand_document(each: Stand) -> dict[str, Any]:
    """One tender of a derived list."""
    return {
        "id": each.project.pk,
        "number": each.project.number,
        "name": each.project.name,
        "agency_id": each.project.agency_id,
        "state": each.state.value,
        "failed": each.failures.failed,
        "void": each.failures.void,
        "last_failed_on": each.last_failed_on.isoformat() if each.last_failed_on else None,
        "planned_on": each.planned_on.isoformat() if each.planned_on else None,
    }


def photo_document(row: ProjectPhoto) -> dict[str, Any]:
    """One photograph."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "file_id": str(row.file_id),
        "small_file_id": str(row.small_id),
        "width": row.file.width,
        "height": row.file.height,
        "caption": row.caption,
        "taken_at": row.taken_at.isoformat() if row.taken_at else None,
        "longitude": number(row.longitude),
        "latitude": number(row.latitude),
        "place_from": row.place_from,
        "period": row.period,
        "checkpoint": row.checkpoint,
        "public": row.public,
        "added_by": row.added_by.display_name,
        "added_at": row.added_at.isoformat(),
        "removed": row.removed,
        "version": row.version,
    }


def note_document(row: SiteNote) -> dict[str, Any]:
    """One note from the site."""
    return {
        "id": row.pk,
        "project_id": row.project_id,
        "noted_at": row.noted_at.isoformat(),
        "text": row.text,
        "works": number(row.works),
        "longitude": number(row.longitude),
        "latitude": number(row.latitude),
        "by": row.recorded_by,
    }
