"""What citizens do without signing in, and what officers do for them: sending, telling, surveys, frequent questions."""

from shizheng.citizens.actions.allowing import TooOften, first_today, forget_old, take
from shizheng.citizens.actions.commenting import comment, erase_said, reopen
from shizheng.citizens.actions.drafting import clear_drafts, keep_draft, new_draft, open_draft
from shizheng.citizens.actions.faq import delete_gap, load_shipped_faq, note_gap, save_faq
from shizheng.citizens.actions.faq_sheet import import_faq
from shizheng.citizens.actions.photographs import add_photographs
from shizheng.citizens.actions.sending import Sent, receipt_of, send_petition
from shizheng.citizens.actions.surveying import answer_survey, invite
from shizheng.citizens.actions.telling import confirm, deliver_letters, drop_unconfirmed, hear, set_wishes

__all__ = [
    "Sent",
    "TooOften",
    "add_photographs",
    "answer_survey",
    "clear_drafts",
    "comment",
    "confirm",
    "delete_gap",
    "deliver_letters",
    "drop_unconfirmed",
    "erase_said",
    "first_today",
    "forget_old",
    "hear",
    "import_faq",
    "invite",
    "keep_draft",
    "load_shipped_faq",
    "new_draft",
    "note_gap",
    "open_draft",
    "receipt_of",
    "reopen",
    "save_faq",
    "send_petition",
    "set_wishes",
    "take",
]
