"""People, their roles by unit, their tokens, and what happened at the door."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shizheng.common.permissions import in_words
from shizheng.kernel.history.actions import say_again
from shizheng.kernel.history.models import AppendOnly
from shizheng.kernel.people.authority import Authority


class Language(models.TextChoices):
    CHINESE = "zh-hant", _("繁體中文")
    ENGLISH = "en", "English"


class DateStyle(models.TextChoices):
    LANGUAGE = "language", _("依語言（中文民國，英文西元）")
    ROC = "roc", _("民國")
    GREGORIAN = "gregorian", _("西元")


class Theme(models.TextChoices):
    SYSTEM = "system", _("跟隨系統")
    LIGHT = "light", _("淺色")
    DARK = "dark", _("深色")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in. What he or she may do comes from role assignments alone; there is no superuser."""

    history_exclude = ("password", "last_login", "email")

    username = models.CharField(_("帳號"), max_length=60, unique=True)
    display_name = models.CharField(_("姓名"), max_length=60)
    name_en = models.CharField(_("英文姓名"), max_length=100, blank=True)
    email = models.EmailField(_("電子郵件"), blank=True)
    job_title = models.CharField(_("職稱"), max_length=60, blank=True)
    is_active = models.BooleanField(_("啟用"), default=True)
    must_change_password = models.BooleanField(_("下次登入要改密碼"), default=False)
    language = models.CharField(_("語言"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    date_style = models.CharField(
        _("日期"), max_length=10, choices=DateStyle.choices, default=DateStyle.LANGUAGE
    )
    theme = models.CharField(_("外觀"), max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    date_joined = models.DateTimeField(_("建立時間"), auto_now_add=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("人員")
        verbose_name_plural = _("人員")
        ordering = ["username"]
        constraints = [models.UniqueConstraint(Lower("username"), name="people_username_once")]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def prefers_gregorian(self) -> bool | None:
        """Whether dates are shown in Gregorian years; None: as the language has it."""
        return None if self.date_style == DateStyle.LANGUAGE else self.date_style == DateStyle.GREGORIAN

    @property
    def authority(self) -> Authority:
        """What this person may do today; read once per instance, that is once per request."""
        if not hasattr(self, "_authority"):
            self._authority = Authority.of_user(self)
        return self._authority

    @property
    def acting_name(self) -> str:
        """The name for the record: one's own, and for whom one stood in where that was needed (代理)."""
        owners: dict[str, None] = self.__dict__.get("_stood_in_for", {})
        return f"{self.display_name}（代理 {'、'.join(owners)}）" if owners else self.display_name

    def note_use(self, code: str, unit_id: int | None = None) -> None:
        """A permission was used: where it is somebody else's, what is recorded says so."""
        owners = self.authority.owners(code, unit_id)
        if owners:
            self.__dict__.setdefault("_stood_in_for", {}).update(dict.fromkeys(owners))
            say_again(self.pk, self.acting_name)

    def end_of_act(self) -> None:
        """An act is over: the next one may be one's own."""
        self.__dict__.pop("_stood_in_for", None)

    def forget_authority(self) -> None:
        """Read the authority anew at the next question (after an assignment changed)."""
        self.__dict__.pop("_authority", None)

    @property
    def unit_line(self) -> str:
        """The units and roles under the name in the frame."""
        return self.authority.line

    def may(self, code: str, unit_id: int | None = None) -> bool:
        """Whether this person holds `code`: for `unit_id` when given, anywhere otherwise."""
        return self.is_active and self.authority.may(code, unit_id)

    def units_where(self, code: str) -> frozenset[int] | None:
        """Units (with all below them today) in which this person holds `code`; None means the whole city."""
        return self.authority.units_where(code) if self.is_active else frozenset()

    def units_above(self, code: str) -> frozenset[int]:
        """The units above those where this person holds `code`, up to their agency: there it is not held."""
        return self.authority.units_above(code) if self.is_active else frozenset()


class Role(models.Model):
    """What a kind of officer may do. The matrix role × permission is the sum of these lists."""

    code = models.CharField(_("代碼"), max_length=40, unique=True)
    name = models.CharField(_("名稱"), max_length=40, unique=True)
    name_en = models.CharField(_("英文名稱"), max_length=80, blank=True)
    description = models.CharField(_("說明"), max_length=300, blank=True)
    permissions = models.JSONField(_("權限"), default=list, blank=True)
    requires_second_factor = models.BooleanField(_("須用動態密碼"), default=False)
    order = models.PositiveIntegerField(_("排序"), default=1000)
    is_active = models.BooleanField(_("啟用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("角色")
        verbose_name_plural = _("角色")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """The name in the reader's language."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class RoleAssignment(models.Model):
    """One person holds one role in one unit (and all below it) from a day until before another."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name=_("人員"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments", verbose_name=_("角色"))
    unit = models.ForeignKey(
        "organisations.Unit", models.PROTECT, related_name="role_assignments", verbose_name=_("機關")
    )
    start_date = models.DateField(_("開始日"))
    end_date = models.DateField(_("結束日（不含）"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("角色指派")
        verbose_name_plural = _("角色指派")
        ordering = ["-start_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(end_date__gte=F("start_date")),
                name="people_assignment_ends_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.unit}"


class Delegation(models.Model):
    """While somebody is away (代理): another acts with the same permissions, from a day until before another.

    What is done so is recorded in the name of both. It is never handed on to a third person.
    """

    from_user = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_given", verbose_name=_("本人")
    )
    to_user = models.ForeignKey(
        User, models.PROTECT, related_name="delegations_held", verbose_name=_("代理人")
    )
    start_date = models.DateField(_("開始日"))
    end_date = models.DateField(_("結束日（不含）"))
    reason = models.CharField(_("事由"), max_length=500)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = _("代理")
        verbose_name_plural = _("代理")
        ordering = ["-start_date", "-id"]
        indexes = [models.Index(fields=["to_user", "start_date"], name="people_delegation_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_date__gte=F("start_date")), name="people_delegation_ends_after"
            ),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="people_delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.to_user} ← {self.from_user}"


class TokenUse(models.TextChoices):
    API = "api", _("API 權杖")
    CALENDAR = "calendar", _("行事曆訂閱")


class ApiToken(models.Model):
    """A key for programs: acts for its owner, within its scopes (permission codes). Only its SHA-256 is kept.

    One for a calendar opens the calendar of its owner and nothing else.
    """

    history_exclude = ("digest", "last_used_at")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens", verbose_name=_("人員"))
    use = models.CharField(_("種類"), max_length=10, choices=TokenUse.choices, default=TokenUse.API)
    name = models.CharField(_("用途"), max_length=80)
    digest = models.CharField(_("雜湊"), max_length=64, unique=True, editable=False)
    hint = models.CharField(_("開頭"), max_length=12, editable=False)
    scopes = models.JSONField(_("範圍"), default=list)
    created_at = models.DateTimeField(_("建立時間"))
    expires_at = models.DateTimeField(_("到期時間"))
    last_used_at = models.DateTimeField(_("上次使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤銷時間"), null=True, blank=True)

    class Meta:
        verbose_name = _("API 權杖")
        verbose_name_plural = _("API 權杖")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def scopes_in_words(self) -> list[str]:
        """What it may be used for, for the reader."""
        return in_words(self.scopes)


class GuardKind(models.TextChoices):
    ACCOUNT = "account", _("帳號")
    ADDRESS = "address", _("網路位址")


class SignInGuard(models.Model):
    """Failures counted against one account name or one address, and until when it is locked.

    An account is a name that was typed, whether or not somebody bears it: an answer must not tell which.
    """

    history_exclude = ("failures", "last_failure_at")

    kind = models.CharField(_("種類"), max_length=10, choices=GuardKind.choices)
    subject = models.CharField(_("對象"), max_length=100)
    failures = models.PositiveIntegerField(_("連續失敗次數"), default=0)
    last_failure_at = models.DateTimeField(_("上次失敗"), null=True, blank=True)
    locked_until = models.DateTimeField(_("鎖定到"), null=True, blank=True)

    class Meta:
        verbose_name = _("登入鎖定")
        verbose_name_plural = _("登入鎖定")
        ordering = ["-locked_until"]
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="people_guard_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"


class SignInOutcome(models.TextChoices):
    SIGNED_IN = "signed_in", _("登入")
    WRONG_PASSWORD = "wrong_password", _("帳號或密碼不對")
    WRONG_CODE = "wrong_code", _("動態密碼不對")
    REFUSED = "refused", _("鎖定中，拒絕")
    SIGNED_OUT = "signed_out", _("登出")
    PASSWORD_CHANGED = "password_changed", _("變更密碼")
    SESSION_ENDED = "session_ended", _("結束工作階段")


class SignInEvent(AppendOnly):
    """What happened at the door; never changed."""

    user = models.ForeignKey(
        User,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="sign_ins",
        verbose_name=_("人員"),
    )
    outcome = models.CharField(_("結果"), max_length=20, choices=SignInOutcome.choices)
    address = models.CharField(_("網路位址"), max_length=45, blank=True)
    agent = models.CharField(_("瀏覽器"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("登入紀錄")
        verbose_name_plural = _("登入紀錄")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-id"], name="people_sign_ins_of")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.get_outcome_display()}"
