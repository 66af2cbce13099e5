"""Tenders under control: types with their checkpoints, planned curves by version, happenings, and the months as filed."""

from shizheng.domains.projects.models.bulletin import BulletinForeword
from shizheng.domains.projects.models.external import (
    Choice,
    DifferenceDecision,
    ExternalMatch,
    ExternalRecord,
    PccUrging,
)
from shizheng.domains.projects.models.field import PlaceFrom, ProjectPhoto, SiteNote
from shizheng.domains.projects.models.matters import CrossAgencyMatter
from shizheng.domains.projects.models.months import Cause, MonthRecord
from shizheng.domains.projects.models.plans import PlanKind, PlannedCheckpoint, PlannedWorks, PlanVersion
from shizheng.domains.projects.models.projects import (
    Happening,
    Level,
    Programme,
    Project,
    ProjectProgramme,
)
from shizheng.domains.projects.models.types import ProjectType, Stage, TypeCheckpoint
from shizheng.domains.projects.models.visits import SiteVisit, SiteVisitUnit, VisitState, VisitWhy
from shizheng.domains.projects.models.warnings import CurveKind, EarlyWarning

__all__ = [
    "BulletinForeword",
    "Cause",
    "Choice",
    "CrossAgencyMatter",
    "CurveKind",
    "DifferenceDecision",
    "EarlyWarning",
    "ExternalMatch",
    "ExternalRecord",
    "Happening",
    "Level",
    "MonthRecord",
    "PccUrging",
    "PlaceFrom",
    "PlanKind",
    "PlanVersion",
    "PlannedCheckpoint",
    "PlannedWorks",
    "Programme",
    "Project",
    "ProjectPhoto",
    "ProjectProgramme",
    "ProjectType",
    "SiteNote",
    "SiteVisit",
    "SiteVisitUnit",
    "Stage",
    "TypeCheckpoint",
    "VisitState",
    "VisitWhy",
]
