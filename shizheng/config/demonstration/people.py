"""Accounts of the demonstration: one for every role. Passwords and secrets follow from this installation's key.

They are the same at every start and nowhere stored in the clear; on a real installation there are none.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings

from shizheng.common import clock

STEP = 30


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in: account name, name, role code, unit code."""

    username: str
    display_name: str
    role: str
    unit: str
    job_title: str


ACCOUNTS = (
    Account("officer", "林佳穎", "officer", "PWB", "技士"),
    Account("control", "陳冠宇", "control_officer", "PWB", "研考專員"),
    Account("chief", "周美玲", "supervisor", "PWB", "科長"),
    Account("control2", "黃郁婷", "control_officer", "EPB", "研考專員"),
    Account("head", "張志明", "head", "PWB", "局長"),
    Account("chief2", "邱建宏", "supervisor", "EPB", "科長"),
    Account("head2", "吳淑芬", "head", "EPB", "局長"),
    Account("control3", "賴淑惠", "control_officer", "RDEC", "研考專員"),
    Account("chief3", "何俊傑", "supervisor", "RDEC", "組長"),
    Account("head3", "羅秀琴", "head", "RDEC", "副主任委員"),
    Account("rdec", "王怡君", "rdec_officer", "city", "研究員"),
    Account("rdechead", "李文雄", "rdec_head", "city", "主任委員"),
    Account("leader", "蔡宗翰", "leader", "city", "市長"),
    Account("auditor", "劉雅雯", "auditor", "city", "稽核"),
    Account("admin", "許建國", "administrator", "city", "系統管理師"),
)


def _derived(purpose: str, username: str) -> bytes:
    text = f"demonstration:{purpose}:{username}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()


def password_of(username: str) -> str:
    """The password of a demonstration account: three groups of five letters and digits."""
    text = base64.b32encode(_derived("password", username)).decode().lower()
    return "-".join(text[start : start + 5] for start in (0, 5, 10))


def totp_secret_of(username: str) -> str:
    """The authenticator's secret (base32, 160 bits) of a demonstration account."""
    return base64.b32encode(_derived("totp", username)[:20]).decode()


def totp_now(secret: str) -> str:
    """What an authenticator with that secret shows now (RFC 6238: SHA-1, 30 seconds, six digits)."""
    counter = int(clock.now().timestamp()) // STEP
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
