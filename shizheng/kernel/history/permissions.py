from shizheng.common.permissions import Permission
from shizheng.common.words import N_

PERMISSIONS = (
    Permission("history.view", "查閱全部歷程", "Read the whole history", N_("稽核"), whole_city=True),
)
