"""What is kept of the public side."""

from shizheng.citizens.models.contacts import Contact, Letter
from shizheng.citizens.models.faq import Faq, FaqGap
from shizheng.citizens.models.mails import IncomingMail, Mailbox, MailContent, MailReading
from shizheng.citizens.models.passing import Allowance, Draft
from shizheng.citizens.models.voices import Comment, Invitation, SurveyAnswer

__all__ = [
    "Allowance",
    "Comment",
    "Contact",
    "Draft",
    "Faq",
    "FaqGap",
    "IncomingMail",
    "Invitation",
    "Letter",
    "MailContent",
    "MailReading",
    "Mailbox",
    "SurveyAnswer",
]
