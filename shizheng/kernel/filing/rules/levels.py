"""Who signs a return, level by level; a rule of the rulebook names the levels of a round in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from shizheng.common.words import N_, listed, tell


@dataclass(frozen=True, slots=True)
class Level:
    """One level of sign-off. `permission` is what its signers hold for the return's unit."""

    code: str
    label: str
    permission: str


LEVELS = {
    each.code: each
    for each in (
        Level("supervisor", N_("單位主管"), "filing.sign_supervisor"),
        Level("control_officer", N_("研考人員"), "filing.sign_control"),
        Level("head", N_("機關首長"), "filing.sign_head"),
        Level("rdec", N_("研考會"), "filing.sign_rdec"),
    )
}
OFFICER = "officer"
RECIPIENTS = {OFFICER: "filing.file", **{code: level.permission for code, level in LEVELS.items()}}
"""To whom a step of the ladder goes, and by which permission they are found in the unit and above it."""


class UnknownLevel(ValueError):
    """A rule names a level that does not exist; the message is 中文."""


def check_levels(codes: Sequence[str]) -> tuple[str, ...]:
    """The levels, each known and named once. Raises UnknownLevel."""
    unknown = [code for code in codes if code not in LEVELS]
    if unknown:
        known = listed(LEVELS)
        raise UnknownLevel(
            tell(
                "規則裡的簽核層級「%(unknown)s」不存在；可以用的是 %(known)s。",
                unknown=listed(unknown),
                known=known,
            )
        )
    if len(set(codes)) != len(codes):
        raise UnknownLevel(tell("規則裡同一個簽核層級出現兩次；每一層只能有一次。"))
    return tuple(codes)


def next_level(levels: Sequence[str], signed: int) -> Level | None:
    """The level that has to sign next after `signed` of them have; None when all have."""
    return LEVELS[levels[signed]] if signed < len(levels) else None
