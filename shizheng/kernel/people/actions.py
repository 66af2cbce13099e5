"""What is done to people, roles and tokens."""

import tomllib
from importlib.resources import files

from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.models import Role


def load_shipped_roles() -> int:
    """Make the roles of `data/roles.toml` that are missing; those that exist are left as they are. How many are new."""
    shipped = tomllib.loads(files("shizheng.kernel.people").joinpath("data/roles.toml").read_text("utf-8"))
    existing = set(Role.objects.values_list("code", flat=True))
    missing = [code for code in shipped if code not in existing]
    with recorded(by=SYSTEM, action="people.load_shipped_roles", reason="隨附的角色"):
        for order, (code, role) in enumerate(shipped.items(), start=1):
            if code in missing:
                Role.objects.create(
                    code=code,
                    name=role["name"],
                    name_en=role["name_en"],
                    description=role["description"],
                    permissions=sorted(role["permissions"]),
                    requires_second_factor=role.get("second_factor", False),
                    order=order * 10,
                )
    return len(missing)
