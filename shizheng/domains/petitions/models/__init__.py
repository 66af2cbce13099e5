"""What is kept of petitions."""

from shizheng.domains.petitions.models.petitions import Outcome, Petition, QualityCheck, SourceCounter
from shizheng.domains.petitions.models.reference import AnswerTemplate, Category
from shizheng.domains.petitions.models.replies import Approval, Level, PartialReply, Reply

__all__ = [
    "AnswerTemplate",
    "Approval",
    "Category",
    "Level",
    "Outcome",
    "PartialReply",
    "Petition",
    "QualityCheck",
    "Reply",
    "SourceCounter",
]
