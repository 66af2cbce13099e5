from shizheng.common.permissions import Permission

PERMISSIONS = (
    Permission("rulebook.view", "檢視規則", "See the rulebook", "規則"),
    Permission("rulebook.propose", "提案修改規則", "Propose changes of rules", "規則", whole_city=True),
    Permission("rulebook.approve", "核准規則的修改", "Approve changes of rules", "規則", whole_city=True),
)
