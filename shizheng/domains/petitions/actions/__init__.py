"""What is done to petitions. Every act of the workflow goes through `cases.apply_transition`; what follows stands in `following`."""

from shizheng.domains.petitions.actions.categories import save_category
from shizheng.domains.petitions.actions.editing import change_class, edit_petition
from shizheng.domains.petitions.actions.erasing import anonymise_due, anonymise_petition
from shizheng.domains.petitions.actions.handling import (
    APART,
    act,
    ask_to_join,
    dispatch,
    hand_back,
    rule_on_responsibility,
)
from shizheng.domains.petitions.actions.open311 import save_attribute, save_service
from shizheng.domains.petitions.actions.receiving import (
    MOST_PHOTOGRAPHS,
    NewPetition,
    Received,
    receive_petition,
)
from shizheng.domains.petitions.actions.reference import load_shipped_reference, save_template
from shizheng.domains.petitions.actions.replying import check_quality, draft_reply, fill_template, give_part
from shizheng.domains.petitions.actions.reports import publish_report, write_report
from shizheng.domains.petitions.actions.routing import accept_proposal, route_waiting
from shizheng.domains.petitions.actions.themes import create_theme, decide_theme, edit_theme, propose_new

__all__ = [
    "APART",
    "MOST_PHOTOGRAPHS",
    "NewPetition",
    "Received",
    "accept_proposal",
    "act",
    "anonymise_due",
    "anonymise_petition",
    "ask_to_join",
    "change_class",
    "check_quality",
    "create_theme",
    "decide_theme",
    "dispatch",
    "draft_reply",
    "edit_petition",
    "edit_theme",
    "fill_template",
    "give_part",
    "hand_back",
    "load_shipped_reference",
    "propose_new",
    "publish_report",
    "receive_petition",
    "route_waiting",
    "rule_on_responsibility",
    "save_attribute",
    "save_category",
    "save_service",
    "save_template",
    "write_report",
]
