"""採購流廢標督導: series, cases, what happened to them, and the months as they were locked."""

from shizheng.domains.procurement.models.failed import (
    CaseEvent,
    CaseMonth,
    Category,
    FailedTenderCase,
    SupervisionSeries,
)

__all__ = ["CaseEvent", "CaseMonth", "Category", "FailedTenderCase", "SupervisionSeries"]
