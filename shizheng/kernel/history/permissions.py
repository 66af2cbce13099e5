from shizheng.common.permissions import Permission

PERMISSIONS = (Permission("history.view", "查閱全部歷程", "Read the whole history", "稽核", whole_city=True),)
