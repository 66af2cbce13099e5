from shizheng.common.permissions import Permission

GROUP = "會議"
PERMISSIONS = (
    Permission("meetings.view", "檢視會議、議程與紀錄", "See meetings, agendas and minutes", GROUP),
    Permission("meetings.manage", "排定、取消會議，定案議程", "Plan and cancel meetings, fix agendas", GROUP),
    Permission("meetings.record", "開會、點名、寫紀錄與決議", "Run meetings, record attendance and resolutions", GROUP),
    Permission("meetings.chair", "核定並發出會議紀錄", "Approve and issue minutes", GROUP),
    Permission("meetings.define", "建立、修改會議系列", "Create and change series of meetings", GROUP, whole_city=True),
)  # fmt: skip
