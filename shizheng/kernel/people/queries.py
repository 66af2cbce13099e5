"""Reading people, roles, assignments, tokens and what happened at the door."""

import hashlib
from datetime import timedelta

from django.db.models import Q, QuerySet

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.people.authority import TokenActor
from shizheng.kernel.people.models import ApiToken, Role, RoleAssignment, User


def digest_of(token: str) -> str:
    """What is kept of a token (SHA-256; tokens carry 256 random bits, so no salt is needed)."""
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_token(token: str) -> TokenActor | None:
    """The owner of a token that is in force, limited to its scopes; None for any other string."""
    if not token or len(token) > 200:
        return None
    now = clock.now()
    found = (
        ApiToken.objects.filter(
            digest=digest_of(token), revoked_at=None, expires_at__gt=now, user__is_active=True
        )
        .select_related("user")
        .first()
    )
    if found is None:
        return None
    if found.last_used_at is None or now - found.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return TokenActor(found.user, frozenset(found.scopes), found.pk, found.name)


def in_force(on: object = None) -> Q:
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


def roles() -> QuerySet[Role]:
    """All roles in their order."""
    return Role.objects.all()


def role_by_code(code: str) -> Role | None:
    return Role.objects.filter(code=code).first()


def user_by_username(username: str) -> User | None:
    """A person by account name, whatever the case of its letters."""
    return User.objects.filter(username__iexact=username).first()
