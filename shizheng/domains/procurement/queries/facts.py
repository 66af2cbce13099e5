"""Where the trace of F01's rate is."""

from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.view import trace_url
from shizheng.kernel.organisations import queries as organisations

CODE = "procurement.settled"


def rate_address(period: str, unit_id: int | None = None) -> str:
    """The trace of the rate of the city (or of an agency); nothing before the first month is locked."""
    found = measures.ids_by_code([CODE])
    if CODE not in found or not period:
        return ""
    return trace_url(found[CODE], unit_id or organisations.city().pk, period, None)
