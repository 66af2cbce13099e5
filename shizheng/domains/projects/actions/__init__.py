"""What people do with tenders. Each is one transaction: permission, lock, rule, write, history."""

from shizheng.domains.projects.actions.applications import (
    apply_for,
    approve_application,
    give_opinion,
    send_again,
    send_application_back,
    take_application_back,
)
from shizheng.domains.projects.actions.bulletin import publish_bulletin, write_foreword
from shizheng.domains.projects.actions.external import (
    dismiss_record,
    keep_ours,
    link_record,
    receive_records,
    register_record,
    reopen_record,
    take_difference,
)
from shizheng.domains.projects.actions.grants import (
    add_grant_item,
    create_grant_year,
    drop_grant_item,
    edit_grant_item,
    edit_grant_year,
    save_grant_report,
)
from shizheng.domains.projects.actions.happenings import (
    correct_happening,
    record_happening,
    restore_project,
    strike_happening,
    withdraw_project,
)
from shizheng.domains.projects.actions.matters import (
    edit_matter,
    raise_matter,
    reopen_matter,
    settle_matter,
)
from shizheng.domains.projects.actions.pcc import import_pcc_xml, read_pcc_xml, urge
from shizheng.domains.projects.actions.photos import add_photo, add_site_note, edit_photo, remove_photo
from shizheng.domains.projects.actions.plans import PlanGiven, proposed, set_plan
from shizheng.domains.projects.actions.programmes import create_programme, edit_programme
from shizheng.domains.projects.actions.projects import create_project, edit_project
from shizheng.domains.projects.actions.sheets import (
    ImportReport,
    Taken,
    checked_rows,
    import_projects,
    import_rows,
)
from shizheng.domains.projects.actions.types import create_type, edit_type, load_shipped_types
from shizheng.domains.projects.actions.visits import call_visit, cancel_visit, edit_visit, record_visit

__all__ = [
    "ImportReport",
    "PlanGiven",
    "Taken",
    "add_grant_item",
    "add_photo",
    "add_site_note",
    "apply_for",
    "approve_application",
    "call_visit",
    "cancel_visit",
    "checked_rows",
    "correct_happening",
    "create_grant_year",
    "create_programme",
    "create_project",
    "create_type",
    "dismiss_record",
    "drop_grant_item",
    "edit_grant_item",
    "edit_grant_year",
    "edit_matter",
    "edit_photo",
    "edit_programme",
    "edit_project",
    "edit_type",
    "edit_visit",
    "give_opinion",
    "import_pcc_xml",
    "import_projects",
    "import_rows",
    "keep_ours",
    "link_record",
    "load_shipped_types",
    "proposed",
    "publish_bulletin",
    "raise_matter",
    "read_pcc_xml",
    "receive_records",
    "record_happening",
    "record_visit",
    "register_record",
    "remove_photo",
    "reopen_matter",
    "reopen_record",
    "restore_project",
    "save_grant_report",
    "send_again",
    "send_application_back",
    "set_plan",
    "settle_matter",
    "strike_happening",
    "take_application_back",
    "take_difference",
    "urge",
    "withdraw_project",
    "write_foreword",
]
