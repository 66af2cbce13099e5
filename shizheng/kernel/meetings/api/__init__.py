"""The API of meetings: the same actions and queries as the pages."""

from shizheng.kernel.meetings.api import meetings, papers, record
from shizheng.kernel.meetings.api.routing import router

__all__ = ["meetings", "papers", "record", "router"]
