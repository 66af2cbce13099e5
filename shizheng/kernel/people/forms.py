"""Forms on people, roles and tokens."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.common import clock
from shizheng.common.permissions import declared
from shizheng.kernel.organisations.forms import ActionForm, unit_choices
from shizheng.kernel.people import queries
from shizheng.kernel.people.models import DateStyle, Language, Theme, User
from shizheng.web import diary
from shizheng.web.dates import RocDateField as DayField


class ReasonForm(ActionForm):
    reason = forms.CharField(label=_("理由"), max_length=500)


class PersonForm(ActionForm):
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    name_en = forms.CharField(label=_("英文姓名"), max_length=100, required=False)
    job_title = forms.CharField(label=_("職稱"), max_length=60, required=False)
    email = forms.EmailField(label=_("電子郵件"), required=False, help_text=_("只用來寄通知，不給別人看。"))


class NewPersonForm(PersonForm):
    username = forms.CharField(
        label=_("帳號"), max_length=60, help_text=_("英文、數字、點、底線、連字號、@；建立後不能改。")
    )
    role = forms.ChoiceField(label=_("角色"), required=False)
    unit = forms.ChoiceField(label=_("機關"), required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("先不指派")), *_role_choices()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", "—"), *_units_for(actor)]  # type: ignore[attr-defined]
        self.order_fields(["username", "display_name", "name_en", "job_title", "email", "role", "unit"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("role")) != bool(cleaned.get("unit")):
            self.add_error("unit", _("角色和機關要一起選。"))
        return cleaned


def _role_choices() -> list[tuple[str, str]]:
    return [(str(role.pk), role.name) for role in queries.roles() if role.is_active]


def _units_for(actor: Any) -> list[tuple[str, str]]:
    """Only units in which the actor may assign roles."""
    units = actor.units_where("people.assign_roles")
    return [choice for choice in unit_choices() if units is None or int(choice[0]) in units]


class AssignForm(ActionForm):
    role = forms.ChoiceField(label=_("角色"))
    unit = forms.ChoiceField(label=_("機關"))
    start_date = DayField(label=_("開始日"))
    end_date = DayField(
        label=_("結束日"), required=False, help_text=_("沒有權限的第一天；不寫就是沒有期限。")
    )
    reason = forms.CharField(label=_("理由"), max_length=500, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _role_choices()  # type: ignore[attr-defined]
        self.fields["unit"].choices = _units_for(actor)  # type: ignore[attr-defined]
        self.fields["start_date"].initial = clock.today()


class EndForm(ReasonForm):
    on = DayField(label=_("結束日"), help_text=_("沒有權限的第一天。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class RoleForm(ActionForm):
    name = forms.CharField(label=_("名稱"), max_length=40)
    name_en = forms.CharField(label=_("英文名稱"), max_length=80, required=False)
    description = forms.CharField(label=_("說明"), max_length=300, required=False)
    requires_second_factor = forms.BooleanField(label=_("須用動態密碼"), required=False)
    is_active = forms.BooleanField(label=_("啟用"), required=False, initial=True)
    reason = forms.CharField(label=_("理由"), max_length=500)


class NewRoleForm(RoleForm):
    code = forms.CharField(
        label=_("代碼"), max_length=40, help_text=_("小寫英文、數字、底線；建立後不能改。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_active"]
        self.order_fields(["code"])


class PreferencesForm(ActionForm):
    language = forms.ChoiceField(label=_("語言"), choices=Language.choices)
    date_style = forms.ChoiceField(label=_("日期"), choices=DateStyle.choices)
    theme = forms.ChoiceField(label=_("外觀"), choices=Theme.choices)
    name_en = forms.CharField(label=_("英文姓名"), max_length=100, required=False)


class CalendarForm(ActionForm):
    sources = forms.MultipleChoiceField(label=_("訂閱什麼"), widget=forms.CheckboxSelectMultiple)
    expires = DayField(label=pgettext_lazy("token", "到期日"), help_text=_("最長一年。例如 115-12-31"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = diary.sources_for(user)
        self.fields["sources"].choices = [(each.permission, each.label) for each in found]  # type: ignore[attr-defined]
        self.fields["sources"].initial = [each.permission for each in found]
        self.fields["expires"].initial = clock.today() + timedelta(days=365)


class TokenForm(ActionForm):
    name = forms.CharField(label=_("用途"), max_length=80, help_text=_("例如「每月匯出到資料倉儲」"))
    scopes = forms.MultipleChoiceField(label=_("可以做什麼"), widget=forms.CheckboxSelectMultiple)
    expires = DayField(label=pgettext_lazy("token", "到期日"), help_text=_("最長一年。例如 115-12-31"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = user.authority.permissions
        choices = [(p.code, f"{p.shown}（{p.code}）") for p in declared() if p.code in own]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
        self.fields["expires"].initial = clock.today() + timedelta(days=90)
