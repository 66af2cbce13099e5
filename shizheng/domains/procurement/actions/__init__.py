"""What people do with failed tenders and design reviews. Each is one transaction: permission, lock, rule, write, history."""

from shizheng.domains.procurement.actions.cases import edit_case, list_case
from shizheng.domains.procurement.actions.events import (
    Told,
    correct_event,
    follow_tender,
    record_event,
    strike_event,
)
from shizheng.domains.procurement.actions.panel import (
    add_member,
    answer_opinion,
    confirm_answer,
    edit_member,
    give_opinion,
    remove_member,
)
from shizheng.domains.procurement.actions.review_corrections import (
    correct_confirmation,
    correct_opinion,
    strike_opinion,
    take_back_step,
)
from shizheng.domains.procurement.actions.review_sheets import import_reviews
from shizheng.domains.procurement.actions.reviews import (
    admit,
    appoint_panel,
    approve_review,
    edit_review,
    hold_meeting,
    reject_review,
    resubmit,
    return_documents,
    return_opinions,
    send_again,
    submit_review,
    submit_revision,
    withdraw_review,
)
from shizheng.domains.procurement.actions.series import edit_series, open_series
from shizheng.domains.procurement.actions.sheets import import_cases

__all__ = [
    "Told",
    "add_member",
    "admit",
    "answer_opinion",
    "appoint_panel",
    "approve_review",
    "confirm_answer",
    "correct_confirmation",
    "correct_event",
    "correct_opinion",
    "edit_case",
    "edit_member",
    "edit_review",
    "edit_series",
    "follow_tender",
    "give_opinion",
    "hold_meeting",
    "import_cases",
    "import_reviews",
    "list_case",
    "open_series",
    "record_event",
    "reject_review",
    "remove_member",
    "resubmit",
    "return_documents",
    "return_opinions",
    "send_again",
    "strike_event",
    "strike_opinion",
    "submit_review",
    "submit_revision",
    "take_back_step",
    "withdraw_review",
]
