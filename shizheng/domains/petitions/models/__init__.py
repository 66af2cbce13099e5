"""What is kept of petitions."""

from shizheng.domains.petitions.models.foreign import ForeignRecord
from shizheng.domains.petitions.models.open311 import (
    CategoryAttribute,
    Datatype,
    OpenService,
    RateCount,
    ServiceRequest,
    Timing,
)
from shizheng.domains.petitions.models.petitions import Outcome, Petition, QualityCheck, SourceCounter
from shizheng.domains.petitions.models.reference import AnswerTemplate, Category
from shizheng.domains.petitions.models.replies import Approval, Level, PartialReply, Reply
from shizheng.domains.petitions.models.reports import MonthReport
from shizheng.domains.petitions.models.routing import RoutingAnswer
from shizheng.domains.petitions.models.themes import Belonging, Theme, ThemePetition
from shizheng.domains.petitions.models.wording import Wording

__all__ = [
    "AnswerTemplate",
    "Approval",
    "Belonging",
    "Category",
    "CategoryAttribute",
    "Datatype",
    "ForeignRecord",
    "Level",
    "MonthReport",
    "OpenService",
    "Outcome",
    "PartialReply",
    "Petition",
    "QualityCheck",
    "RateCount",
    "Reply",
    "RoutingAnswer",
    "ServiceRequest",
    "SourceCounter",
    "Theme",
    "ThemePetition",
    "Timing",
    "Wording",
]
