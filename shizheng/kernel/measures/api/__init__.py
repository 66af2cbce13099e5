"""The API of measures: definitions, facts, figures with their trace. Numbers are decimal strings, never floats.

The modules put their operations on one router in the order of their names: `/facts` must stand before `/{measure_id}`.
"""

from shizheng.kernel.measures.api import facts, figures, measures
from shizheng.kernel.measures.api.routing import router

__all__ = ["facts", "figures", "measures", "router"]
