"""Settings from the environment, typed; `shizheng doctor --settings` prints this table.

Without `SHIZHENG_DATABASE_URL` the product runs its own PostgreSQL in the data folder, and makes and keeps there
the secrets that are not given.
"""

import os
import re
import secrets
from base64 import urlsafe_b64encode
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shizheng.config.folders import PROJECT, default_data_dir, make_folder

SECRETS = (
    "SECRET_KEY",
    "FIELD_KEY",
    "SIGNING_KEY",
    "SUPERUSER_PASSWORD",
    "OWNER_PASSWORD",
    "APPLICATION_PASSWORD",
)
MAIL_SCHEMES = ("smtp", "smtp+tls", "starttls", "smtps")
MAILBOX_SCHEMES = ("imap", "imap+tls", "imaps")
# with a database already there, new ones of these would lock its data away
IRREPLACEABLE = ("FIELD_KEY", "SUPERUSER_PASSWORD")


class Environment(BaseSettings):
    """Every setting of an installation. Names in the environment carry the prefix `SHIZHENG_`."""

    model_config = SettingsConfigDict(env_prefix="SHIZHENG_", env_ignore_empty=True, extra="ignore")

    database_url: str | None = Field(
        default=None, description="應用程式角色連線的 PostgreSQL（15 以上）；不給就用內嵌資料庫"
    )
    owner_database_url: str | None = Field(
        default=None, description="擁有資料表、執行資料庫更新的角色；與上一項一起給"
    )
    secret_key: str = Field(default="", description="Django 的簽章金鑰")
    field_key: str = Field(default="", description="個人資料欄位加密的金鑰（32 位元組，base64）")
    signing_key: str = Field(default="", description="收據簽章的金鑰（32 位元組，base64）")
    base_url: str = Field(
        default="",
        description="使用者看到的網址，例如 https://shizheng.example.gov.tw；不給就是 http://HOST:PORT",
    )
    host: str = Field(default="127.0.0.1", description="網頁伺服器聽哪個位址")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=8000, description="網頁伺服器聽哪個埠")
    web_workers: Annotated[int, Field(ge=1, le=64)] = Field(default=2, description="網頁程序的數目")
    data_dir: Path = Field(default_factory=default_data_dir, description="內嵌資料庫、金鑰、記錄檔放哪裡")
    email_mode: Literal["test", "live"] = Field(
        default="test",
        description="寄信的方式：test 只放進資料夾的 outbox，寄不到任何人；live 才真的寄（示範資料庫一律是 test）",
    )
    email_url: str = Field(
        default="",
        description="寄信的 SMTP：smtp+tls://帳號:密碼@主機:587（先明文再加密）、smtps://（一開始就加密）、smtp://（不加密）",
    )
    email_from: str = Field(
        default="", description="寄件人，例如 施政 <no-reply@shizheng.example.gov.tw>；live 時要給"
    )
    mailbox_url: str = Field(
        default="",
        description="陳情信箱的 IMAP：imaps://帳號:密碼@主機:993/INBOX，或 imap+tls://（先明文再加密）；不給就不讀信",
    )
    mailbox_after: Literal["keep", "delete"] = Field(
        default="keep",
        description="收進來的信在信箱裡怎麼辦：keep 標為已讀留著；delete 刪掉（內容已加密存在這裡，期滿清除）",
    )
    mailbox_address: str = Field(
        default="",
        description="陳情信箱的位址，例如 mayor@shizheng.example.gov.tw；給了，民眾可以直接回信補充",
    )
    metrics_token: str = Field(
        default="", description="讀 /metrics 要帶的密語（Authorization: Bearer …）；不給就不提供監測數字"
    )
    log_format: Literal["line", "json"] = Field(
        default="line", description="記錄的格式：line 給人看，json 給收集記錄的程式"
    )
    log_requests: bool = Field(
        default=False, description="每個請求記一行（路徑的樣式、代碼、毫秒、帳號編號）"
    )
    chromium: str = Field(default="", description="瀏覽器測試用的 Chromium 執行檔")
    test_data: Path = Field(
        default=PROJECT.parent / "shared" / "data", description="測試用的真實資料；沒有就略過那些測試"
    )
    test_seeds: Path = Field(
        default=PROJECT.parent / "shared" / "seeds", description="測試用的真實計畫；沒有就略過那些測試"
    )
    debug: bool = Field(default=False, description="開發模式：錯誤頁顯示細節")
    trusted_proxies: Annotated[int, Field(ge=0, le=9)] = Field(
        default=0,
        description="前面有幾層自己的反向代理（會加 X-Forwarded-For）；登入鎖定與歷程記使用者的位址",
    )
    lockout_failures: Annotated[int, Field(ge=1)] = Field(default=5, description="連續登入失敗幾次就鎖定帳號")
    lockout_minutes: Annotated[int, Field(ge=1)] = Field(default=15, description="鎖定幾分鐘")
    reauthentication_minutes: Annotated[int, Field(ge=1)] = Field(
        default=15, description="登入或確認身分後幾分鐘內，動到帳號與權限時不再問一次密碼"
    )
    session_hours: Annotated[int, Field(ge=1)] = Field(default=12, description="登入後幾小時要重新登入")

    @field_validator("data_dir", "test_data", "test_seeds")
    @classmethod
    def absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("email_url")
    @classmethod
    def a_mail_server(cls, url: str) -> str:
        if url:
            parts = urlsplit(url)
            if parts.scheme not in MAIL_SCHEMES or not parts.hostname or not _port_understood(url):
                raise ValueError(
                    f"要以 {'、'.join(f'{each}://' for each in MAIL_SCHEMES)} 開頭，接著主機與埠"
                )
        return url

    @field_validator("mailbox_url")
    @classmethod
    def a_mailbox(cls, url: str) -> str:
        if url:
            parts = urlsplit(url)
            known = parts.scheme in MAILBOX_SCHEMES and parts.hostname and parts.username
            if not known or not _port_understood(url):
                raise ValueError(
                    f"要以 {'、'.join(f'{each}://' for each in MAILBOX_SCHEMES)} 開頭，接著帳號、密碼、主機與資料夾"
                )
        return url

    @field_validator("mailbox_address")
    @classmethod
    def a_plain_address(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^\s<>@,;\"]+@[^\s<>@,;\"]+", address):
            raise ValueError("只寫位址，例如 mayor@shizheng.example.gov.tw")
        return address

    @property
    def mail_from(self) -> str:
        """Who mails come from; in test mode, where none is given, a name that exists nowhere (RFC 2606)."""
        return self.email_from or "Shizheng <no-reply@shizheng.invalid>"

    @property
    def embedded(self) -> bool:
        """Whether the product runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def address(self) -> str:
        """The address that people open."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"


