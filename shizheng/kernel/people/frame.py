"""Where people plug into the frame: navigation, search, and the tree's pages."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.common.together import Asked
from shizheng.kernel.organisations.queries import set_holders
from shizheng.kernel.people import queries
from shizheng.web import nav, search, speech, work


def find_people(actor: Any, words: str, limit: int, as_of: date | None) -> Iterator[search.Hit]:
    """People whom the reader may see, by name, account or job title."""
    if not actor.may("people.view"):
        return
    either = Q(display_name__icontains=words) | Q(username__icontains=words) | Q(name_en__icontains=words)
    for user in queries.with_current_assignments(queries.visible_to(actor).filter(either))[:limit]:
        holding = next(iter(user.current), None)  # type: ignore[attr-defined]
        meta = f"{holding.unit.name} {holding.role.name}" if holding else ""
        yield search.Hit(
            user.display_name, reverse("people:person", args=[user.pk]), user.username, meta, "user"
        )


def stranded_roles(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Roles in units that were merged or closed: somebody has to give them anew, or end them."""
    if not actor.may("people.assign_roles"):
        return
    rows = queries.stranded_assignments(actor, today)[:20]
    yield rows
    for row in rows:
        yield work.WorkItem(
            due=None,
            title=_now("%(person)s 的角色在已裁撤的機關") % {"person": row.user.display_name},
            why=_now("%(unit)s的%(role)s已經沒有作用") % {"unit": row.unit.name, "role": row.role.name},
            url=reverse("people:person", args=[row.user_id]),
            button=_now("改派"),
            kind=_now("人員"),
            icon="user-exclamation",
        )


def plug_in() -> None:
    """Called once when the app is ready."""
    speech.register_names(queries.english_names)
    set_holders(queries.people_of_unit)
    work.register(stranded_roles)
    search.register(search.Provider("people", pgettext_lazy("nav", "人員"), find_people, 50))
    nav.register(
        nav.NavEntry(pgettext_lazy("nav", "人員"), "people:people", "users", "people.view", 20, area="system")
    )
    nav.register(
        nav.NavEntry(_("角色與權限"), "people:matrix", "shield-lock", "people.view", 30, area="system")
    )
    nav.register(nav.NavEntry(_("登入鎖定"), "people:guards", "lock", "people.manage", 35, area="system"))
    nav.register(nav.NavEntry(_("代理"), "people:delegations", "users", None, 15, area="account"))
    nav.register(nav.NavEntry(_("我的帳號"), "people:me", "user-cog", None, 10, area="account"))
