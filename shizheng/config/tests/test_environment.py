"""Settings that cannot be taken: which, why, and in the reader's language."""

import pytest
from pydantic import ValidationError

from shizheng.config.environment import Environment, _not_understood


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("SHIZHENG_PORT", "abc", "SHIZHENG_PORT=abc：要寫成整數"),
        ("SHIZHENG_PORT", "99999", "SHIZHENG_PORT=99999：最大是 65535"),
        ("SHIZHENG_LOG_FORMAT", "xml", "SHIZHENG_LOG_FORMAT=xml：只能是 'line'、'json'"),
        ("SHIZHENG_LOG_REQUESTS", "maybe", "SHIZHENG_LOG_REQUESTS=maybe：要寫 true 或 false"),
    ],
)
def test_a_setting_that_cannot_be_taken_says_why(
    monkeypatch: pytest.MonkeyPatch, name: str, given: str, why: str
) -> None:
    monkeypatch.setenv(name, given)
    with pytest.raises(ValidationError) as failure:
        Environment()
    assert why in _not_understood(failure.value)
