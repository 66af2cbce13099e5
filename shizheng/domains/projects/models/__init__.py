"""Tenders under control: types, planned curves by version, happenings, months as filed; programmes and grants."""

from shizheng.domains.projects.models.applications import ApplicationState, Asked, ControlApplication
from shizheng.domains.projects.models.assessments import (
    AssessedTender,
    Assessment,
    AssessmentMode,
    AssessmentState,
)
from shizheng.domains.projects.models.bulletin import BulletinForeword
from shizheng.domains.projects.models.external import (
    Choice,
    DifferenceDecision,
    ExternalMatch,
    ExternalRecord,
    PccUrging,
)
from shizheng.domains.projects.models.field import PlaceFrom, ProjectPhoto, SiteNote
from shizheng.domains.projects.models.grants import (
    GrantAllocation,
    GrantItem,
    GrantMonth,
    GrantReport,
    GrantYear,
)
from shizheng.domains.projects.models.matters import CrossAgencyMatter
from shizheng.domains.projects.models.months import Cause, MonthRecord
from shizheng.domains.projects.models.plans import PlanKind, PlannedCheckpoint, PlannedWorks, PlanVersion
from shizheng.domains.projects.models.programmes import (
    ControlLevels,
    Cycle,
    Programme,
    ProgrammeProgress,
    ProgrammeTarget,
)
from shizheng.domains.projects.models.projects import (
    Happening,
    Level,
    Project,
    ProjectProgramme,
)
from shizheng.domains.projects.models.tallies import MonthTally
from shizheng.domains.projects.models.types import ProjectType, Stage, TypeCheckpoint
from shizheng.domains.projects.models.visits import SiteVisit, SiteVisitUnit, VisitState, VisitWhy
from shizheng.domains.projects.models.warnings import CurveKind, EarlyWarning

__all__ = [
    "ApplicationState",
    "Asked",
    "AssessedTender",
    "Assessment",
    "AssessmentMode",
    "AssessmentState",
    "BulletinForeword",
    "Cause",
    "Choice",
    "ControlApplication",
    "ControlLevels",
    "CrossAgencyMatter",
    "CurveKind",
    "Cycle",
    "DifferenceDecision",
    "EarlyWarning",
    "ExternalMatch",
    "ExternalRecord",
    "GrantAllocation",
    "GrantItem",
    "GrantMonth",
    "GrantReport",
    "GrantYear",
    "Happening",
    "Level",
    "MonthRecord",
    "MonthTally",
    "PccUrging",
    "PlaceFrom",
    "PlanKind",
    "PlanVersion",
    "PlannedCheckpoint",
    "PlannedWorks",
    "Programme",
    "ProgrammeProgress",
    "ProgrammeTarget",
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
