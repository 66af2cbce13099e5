"""A reason is written, trimmed and of a bearable length."""

import pytest

from shizheng.common.errors import BadInput
from shizheng.common.reasons import LONGEST_REASON, need_reason


def test_a_reason_loses_the_blanks_around_it() -> None:
    assert need_reason("  依 115 年函辦理 \n") == "依 115 年函辦理"
    assert need_reason("字" * LONGEST_REASON) == "字" * LONGEST_REASON


@pytest.mark.parametrize(
    ("given", "said"),
    [("", "請寫理由"), (" \n　", "請寫理由"), ("字" * (LONGEST_REASON + 1), "最多 2000 字")],
)
def test_no_reason_or_an_endless_one_is_refused_beside_its_field(given: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        need_reason(given)
    assert list(refused.value.fields) == ["reason"]
