"""Petitions of the demonstration city, around the day on which it is built: every state of their life, some late, one promise overdue."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from shizheng.common import clock
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.queries.petitions import categories
from shizheng.domains.petitions.queries.themes import waiting_for_theme
from shizheng.domains.petitions.rules.classes import PetitionClass, Source
from shizheng.kernel.cases import actions as cases

FIRST = date(2026, 2, 2)
"""No earlier than this, whatever the day on which the city is built."""
WHO = {
    "PWB": ("officer", "control", "chief", "head"),
    "EPB": ("control2", "control2", "chief2", "head2"),
    "RDEC": ("control3", "control3", "chief3", "head3"),
}
"""Who handles, who assigns within the agency, who approves, who signs."""
ANSWERED = ("answered", "late", "tracking", "reopened")
REACHED = {"drafted": 1, "reviewing": 2, "signing": 3, "approved": 4} | dict.fromkeys(ANSWERED, 5)
"""How far the reply of a petition came."""


@dataclass
class Petitions:
    """What people of the city do with petitions; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]
    todo: list[tuple[datetime, int, Callable[[], Any]]] = field(default_factory=list)

    def build(self) -> None:
        """Everything in the order in which it happened."""
        self.today = max(clock.today(), FIRST)
        text = files(__package__).joinpath("petitions.toml").read_text(encoding="utf-8")
        self.categories = {each.code: each.pk for _top, below in categories() for each in below}
        for each in tomllib.loads(text)["petition"]:
            self._plan(each)
        for moment, _turn, do in sorted(self.todo, key=lambda each: each[:2]):
            with clock.set_to(moment):
                do()
        actions.propose_new()
        self._confirm()

    def _confirm(self) -> None:
        """What the commission said of the first petitions that words found for a theme: all but one belong."""
        for number, each in enumerate(waiting_for_theme(self.users["rdec"], "路不平")[:4]):
            state = "excluded" if number == 3 else "confirmed"
            actions.decide_theme(
                self.users["rdec"], each.theme_id, each.petition.case_id, state=state, reason="逐件看過。"
            )

    def _at(self, back: int, hour: int, do: Callable[[], Any], minute: int = 0) -> None:
        """Something is done so many days ago; today's things at the moment at which the city is built, if that is earlier."""
        moment = datetime.combine(self.today - timedelta(days=back), time(hour, minute), clock.TAIPEI)
        now = clock.now()
        if back <= 0 and now.astimezone(clock.TAIPEI).date() == self.today:
            moment = min(moment, now)
        self.todo.append((moment, len(self.todo), do))

    def _plan(self, said: dict[str, Any]) -> None:
        made: dict[str, int] = {}
        back, way, rdec = said["back"], said["way"], self.users["rdec"]

        def act(who: Any, name: str, reason: str = "", **fields: Any) -> Callable[[], Any]:
            return lambda: actions.act(who, made["id"], name, version=None, reason=reason, fields=fields)

        def receive() -> None:
            made["id"] = actions.receive_petition(rdec, self._new(said)).petition.case_id

        self._at(back, 9, receive, 30)
        if way == "supplement":
            self._at(back, 10, act(rdec, "ask_supplement", what=said["what"]))
        elif way == "declined":
            self._at(
                back,
                10,
                act(rdec, "decline", said["reason"], ground=said["ground"], told="無從通知，公告存查"),
            )
        elif way == "withdrawn":
            self._at(back, 15, act(rdec, "withdraw", said["reason"]))
        elif way != "received":
            self._at(back, 10, act(rdec, "accept"))
            if way == "transferred":
                self._at(back, 11, act(rdec, "transfer", said["reason"], to=said["to"], told="電子郵件"))
            elif way != "accepted":
                self._assigned(said, made, act)

    def _assigned(self, said: dict[str, Any], made: dict[str, int], act: Any) -> None:
        back, way, unit = said["back"], said["way"], said["unit"]
        self._dispatch(back, 11, "rdec", made, unit)
        if way in ("back", "ruling"):
            self._at(back, 14, self._handed_back(made, unit, said["reason"]))
        if way == "ruling":
            other = "EPB" if unit == "PWB" else "PWB"
            self._dispatch(back, 15, "rdec", made, other)
            self._at(back, 16, self._handed_back(made, other, "經查也不是本局設置，請裁定權責。"))
        if way in ("assigned", "back", "ruling"):
            return
        officer, control, chief, _head = (self.users[each] for each in WHO[unit])
        self._dispatch(back, 13, WHO[unit][1], made, unit, officer.pk)
        self._at(back, 14, act(officer, "take_up"))
        if way == "extended":
            self._at(back - 1, 10, lambda: self._ask(officer, made, said["reason"]))
            self._at(back - 1, 14, lambda: self._grant(chief, made))
        elif way == "paused":
            self._at(
                back - 1, 10, lambda: cases.pause(chief, made["id"], version=None, reason=said["reason"])
            )
        elif way in REACHED:
            self._joined(said, made)
            self._answer(said, made, act)
        if way == "reopened":
            self._at(back - 4, 10, act(control, "reopen", said["reason"]))

    def _dispatch(
        self, back: int, hour: int, who: str, made: dict[str, int], unit: str, officer: int | None = None
    ) -> None:
        self._at(
            back,
            hour,
            lambda: actions.dispatch(
                self.users[who], made["id"], version=None, unit_id=self.units[unit], officer_id=officer,
                reason="依權責分案。",
            ),
        )  # fmt: skip

    def _handed_back(self, made: dict[str, int], unit: str, reason: str) -> Callable[[], Any]:
        who = self.users[WHO[unit][0]]
        return lambda: actions.hand_back(who, made["id"], version=None, reason=reason)

    def _ask(self, officer: Any, made: dict[str, int], reason: str) -> None:
        asked = cases.ask_extension(officer, made["id"], version=None, reason=reason, amount=4)
        made["asked"] = asked.pk

    def _grant(self, chief: Any, made: dict[str, int]) -> None:
        cases.decide_extension(
            chief,
            made["asked"],
            version=None,
            approve=True,
            reason="整段改善，確有需要。",
            told="電話告知陳情人",
        )

    def _joined(self, said: dict[str, Any], made: dict[str, int]) -> None:
        unit = said.get("joint")
        if unit is None:
            return
        rdec, other, pk = self.users["rdec"], self.users[WHO[unit][0]], self.units[unit]
        self._at(
            said["back"], 15,
            lambda: actions.ask_to_join(rdec, made["id"], version=None, unit_id=pk, reason="修剪後的枝條要清運。"),
        )  # fmt: skip
        self._at(
            said["back"], 16,
            lambda: actions.give_part(other, made["id"], unit_id=pk, text="枝條已於當日清運完畢。"),
        )  # fmt: skip

    def _answer(self, said: dict[str, Any], made: dict[str, int], act: Any) -> None:
        """Drafted the day after (much later where it is late), approved by as many levels as the rule says, sent."""
        officer, _control, chief, head = (self.users[each] for each in WHO[said["unit"]])
        day = said["back"] - (9 if said["way"] == "late" else 1)
        reached, promise = REACHED[said["way"]], said.get("promise", "")
        until = self.today + timedelta(days=said["promise_in"]) if promise else None
        serious = said.get("class") == PetitionClass.REPORT or said.get("source") == Source.SUPERIOR
        self._at(
            day, 9,
            lambda: actions.draft_reply(
                officer, made["id"], version=None, text=said["say"], promise=promise, promise_on=until
            ),
        )  # fmt: skip
        if reached > 1:
            self._at(day, 10, act(officer, "submit"))
        if reached > 2:
            self._at(day, 11, act(chief, "pass_up" if serious else "approve", "如擬。"))
        if reached > 3 and serious:
            self._at(day, 12, act(head, "sign", "可。"))
        if reached > 4:
            self._at(
                day, 14, act(officer, "reply_promising" if promise else "reply", told="電話說明並寄送答復")
            )

    def _new(self, said: dict[str, Any]) -> actions.NewPetition:
        named = not said.get("anonymous", False)
        return actions.NewPetition(
            subject=said["subject"],
            words=said["words"],
            petition_class=PetitionClass(said.get("class", "petition")),
            channel=said["channel"],
            source=Source(said["source"]) if "source" in said else None,
            category_id=self.categories.get(said.get("category", "")),
            language=said.get("language", "zh-Hant"),
            place=said.get("place", ""),
            point=tuple(said["point"]) if "point" in said else None,
            district_code=said.get("district", ""),
            petitioner={"name": "示範民眾", "phone": "0900-000-000"} if named else {},
            read_back=said["channel"] == "oral",
            signed=said["channel"] == "oral",
            letter_number=said.get("letter_number", ""),
            letter_from=said.get("letter_from", ""),
            restricted=said.get("restricted", False),
        )
