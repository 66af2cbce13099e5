"""What citizens do without signing in, and what officers do for them: sending, telling, surveys, frequent questions."""

from shizheng.citizens.actions.allowing import TooOften, first_today, forget_old, take
from shizheng.citizens.actions.commenting import comment, erase_said, reopen
from shizheng.citizens.actions.drafting import clear_drafts, keep_draft, new_draft, open_draft
from shizheng.citizens.actions.faq import delete_gap, load_shipped_faq, note_gap, save_faq
from shizheng.citizens.actions.faq_sheet import import_faq
from shizheng.citizens.actions.letters import deliver_letters
from shizheng.citizens.actions.mail_confirming import chase_unconfirmed, confirm_mail
from shizheng.citizens.actions.mail_desk import OpenedMail, mark_spam, open_mail, take_mail
from shizheng.citizens.actions.mail_erasing import erase_mails_due
from shizheng.citizens.actions.mail_keeping import keep_mail, read_mailbox, reads_mails
from shizheng.citizens.actions.mail_settling import settle_mail, settle_mails
from shizheng.citizens.actions.photographs import add_photographs
from shizheng.citizens.actions.sending import Sent, receipt_of, send_petition
from shizheng.citizens.actions.surveying import answer_survey, invite
from shizheng.citizens.actions.telling import confirm, drop_unconfirmed, hear, set_wishes

__all__ = [
    "OpenedMail",
    "Sent",
    "TooOften",
    "add_photographs",
    "answer_survey",
    "chase_unconfirmed",
    "clear_drafts",
    "comment",
    "confirm",
    "confirm_mail",
    "delete_gap",
    "deliver_letters",
    "drop_unconfirmed",
    "erase_mails_due",
    "erase_said",
    "first_today",
    "forget_old",
    "hear",
    "import_faq",
    "invite",
    "keep_draft",
    "keep_mail",
    "load_shipped_faq",
    "mark_spam",
    "new_draft",
    "note_gap",
    "open_draft",
    "open_mail",
    "read_mailbox",
    "reads_mails",
    "receipt_of",
    "reopen",
    "save_faq",
    "send_petition",
    "set_wishes",
    "settle_mail",
    "settle_mails",
    "take",
    "take_mail",
]
