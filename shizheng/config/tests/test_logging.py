"""What strangers can cause is not written down with a traceback each time."""

import logging

import pytest
from django.core.exceptions import DisallowedHost, RequestDataTooBig


@pytest.mark.parametrize("failure", [DisallowedHost, RequestDataTooBig])
def test_refusals_that_anybody_can_cause_leave_no_traceback(
    failure: type[Exception], capfd: pytest.CaptureFixture[str]
) -> None:
    try:
        raise failure("sent by a stranger")
    except failure as caught:
        logging.getLogger(f"django.security.{failure.__name__}").error("%s", caught, exc_info=caught)
    written = capfd.readouterr()
    assert "Traceback" not in written.err + written.out
