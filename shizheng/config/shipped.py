"""Facts and defaults that ship with the product, in the order in which they are loaded (idempotent functions)."""

LOADERS: tuple[tuple[str, str], ...] = (
    ("政府行政機關辦公日曆", "shizheng.kernel.calendar.actions:load_shipped_calendar"),
    ("角色與權限", "shizheng.kernel.people.actions:load_shipped_roles"),
    ("規則", "shizheng.kernel.rulebook.actions:load_shipped_rules"),
    ("標案類型", "shizheng.domains.projects.actions:load_shipped_types"),
    ("標案會報", "shizheng.domains.projects.meeting_agendas:load_shipped_series"),
    ("採購督導會議", "shizheng.domains.procurement.meeting_agenda:load_shipped_series"),
    ("機關月統計", "shizheng.domains.projects.actions.tallies:keep_missing_tallies"),
    ("列管清單", "shizheng.domains.commitments.actions:load_shipped_lists"),
    ("陳情分類與答復範本", "shizheng.domains.petitions.actions:load_shipped_reference"),
    ("常見問題", "shizheng.citizens.actions:load_shipped_faq"),
    ("通知範本", "shizheng.kernel.notifications.actions:load_shipped_templates"),
)
