"""Rounds of results: the half year and the year, on the kernel's mechanism of filing (A04, B17)."""

from shizheng.domains.planning.rounds.results import CODE, register

__all__ = ["CODE", "register"]
