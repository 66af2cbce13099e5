"""Reading people, roles, assignments, tokens and what happened at the door."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotPermitted
from shizheng.common.permissions import Actor
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.authority import TokenActor
from shizheng.kernel.people.models import (
    ApiToken,
    GuardKind,
    Role,
    RoleAssignment,
    SignInEvent,
    SignInGuard,
    TokenUse,
    User,
)


def digest_of(token: str) -> str:
    """What is kept of a token (SHA-256; tokens carry 256 random bits, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_token(token: str, use: TokenUse = TokenUse.API) -> TokenActor | None:
    """The owner of a token of this use that is in force, limited to its scopes; None for any other string.

    Raises NotPermitted while the owner has something to mend at the door: a token opens no more than signing in does.
    """
    if not token or len(token) > 200:
        return None
    now = clock.now()
    found = (
        ApiToken.objects.filter(
            use=use, digest=digest_of(token), revoked_at=None, expires_at__gt=now, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    if found is None:
        return None
    if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    _need_finished_sign_in(found.user)
    return TokenActor(found.user, frozenset(found.scopes), found.pk, found.name)


def _need_finished_sign_in(owner: User) -> None:
    """Refuse while the owner has a temporary password, or lacks the second factor that a role asks for by now."""
    if owner.must_change_password:
        text = _(
            "權杖的主人還在用臨時密碼，權杖暫停使用，沒有執行任何動作。請先登入換成自己的密碼，再用權杖。"
        )
        raise NotPermitted(text, code="sign_in_unfinished")
    if second_factor_missing(owner):
        text = _(
            "權杖主人的角色要用動態密碼，但還沒有設定，權杖暫停使用，沒有執行任何動作。請先登入設定動態密碼，再用權杖。"
        )
        raise NotPermitted(text, code="sign_in_unfinished")


def in_force(on: date | None = None) -> Q:
    """Assignments in force on that day (today when None)."""
    day = on or clock.today()
    return Q(start_date__lte=day) & (Q(end_date=None) | Q(end_date__gt=day))


def visible_to(actor: Actor) -> QuerySet[User]:
    """People whom the actor may see: those with an assignment in units where `people.view` is held, and oneself."""
    units = actor.units_where("people.view")
    if units is None:
        return User.objects.all()
    return User.objects.filter(
        Q(pk=actor.pk) | Q(pk__in=RoleAssignment.objects.filter(unit_id__in=units).values("user_id"))
    )


def colleagues(unit_ids: frozenset[int] | None) -> QuerySet[User]:
    """Active people who hold a role today in one of these units (None: in any)."""
    rows = RoleAssignment.objects.filter(in_force())
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    return User.objects.filter(is_active=True, pk__in=rows.values("user_id"))


def english_names() -> QuerySet[Role, tuple[str, str]]:
    """The roles by both of their names."""
    return Role.objects.exclude(name_en="").values_list("name", "name_en")


def roles() -> QuerySet[Role]:
    """All roles in their order."""
    return Role.objects.all()


def active_among(user_ids: Iterable[int]) -> QuerySet[User]:
    """Those of these people whose accounts are in use, by number."""
    return User.objects.filter(pk__in=set(user_ids), is_active=True).order_by("pk")


def role_by_code(code: str) -> Role | None:
    return Role.objects.filter(code=code).first()


def user_by_username(username: str) -> User | None:
    """A person by account name, whatever the case of its letters."""
    return User.objects.filter(username__iexact=username).first()


def units_now_or_later(user_id: int) -> frozenset[int]:
    """Units in which somebody holds a role today or will hold one."""
    not_over = Q(end_date=None) | Q(end_date__gt=clock.today())
    return frozenset(
        RoleAssignment.objects.filter(not_over, user_id=user_id).values_list("unit_id", flat=True)
    )


def assignments_of(user_id: int) -> QuerySet[RoleAssignment]:
    """All role assignments of somebody, newest first, past and coming ones too."""
    return RoleAssignment.objects.filter(user_id=user_id).select_related("role", "unit")


def people_of_unit(actor: Actor, unit_id: int, on: date | None = None) -> QuerySet[RoleAssignment]:
    """Who holds which role in a unit itself on that day, as far as the actor may see (A10)."""
    return (
        RoleAssignment.objects.filter(
            in_force(on), unit_id=unit_id, user__is_active=True, user__in=visible_to(actor)
        )
        .select_related("user", "role")
        .order_by("role__order", "user__display_name")
    )


def lasting_administrators() -> int:
    """How many people manage accounts and assign roles for the whole city today, with no end in sight."""
    return (
        User.objects.filter(
            pk__in=RoleAssignment.objects.filter(
                start_date__lte=clock.today(),
                end_date=None,
                unit__kind="city",
                role__is_active=True,
                role__permissions__contains=["people.manage", "people.assign_roles"],
            ).values("user_id"),
            is_active=True,
        )
        .distinct()
        .count()
    )


def may_manage(actor: Actor, user_id: int) -> bool:
    """Whether the actor manages this account: for the whole city, or every unit where its owner has or will have a role."""
    units = actor.units_where("people.manage")
    if units is None:
        return True
    theirs = units_now_or_later(user_id)
    return bool(theirs) and theirs <= units


def guards(actor: Actor) -> QuerySet[SignInGuard]:
    """Account names and addresses that are locked or have failures.

    Who manages some units sees the accounts there; addresses and names of nobody are for who manages the whole city.
    """
    found = SignInGuard.objects.filter(Q(failures__gt=0) | Q(locked_until__gt=clock.now()))
    units = actor.units_where("people.manage")
    if units is None:
        return found
    inside = RoleAssignment.objects.filter(in_force(), unit_id__in=units).values("user_id")
    outside = RoleAssignment.objects.filter(in_force()).exclude(unit_id__in=units).values("user_id")
    names = User.objects.filter(pk__in=inside).exclude(pk__in=outside).values("username")
    return found.filter(kind=GuardKind.ACCOUNT, subject__in=names)


def sign_ins_of(user_id: int) -> QuerySet[SignInEvent]:
    """What happened at the door to one account, newest first."""
    return SignInEvent.objects.filter(user_id=user_id)


def tokens_of(user_id: int, use: TokenUse | None = None) -> QuerySet[ApiToken]:
    """Somebody's tokens (of one use), newest first, expired and revoked ones too."""
    found = ApiToken.objects.filter(user_id=user_id)
    return found if use is None else found.filter(use=use)


def token_managed_by(actor: Actor, token_id: int) -> ApiToken | None:
    """Somebody's token, if the actor manages its owner's account."""
    found = ApiToken.objects.filter(pk=token_id).select_related("user").first()
    return found if found is not None and may_manage(actor, found.user_id) else None


def has_second_factor(user_id: int) -> bool:
    """Whether somebody has set up an authenticator app."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists())


def second_factor_missing(user: User) -> bool:
    """Whether somebody has to set up an authenticator before anything else."""
    return user.authority.requires_second_factor and not has_second_factor(user.pk)


def user_ids_with_role(role_id: int, on: date | None = None) -> QuerySet[RoleAssignment, int]:
    """Who holds a role on that day, as a subquery."""
    return RoleAssignment.objects.filter(in_force(on), role_id=role_id).values_list("user_id", flat=True)


def with_current_assignments(people: QuerySet[User]) -> QuerySet[User]:
    """People with `.current`: their assignments in force today (one more query for all of them)."""
    current = RoleAssignment.objects.filter(in_force()).select_related("role", "unit").order_by("role__order")
    return people.prefetch_related(Prefetch("assignments", queryset=current, to_attr="current"))


def assignment(actor: Actor, pk: int) -> RoleAssignment | None:
    """One assignment, if the actor may see its person."""
    return (
        RoleAssignment.objects.filter(pk=pk, user__in=visible_to(actor))
        .select_related("user", "role", "unit")
        .first()
    )


def holders_of_role(actor: Actor, role_id: int) -> QuerySet[RoleAssignment]:
    """Who holds a role today, as far as the actor may see."""
    return (
        RoleAssignment.objects.filter(in_force(), role_id=role_id, user__in=visible_to(actor))
        .select_related("user", "unit")
        .order_by("unit__order", "user__display_name")
    )


def sessions_of(user_id: int) -> list[Any]:
    """Sessions of one account, the latest first (rows of the sign-in library)."""
    from allauth.usersessions.models import UserSession

    return list(UserSession.objects.filter(user_id=user_id).order_by("-last_seen_at"))


def user_ids_in_unit(unit_id: int, on: date | None = None) -> QuerySet[RoleAssignment, int]:
    """Who holds a role in a unit itself on that day, as a subquery."""
    return RoleAssignment.objects.filter(in_force(on), unit_id=unit_id).values_list("user_id", flat=True)


def stranded_assignments(actor: Actor, on: date | None = None) -> QuerySet[RoleAssignment]:
    """Assignments in force in units that no longer exist on that day, where the actor may assign roles."""
    living = organisations.periods_on(on).values("unit_id")
    found = RoleAssignment.objects.filter(in_force(on), user__is_active=True).exclude(unit_id__in=living)
    units = actor.units_where("people.assign_roles")
    if units is not None:
        found = found.filter(unit_id__in=units)
    return found.select_related("user", "role", "unit").order_by("unit__order", "user__display_name")


def posts_on(user_ids: Iterable[int], on: date) -> dict[int, RoleAssignment]:
    """The first role that each of these people held on that day, with its unit (one query)."""
    found = (
        RoleAssignment.objects.filter(in_force(on), user_id__in=set(user_ids))
        .select_related("role", "unit")
        .order_by("-role__order", "-id")
    )
    return {assignment.user_id: assignment for assignment in found}


def display_names() -> frozenset[str]:
    """What people are called, for pages that must not say it."""
    return frozenset(name for name in User.objects.values_list("display_name", flat=True) if len(name) > 1)
