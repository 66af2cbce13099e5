"""Forms of notifications: preferences, the words of a template, a reason."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shizheng.common.reasons import LONGEST_REASON
from shizheng.kernel.notifications import queries
from shizheng.kernel.notifications.actions.templating import LONGEST_BODY, LONGEST_SUBJECT
from shizheng.kernel.notifications.models import ByMail
from shizheng.kernel.notifications.queries import Wishes
from shizheng.kernel.people import queries as people

FOLLOW = "follow"


class ClockField(forms.TimeField):
    """A time of day as `08:30`."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], **options)


class KindField(forms.ChoiceField):
    """A choice for one kind; what was not sent (a kind that came meanwhile) follows the general one."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or FOLLOW)


class PreferencesForm(forms.Form):
    """How the reader wants to be told: in general, and by kind of message."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    by_mail = forms.ChoiceField(
        label=_("電子郵件"),
        choices=ByMail.choices,
        help_text=_("網站內的通知一定會有。急件除非選「不寄信」，一律立即寄，不等彙整也不管勿擾時段。"),
    )
    digest_at = ClockField(label=_("每日彙整幾點寄"))
    quiet_from = ClockField(
        label=_("勿擾時段開始"), required=False, help_text=_("這段時間不寄信，結束時再寄。不要勿擾就都留白。")
    )
    quiet_to = ClockField(label=_("勿擾時段結束"), required=False)

    def __init__(self, data: Any = None, *, wishes: Wishes) -> None:
        initial = {
            "version": wishes.version, "by_mail": wishes.by_mail, "digest_at": wishes.digest_at,
            "quiet_from": wishes.quiet_from, "quiet_to": wishes.quiet_to,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.codes: dict[str, str] = {}
        for number, template in enumerate(queries.templates()):
            name = f"kind_{number}"
            self.codes[name] = template.code
            self.fields[name] = KindField(
                label=template.shown,
                choices=[(FOLLOW, _("同上面的設定")), *ByMail.choices],
                initial=wishes.kinds.get(template.code, FOLLOW),
                help_text=_("急件") if template.urgent else "",
            )

    @property
    def kind_fields(self) -> list[Any]:
        """The fields by kind, for the page."""
        return [self[name] for name in self.codes]

    @property
    def general_fields(self) -> list[Any]:
        """The fields that hold for every kind."""
        return [self[name] for name in ("by_mail", "digest_at", "quiet_from", "quiet_to")]

    def wanted(self) -> dict[str, Any]:
        """What was chosen, as the action takes it."""
        data = self.cleaned_data
        digest_at: time = data["digest_at"]
        return {
            "by_mail": data["by_mail"], "digest_at": digest_at, "quiet_from": data["quiet_from"],
            "quiet_to": data["quiet_to"], "version": data["version"],
            "kinds": {code: data[name] for name, code in self.codes.items() if data[name] != FOLLOW},
        }  # fmt: skip


class WordsForm(forms.Form):
    """The words of a template in both languages."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    subject = forms.CharField(
        label=_("主旨"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"lang": "zh-Hant"})
    )
    body = forms.CharField(
        label=_("內文"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 5, "lang": "zh-Hant"})
    )
    subject_en = forms.CharField(
        label=_("英文主旨"),
        max_length=LONGEST_SUBJECT,
        required=False,
        widget=forms.TextInput(attrs={"lang": "en"}),
    )
    body_en = forms.CharField(
        label=_("英文內文"), max_length=LONGEST_BODY, required=False, widget=forms.Textarea(attrs={"rows": 5, "lang": "en"}),
        help_text=_("用英文介面的人收到這個；英文的主旨和內文都留白時收到中文。"),
    )  # fmt: skip
    person = forms.ChoiceField(
        label=_("用誰的名字預覽"), required=False, help_text=_("只影響預覽，不會通知任何人。")
    )
    reason = forms.CharField(
        label=_("修改的理由"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, actor: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        found = people.visible_to(actor).filter(is_active=True).order_by("display_name")[:200]
        choices = [(str(each.pk), each.display_name) for each in found]
        self.fields["person"].choices = [("", _("範例的人")), *choices]  # type: ignore[attr-defined]

    def words(self) -> dict[str, str]:
        """The words alone, as they were typed, whether or not the rest is filled in."""
        return {name: self.data.get(name, "") for name in ("subject", "body", "subject_en", "body_en")}


class ReasonForm(forms.Form):
    """Why something is done; may be left out."""

    reason = forms.CharField(
        label=_("理由"), max_length=LONGEST_REASON, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RestoreForm(forms.Form):
    """Going back to the words that ship."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    reason = forms.CharField(
        label=_("理由"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
