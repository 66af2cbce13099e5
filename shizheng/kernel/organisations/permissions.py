from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("organisations.view", "檢視機關與組織", "See agencies and units", N_("組織")),
    Permission("organisations.change", "調整機關與組織", "Change agencies and units", N_("組織")),
)
