"""What units and those who decide do about one commitment: tell, ask, decide, take back, end, take up again."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.commitments import actions, progress
from shizheng.domains.commitments.forms import (
    DecisionForm,
    ExtensionForm,
    ReasonForm,
    ReopenForm,
    TellForm,
    WithdrawForm,
)
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.pages.shared import back_to, crumbs
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.commitments.queries.parts import extension as extension_of
from shizheng.domains.commitments.queries.parts import owed_part
from shizheng.domains.commitments.rules.days import Cycle, owed_as_of
from shizheng.domains.commitments.rules.workflow import DECIDE, FILE, UnitState
from shizheng.web.changing import FORMS, asked, posted


def _act(
    request: HttpRequest,
    row: Commitment,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    words: tuple[str, str, str],
    **more: Any,
) -> HttpResponse:
    """The page of one act: title, label of its button, and what is said when it is done."""
    title, submit, said = words
    return asked(
        request,
        form,
        lambda: act(form.cleaned_data),
        title,
        submit,
        back_to(row.pk),
        said=said,
        crumbs=crumbs(row),
        template="commitments/act.html",
        row=row,
        **more,
    )


def _sent(request: HttpRequest) -> Any:
    return posted(request)


@requires(FILE)
@require_http_methods(FORMS)
def tell(request: HttpRequest, owed_id: int) -> HttpResponse:
    """填報辦理情形 of one unit."""
    user: Any = request.user
    owed = owed_part(user, owed_id)
    row = owed.commitment
    require(user, FILE, owed.unit_id)
    end = owed_as_of(Cycle(row.list.cycle), row.agreed_on, owed.told_on)
    today = clock.today()
    form = TellForm(
        _sent(request),
        request.FILES if request.method == "POST" else None,
        row=row,
        linked=bool(row.link_kind and progress.source(row.link_kind)),
        actor=user,
        initial={"on": end if end is not None and end < today else today},
    )
    return _act(
        request,
        row,
        form,
        lambda given: actions.tell(
            user,
            owed_id,
            text=given["text"],
            on=given["on"],
            progress=given.get("progress"),
            quantity=given.get("quantity"),
            evidence=[each.pk for each in given["evidence"]],
        ),
        (_("填報辦理情形"), _("送出"), _("已填報；送出的不能改，有變動再填一次。")),
        subtitle=str(owed.unit),
        multipart=True,
    )


@requires(FILE)
@require_http_methods(FORMS)
def ask_extension(request: HttpRequest, owed_id: int) -> HttpResponse:
    """申請展延."""
    user: Any = request.user
    owed = owed_part(user, owed_id)
    require(user, FILE, owed.unit_id)
    form = ExtensionForm(_sent(request), initial={"version": owed.commitment.version})
    return _act(
        request,
        owed.commitment,
        form,
        lambda given: actions.ask_extension(
            user, owed_id, until=given["until"], reason=given["reason"], version=given["version"]
        ),
        (_("申請展延"), _("送出申請"), _("已送出展延申請，等候決定；期限在同意後才改。")),
        subtitle=str(owed.unit),
    )


@requires(DECIDE)
@require_http_methods(FORMS)
def decide_extension(request: HttpRequest, extension_id: int) -> HttpResponse:
    """決定展延."""
    user: Any = request.user
    found = extension_of(user, extension_id)
    row = found.owed.commitment
    form = DecisionForm(
        _sent(request), yes=_("同意展延"), no=_("不同意展延"), initial={"version": row.version}
    )
    return _act(
        request,
        row,
        form,
        lambda given: actions.decide_extension(
            user,
            extension_id,
            approve=given["answer"] == "yes",
            reason=given["reason"],
            version=given["version"],
        ),
        (_("決定展延"), _("決定"), _("已決定，理由記在經過裡。")),
        subtitle=str(found.owed.unit),
        extension=found,
    )


@requires(FILE)
@require_http_methods(FORMS)
def take_back_extension(request: HttpRequest, extension_id: int) -> HttpResponse:
    """撤回展延申請."""
    user: Any = request.user
    found = extension_of(user, extension_id)
    require(user, FILE, found.owed.unit_id)
    return _act(
        request,
        found.owed.commitment,
        ReasonForm(_sent(request)),
        lambda given: actions.take_back_extension(user, extension_id, reason=given["reason"]),
        (_("撤回展延申請"), _("撤回"), _("已撤回。")),
        extension=found,
    )


@requires(FILE)
@require_http_methods(FORMS)
def ask_release(request: HttpRequest, owed_id: int) -> HttpResponse:
    """申請解列."""
    user: Any = request.user
    owed = owed_part(user, owed_id)
    require(user, FILE, owed.unit_id)
    return _act(
        request,
        owed.commitment,
        ReasonForm(_sent(request), initial={"version": owed.commitment.version}),
        lambda given: actions.ask_release(user, owed_id, reason=given["reason"], version=given["version"]),
        (_("申請解列"), _("送出申請"), _("已送出解列申請，等候審查。")),
        subtitle=str(owed.unit),
    )


@requires(DECIDE)
@require_http_methods(FORMS)
def decide_release(request: HttpRequest, owed_id: int) -> HttpResponse:
    """決定解列: accept, or send back with the reason."""
    user: Any = request.user
    owed = owed_part(user, owed_id)
    form = DecisionForm(
        _sent(request), yes=_("同意"), no=_("退回"), initial={"version": owed.commitment.version}
    )
    return _act(
        request,
        owed.commitment,
        form,
        lambda given: actions.decide_release(
            user, owed_id, accept=given["answer"] == "yes", reason=given["reason"], version=given["version"]
        ),
        (_("決定解列"), _("決定"), _("已決定，理由記在經過裡。")),
        subtitle=str(owed.unit),
        asked=owed,
    )


@requires(FILE)
@require_http_methods(FORMS)
def take_back_release(request: HttpRequest, owed_id: int) -> HttpResponse:
    """撤回解列申請."""
    user: Any = request.user
    owed = owed_part(user, owed_id)
    require(user, FILE, owed.unit_id)
    return _act(
        request,
        owed.commitment,
        ReasonForm(_sent(request), initial={"version": owed.commitment.version}),
        lambda given: actions.take_back_release(
            user, owed_id, reason=given["reason"], version=given["version"]
        ),
        (_("撤回解列申請"), _("撤回"), _("已撤回。")),
        subtitle=str(owed.unit),
    )


@requires(DECIDE)
@require_http_methods(FORMS)
def withdraw(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """撤銷列管, on a ground."""
    user: Any = request.user
    row = queries.commitment(user, commitment_id)
    return _act(
        request,
        row,
        WithdrawForm(_sent(request), initial={"version": row.version}),
        lambda given: actions.withdraw_commitment(
            user, commitment_id, version=given["version"], ground=given["ground"], reason=given["reason"]
        ),
        (_("撤銷列管"), _("撤銷列管"), _("已撤銷列管；填過的都留著。")),
    )


@requires(DECIDE)
@require_http_methods(FORMS)
def restore(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """恢復列管."""
    user: Any = request.user
    row = queries.commitment(user, commitment_id)
    return _act(
        request,
        row,
        ReasonForm(_sent(request), initial={"version": row.version}),
        lambda given: actions.restore_commitment(
            user, commitment_id, version=given["version"], reason=given["reason"]
        ),
        (_("恢復列管"), _("恢復列管"), _("已恢復列管。")),
    )


@requires(DECIDE)
@require_http_methods(FORMS)
def reopen(request: HttpRequest, commitment_id: int) -> HttpResponse:
    """重新列管 of the released units that are chosen; `?unit=` chooses one beforehand."""
    user: Any = request.user
    row = queries.commitment(user, commitment_id)
    released = [each for each in row.units.all() if each.state == UnitState.RELEASED.value]
    chosen = [each.pk for each in released if len(released) == 1 or str(each.pk) == request.GET.get("unit")]
    return _act(
        request,
        row,
        ReopenForm(_sent(request), initial={"version": row.version, "units": chosen}, released=released),
        lambda given: actions.reopen_commitment(
            user, commitment_id, version=given["version"], reason=given["reason"], owed_ids=given["units"]
        ),
        (_("重新列管"), _("重新列管"), _("已重新列管，選的單位要再填報。")),
    )
