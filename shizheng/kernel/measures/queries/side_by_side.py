"""Facts that hold, put side by side: one row for each measure, unit and period, its inputs in columns, in the database.

First the facts are picked and grouped, planned by themselves: joined to lists given as parameters, PostgreSQL expects a
single row and loops. Then what a formula takes is asked of the grouped rows, which are fewer.
"""

from collections.abc import Iterable
from functools import lru_cache

# `{columns}` per input: v its number, m why it has none (a list where a number belongs is 待確認), f the fact.
FILED = """
filed AS MATERIALIZED (
  SELECT f.measure_id, f.unit_id, f.period, min(f.period_start) AS period_start, max(f.period_end) AS period_end{columns}
  FROM measures_fact f
  WHERE {where}{held}
  GROUP BY f.measure_id, f.unit_id, f.period
)"""
_COLUMNS = """,
  max(f.value) FILTER (WHERE f.input = %s) AS v{n},
  max(CASE WHEN f.value IS NULL THEN coalesce(f.missing, 'to_be_confirmed') END) FILTER (WHERE f.input = %s) AS m{n}"""
_FACT = """,
  max(f.id) FILTER (WHERE f.input = %s) AS f{n}"""
_CORRECTED = """,
  coalesce(bool_or(f.supersedes_id IS NOT NULL) FILTER (WHERE f.input = %s), false) AS c{n}"""
_LACK = """CASE WHEN n.n{n} AND p.v{n} IS NULL THEN coalesce(array_position(
  ARRAY['not_filed','to_be_confirmed','not_yet_measurable','not_applicable'], p.m{n}::text), 1) END"""


class Inputs:
    """The inputs of some formulas, each in a place of its own."""

    def __init__(self, names: Iterable[str], *, with_facts: bool) -> None:
        self.names = sorted(set(names))
        self.place = {name: number for number, name in enumerate(self.names)}
        self.with_facts = with_facts

    def filed(self, where: str, held: str) -> str:
        """The table expression `filed`; its parameters are `parameters`, then those of `where` and `held`."""
        return FILED.format(columns=_columns(len(self.names), self.with_facts), where=where, held=held)

    @property
    def parameters(self) -> list[str]:
        return [name for name in self.names for _ in range(4 if self.with_facts else 2)]

    def needs(self, used: Iterable[str]) -> list[bool]:
        """Of each place whether a formula takes it: the columns n0, n1 … of a table `n`."""
        wanted = {self.place[name] for name in used}
        return [place in wanted for place in range(len(self.names))]

    @property
    def need_names(self) -> str:
        return _each(", n{n}", len(self.names), "")

    @property
    def need_types(self) -> str:
        return ", %s::bool[]" * len(self.names)

    @property
    def lack(self) -> str:
        """Of a row `p` of `filed` and the needs `n`: NULL where no input is missing, else the most pressing kind from 1."""
        return f"least({_each(_LACK, len(self.names))})"

    @property
    def any_filed(self) -> str:
        """Whether anything that the formula takes was filed."""
        return _each(
            "n.n{n} AND (p.v{n} IS NOT NULL OR p.m{n} IS NOT NULL)", len(self.names), " OR ", "false"
        )

    @property
    def facts(self) -> str:
        """The facts of a row `p` that the formula takes, as an array with one element for each place."""
        return f"ARRAY[{_each('CASE WHEN n.n{n} THEN p.f{n} END', len(self.names))}]::bigint[]"

    @property
    def corrected(self) -> str:
        """Whether one of these facts is a correction."""
        return _each("n.n{n} AND p.c{n}", len(self.names), " OR ", "false")

    @property
    def sums(self) -> str:
        """The sum of each place over the rows that lack nothing."""
        return _each(
            ", trim_scale(sum(v{n}) FILTER (WHERE lack IS NULL))", len(self.names), "", "NULL"
        ).removeprefix(", ")


@lru_cache(maxsize=64)
def _columns(count: int, with_facts: bool) -> str:
    return _each(_COLUMNS + (_FACT + _CORRECTED if with_facts else ""), count, "")


def _each(text: str, count: int, between: str = ", ", none: str = "") -> str:
    return between.join(text.format(n=number) for number in range(count)) or none
