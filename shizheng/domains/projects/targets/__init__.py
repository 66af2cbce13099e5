"""What files of foreign columns can be taken into: the register, public notices, works suggested by councillors (B12, B13)."""

from shizheng.common.words import N_
from shizheng.domains.projects.actions.pcc import TARGET as PCC_XML
from shizheng.domains.projects.targets.notices import NOTICES
from shizheng.domains.projects.targets.register import REGISTER
from shizheng.domains.projects.targets.suggested import SUGGESTED
from shizheng.kernel.intake.registry import register_target, register_way


def register() -> None:
    """Called once when the app is ready."""
    for target in (REGISTER, NOTICES, SUGGESTED):
        register_target(target)
    register_way(PCC_XML, N_("標案管理 XML"))
