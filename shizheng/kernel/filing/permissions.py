from shizheng.common.permissions import Permission

GROUP = "填報"
PERMISSIONS = (
    Permission("filing.view", "檢視填報期別與填報表", "See filing rounds and returns", GROUP),
    Permission("filing.file", "填報、送出、申請更正", "Fill in and send returns, ask for corrections", GROUP),
    Permission("filing.sign_supervisor", "簽核：單位主管", "Sign off as supervisor", GROUP),
    Permission("filing.sign_control", "簽核：研考人員", "Sign off as control officer", GROUP),
    Permission("filing.sign_head", "簽核：機關首長", "Sign off as head of agency", GROUP),
    Permission("filing.sign_rdec", "簽核：研考會", "Sign off as RDEC", GROUP, whole_city=True),
    Permission("filing.approve_correction", "核可更正", "Approve corrections after the lock", GROUP),
    Permission("filing.open", "排定、開放、截止填報，展延期限", "Plan, open and close rounds; extend due days", GROUP, whole_city=True),
    Permission("filing.lock", "鎖定填報", "Lock rounds", GROUP, whole_city=True),
)  # fmt: skip