def kept_secrets(data_dir: Path) -> dict[str, str]:
    """The secrets kept in the data folder, made where missing (readable by the owner alone)."""
    path = data_dir / "secrets.env"
    kept: dict[str, str] = {}
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    missing = [name for name in SECRETS if name not in kept]
    lost = [name for name in IRREPLACEABLE if name in missing]
    if lost and os.path.isdir(data_dir / "database" / "cluster"):  # noqa: PTH112 (False where one may not look)
        raise SystemExit(
            f"金鑰檔 {path} 不見了或不完整（少了 {'、'.join(lost)}），但資料庫還在；另做新的金鑰會打不開裡面的資料，所以沒有做。\n"
            "請從備份把 secrets.env 放回這個資料夾；沒有備份而資料可以不要時，改用別的資料夾：SHIZHENG_DATA_DIR=… make run"
        )
    if missing:
        kept |= {name: urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in missing}
        make_folder(data_dir)
        fresh = path.with_suffix(f".{os.getpid()}")
        with open(
            os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write("# 這個安裝的金鑰。請備份，勿外流；遺失後，加密的資料無法還原。\n")
            file.writelines(f"{name}={value}\n" for name, value in kept.items())
        fresh.replace(path)
    return kept


def _port_understood(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _not_understood(failure: ValidationError) -> str:
    lines = [
        f"  SHIZHENG_{str(error['loc'][0]).upper()}={_shown(error)}：{_why(error)}"
        for error in failure.errors()
    ]
    return "\n".join(["這些設定看不懂：", *lines, "各項設定的說明：docs/operations.md。"])


WHYS = {
    "int_parsing": "要寫成整數",
    "greater_than_equal": "最小是 {ge}",
    "less_than_equal": "最大是 {le}",
    "bool_parsing": "要寫 true 或 false",
    "literal_error": "只能是 {expected}",
}


def _why(error: Any) -> str:
    """Why a value cannot be taken; the library's own words only where it has a reason that is not foreseen."""
    if error["type"] == "literal_error":
        return WHYS["literal_error"].format(expected=error["ctx"]["expected"].replace(" or ", "、"))
    if error["type"] in WHYS:
        return WHYS[error["type"]].format(**error.get("ctx", {}))
    return str(error["msg"]).removeprefix("Value error, ")


def _shown(error: Any) -> str:
    """What was given, unless it may hold a password."""
    return "…" if str(error["loc"][0]).endswith("_url") else str(error["input"])


@cache
def environment() -> Environment:
    """The settings in force; those of an embedded set-up are completed from the data folder."""
    try:
        given = Environment()
    except ValidationError as failure:
        raise SystemExit(_not_understood(failure)) from None
    if given.email_mode == "live" and not (given.email_url and given.email_from):
        raise SystemExit(
            "設定不完整：SHIZHENG_EMAIL_MODE=live 要真的寄信時，還要給 SHIZHENG_EMAIL_URL 與 SHIZHENG_EMAIL_FROM。"
            "說明在 docs/operations.md。"
        )
    if given.embedded and given.owner_database_url:
        raise SystemExit(
            "設定不完整：給了 SHIZHENG_OWNER_DATABASE_URL，還要給 SHIZHENG_DATABASE_URL。說明在 docs/operations.md。"
        )
    if given.embedded:
        try:
            kept = kept_secrets(given.data_dir)
        except OSError as failure:
            raise SystemExit(
                f"資料夾 {given.data_dir} 不能用：{failure.filename}（{failure.strerror}）。\n"
                "請用當初建立它的使用者執行，或用 SHIZHENG_DATA_DIR 指到可以寫的資料夾。"
            ) from failure
        for name in ("secret_key", "field_key", "signing_key"):
            if not getattr(given, name):
                setattr(given, name, kept[name.upper()])
    elif not (given.secret_key and given.field_key and given.signing_key and given.owner_database_url):
        raise SystemExit(
            "設定不完整：用自己的 PostgreSQL（SHIZHENG_DATABASE_URL）時，還要給 SHIZHENG_OWNER_DATABASE_URL、"
            "SHIZHENG_SECRET_KEY、SHIZHENG_FIELD_KEY、SHIZHENG_SIGNING_KEY。說明在 docs/operations.md。"
        )
    return given
