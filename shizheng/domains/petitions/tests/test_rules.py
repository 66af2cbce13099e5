"""Pure rules: the life, templates, look-up codes, numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.errors import BadInput
from shizheng.domains.petitions.rules import codes, templates
from shizheng.domains.petitions.rules.classes import FILES, LIMITS, PetitionClass, Source, file_number
from shizheng.domains.petitions.rules.workflow import ACTS, STATES, WORKFLOW, levels_needed


def test_every_state_has_words_for_the_public_and_stops_the_clock_only_where_somebody_else_is_awaited() -> (
    None
):
    assert all(state.public for state in STATES)
    standing = {state.code for state in STATES if not state.clock_runs}
    assert standing == {"supplement", "tracking", "closed", "declined", "transferred", "withdrawn"}


def test_a_promise_leads_to_tracking_and_only_a_release_or_a_check_leads_out_of_it() -> None:
    assert WORKFLOW.by_name["reply_promising"].target == "tracking"
    assert {each.name for each in WORKFLOW.possible_in("tracking")} == {"release", "quality_back"}


def test_who_declines_transfers_or_ends_one_says_why() -> None:
    for name in ("decline", "transfer", "withdraw", "hand_back", "send_back", "refuse", "reopen", "release"):
        assert WORKFLOW.by_name[name].needs_reason, name
    assert WORKFLOW.by_name["decline"].legal_basis == "行政程序法第 173 條"
    assert len(ACTS) == len({each.name for each in ACTS})


def test_every_class_has_a_limit_and_every_source_a_file_of_its_own() -> None:
    assert set(LIMITS) == set(PetitionClass) and len(set(LIMITS.values())) == 5
    assert set(FILES) == set(Source) and len(set(FILES.values())) == len(Source)
    assert file_number(Source.LINE_1999, 114, 12) == "114-1999-00012"


def test_the_head_is_asked_where_the_rule_names_the_head() -> None:
    assert levels_needed(("supervisor",)) == 1 and levels_needed(("supervisor", "head")) == 2


def test_a_template_asks_for_what_the_case_does_not_know() -> None:
    text = "您反映的{案由}，{主辦機關}在{完成日期}完成{做了什麼}，{完成日期}驗收。"
    assert templates.asked(text) == ("完成日期", "做了什麼")
    filled = templates.fill(
        text, {"案由": "路燈", "主辦機關": "工務局"}, {"完成日期": "今天", "做了什麼": "換燈泡"}
    )
    assert filled == "您反映的路燈，工務局在今天完成換燈泡，今天驗收。"
    with pytest.raises(BadInput, match="做了什麼"):
        templates.fill(text, {"案由": "路燈", "主辦機關": "工務局"}, {"完成日期": "今天", "做了什麼": " "})


def test_what_the_officer_tells_never_takes_the_place_of_a_fact_of_the_case() -> None:
    assert templates.fill("{案由}", {"案由": "路燈"}, {"案由": "別的"}) == "路燈"


@given(st.text(max_size=200))
def test_a_text_without_braces_stays_as_it_is(text: str) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert templates.fill(plain, {}, {}) == plain


def test_a_code_is_told_apart_from_every_other_and_from_other_numbers() -> None:
    code = codes.new_code()
    kept = codes.hashed(b"key", "114-P-000001", code)
    assert codes.same(kept, b"key", "114-P-000001", f" {code[:5].lower()}-{code[5:]} ")
    assert not codes.same(kept, b"key", "114-P-000002", code)
    assert not codes.same(kept, b"other", "114-P-000001", code)
    assert not codes.same("", b"key", "114-P-000001", code)
    assert code not in kept and len({codes.new_code() for _each in range(200)}) == 200
