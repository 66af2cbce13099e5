"""Failed tenders (F01) and design reviews (E04)."""

from shizheng.domains.procurement.models.failed import (
    CaseEvent,
    CaseMonth,
    Category,
    FailedTenderCase,
    SupervisionSeries,
)
from shizheng.domains.procurement.models.reviews import (
    Answer,
    Confirmation,
    MemberSource,
    Opinion,
    OwnReviews,
    PanelMember,
    ReviewAct,
    ReviewCase,
    Stage,
)

__all__ = [
    "Answer",
    "CaseEvent",
    "CaseMonth",
    "Category",
    "Confirmation",
    "FailedTenderCase",
    "MemberSource",
    "Opinion",
    "OwnReviews",
    "PanelMember",
    "ReviewAct",
    "ReviewCase",
    "Stage",
    "SupervisionSeries",
]
