"""People for tests and demonstrations: `person(role="officer", unit=somewhere)`.

Traits: `role` and `unit` (the city when left out) give an assignment; `password` makes sign-in possible;
`second_factor=True` sets up an authenticator and puts its secret on `user.totp_secret`.
"""

from datetime import date
from itertools import count
from typing import Any

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations.factories import city
from shizheng.kernel.people.actions import load_shipped_roles
from shizheng.kernel.people.models import Role, RoleAssignment, User

_numbers = count(1)
PASSWORD = "Open-sesame-by-the-river-9"


def role(code: str = "officer", **fields: Any) -> Role:
    """A role by code: a shipped one, or a new one with these permissions."""
    found = Role.objects.filter(code=code).first()
    if found is None and not fields:
        load_shipped_roles()
        return Role.objects.get(code=code)
    with recorded(by=SYSTEM, action="people.factory"):
        if found is None:
            return Role.objects.create(code=code, name=fields.pop("name", code), **fields)
        for name, value in fields.items():
            setattr(found, name, value)
        found.save()
    return found


def person(
    role: Any = "officer",
    unit: Any = None,
    *,
    username: str | None = None,
    display_name: str | None = None,
    password: str | None = None,
    second_factor: bool = False,
    start_date: date = date(2011, 1, 1),
    end_date: date | None = None,
    **fields: Any,
) -> User:
    """Somebody with a role in a unit. `role=None` gives a person without any."""
    number = next(_numbers)
    name = username or f"person{number}"
    with recorded(by=SYSTEM, action="people.factory"):
        user = User(username=name, display_name=display_name or f"人員{number}", **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save()
        if role is not None:
            held = role if isinstance(role, Role) else globals()["role"](role)
            place = unit if unit is not None else city()
            RoleAssignment.objects.create(
                user=user, role=held, unit_id=place.pk, start_date=start_date, end_date=end_date
            )
    if second_factor:
        user.totp_secret = set_up_second_factor(user)  # type: ignore[attr-defined]
    return user


def set_up_second_factor(user: User) -> str:
    """Give somebody an authenticator; returns its secret (base32)."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def confirmed(client: Any) -> None:
    """The person signed in with `force_login` is one who has typed the password just now."""
    from allauth.account.internal.flows.login import record_authentication
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = client.session
    user = User.objects.get(pk=request.session["_auth_user_id"])
    record_authentication(request, user, method="password")
    request.session.save()


def code_now(secret: str) -> str:
    """What the authenticator shows at this moment."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counters = sorted(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
