"""Photographs of tenders: the list of all, several added at once, one with what is said of it, taken away."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.photos import AddPhotosForm, EditPhotoForm, shown
from shizheng.domains.projects.forms.tenders import ReasonForm
from shizheng.domains.projects.models import ProjectPhoto
from shizheng.domains.projects.pages.project import photo_pin
from shizheng.domains.projects.pages.shared import FORMS, asked, changed, form_page, posted
from shizheng.domains.projects.publications import standing
from shizheng.domains.projects.queries import photos as queries
from shizheng.domains.projects.queries import projects, visits
from shizheng.domains.projects.templatetags.projects import month_label
from shizheng.kernel.files import actions as files
from shizheng.kernel.history import queries as history
from shizheng.kernel.organisations.filters import UnitFilter
from shizheng.web.columns import CodeColumn, MomentColumn, UnitColumn
from shizheng.web.lists import Chip, ListPage
from shizheng.web.maps import map_spec


class PhotoFilter(django_filters.FilterSet):
    """By agency, month, whether they may be public, whether they have a place."""

    agency = UnitFilter(label=gettext_lazy("主辦機關"), field_name="project__agency_id")
    period = django_filters.ChoiceFilter(label=gettext_lazy("月份"))
    public = django_filters.BooleanFilter(label=gettext_lazy("可以公開"))

    class Meta:
        model = ProjectPhoto
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        periods = ProjectPhoto.objects.order_by("-period").values_list("period", flat=True).distinct()
        self.filters["period"].extra["choices"] = [(each, month_label(each)) for each in periods]


class PhotoTable(tables.Table):
    """One row a photograph."""

    caption = tables.Column(verbose_name=gettext_lazy("相片"), empty_values=())
    project = tables.Column(
        verbose_name=gettext_lazy("標案"),
        order_by=("project__number",),
        linkify=("projects:project", [tables.A("project__pk")]),
    )
    agency = UnitColumn(
        verbose_name=gettext_lazy("主辦機關"),
        accessor="project__agency",
        order_by=("project__agency__order",),
    )
    period = CodeColumn(verbose_name=gettext_lazy("月份"))
    taken_at = MomentColumn(verbose_name=gettext_lazy("拍攝時間"))
    public = tables.Column(verbose_name=gettext_lazy("可以公開"))
    added_by = tables.Column(verbose_name=gettext_lazy("上傳者"), accessor="added_by__display_name")
    added_at = MomentColumn(verbose_name=gettext_lazy("上傳時間"))
    longitude = CodeColumn(verbose_name=gettext_lazy("經度"))
    latitude = CodeColumn(verbose_name=gettext_lazy("緯度"))

    def render_caption(self, record: ProjectPhoto) -> Any:
        return format_html(
            '<a class="photo-row" href="{}"><img src="{}" alt="" width="72" height="54" loading="lazy"><span>{}</span></a>',
            reverse("projects:photo", args=[record.pk]),
            reverse("files:download", args=[record.small_id]),
            record.caption or record.file.name,
        )

    def value_caption(self, record: ProjectPhoto) -> str:
        return record.caption or record.file.name

    def render_period(self, value: str) -> str:
        return month_label(value)

    def render_public(self, value: bool) -> str:
        return _("可以公開") if value else _("府內")


class PhotoList(ListPage):
    """標案相片."""

    permission = "projects.view"
    title = gettext_lazy("標案相片")
    table_class = PhotoTable
    filterset_class = PhotoFilter
    search_fields: ClassVar[Sequence[str]] = ("caption", "project__name", "project__number", "file__name")
    search_hint = gettext_lazy("找說明、標案、編號")
    hidden_columns = ("added_at", "longitude", "latitude")
    default_sort = ("-taken_at",)
    export_name = "tender-photographs"
    empty_title = gettext_lazy("還沒有相片")
    empty_text = gettext_lazy("從標案的頁面上傳，或在工地用手機的「現場」頁面拍。")

    def get_queryset(self) -> Any:
        return queries.photos_visible_to(self.request.user)  # type: ignore[arg-type]

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("標案"), reverse("projects:list"))]

    def get_chips(self) -> Iterable[Chip]:
        rows = queries.photos_visible_to(self.request.user).order_by()  # type: ignore[arg-type]
        yield Chip(_("全部"), {}, rows.count())
        yield Chip(_("可以公開"), {"public": "true"}, rows.filter(public=True).count())


@requires("projects.edit")
@require_http_methods(FORMS)
def add(request: HttpRequest, project_id: int) -> HttpResponse:
    """上傳相片, several at a time: those that pass are kept, the others say why."""
    user: Any = request.user
    found = projects.project(user, project_id)
    require(user, "projects.edit", projects.unit_in_charge(found))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AddPhotosForm(
        *sent,
        checkpoints=queries.checkpoints_of(project_id),
        visits=visits.of_project(project_id),
        initial={"visit_id": request.GET.get("visit", "")},
    )
    form.fields["photos"].actor = user  # type: ignore[attr-defined]
    title = _("上傳相片：%(name)s") % {"name": found.name}
    return asked(
        request,
        form,
        lambda: _added(user, project_id, form),
        title,
        _("上傳"),
        reverse("projects:project", args=[project_id]),
        said=lambda done: ngettext("已存 %(n)s 張相片。", "已存 %(n)s 張相片。", done) % {"n": done},
        then=reverse("projects:project", args=[project_id]) + "#photos",
        subtitle=found.number,
        multipart=True,
    )


def _added(user: Any, project_id: int, form: Any) -> int:
    """Each by itself, so that one that is refused does not hold up the others."""
    refused: list[str] = []
    done = 0
    for held in form.cleaned_data["photos"]:
        there = files.held_bytes(user, held.pk)
        if there is None:
            continue
        name, data = there
        try:
            actions.add_photo(user, project_id, data, name=name, values=form.values())
        except CannotDo as failure:
            refused.append(failure.message)
        else:
            files.let_go(user, [held.pk])
            done += 1
    if refused:
        raise CannotDo("\n".join(refused))
    return done


@requires("projects.view")
@require_safe
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """One photograph, with what is said of it and who changed what."""
    user: Any = request.user
    row = queries.photo(user, photo_id)
    may = user.may("projects.edit", projects.unit_in_charge(row.project)) and not row.removed
    return render(
        request,
        "projects/photo.html",
        {
            "photo": row,
            "project": row.project,
            "checkpoint": queries.checkpoints_of(row.project_id).get(row.checkpoint, row.checkpoint),
            "may_edit": may,
            "published": row.public and standing.has(row.project.number),
            "entries": history.entries_of(row)[:60],
            "map": _map(row),
        },
    )


def _map(row: ProjectPhoto) -> dict[str, Any] | None:
    if row.longitude is None or row.latitude is None:
        return None
    return map_spec(_("拍攝地點"), [photo_pin(row)])


@requires("projects.edit")
@require_http_methods(FORMS)
def edit(request: HttpRequest, photo_id: int) -> HttpResponse:
    """修改相片的說明, month, checkpoint, place; two who change it at once see both texts."""
    user: Any = request.user
    row = queries.photo(user, photo_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))
    form, done, other = changed(
        request,
        partial(
            EditPhotoForm,
            checkpoints=queries.checkpoints_of(row.project_id),
            visits=visits.of_project(row.project_id),
            month=row.period,
        ),
        lambda: shown(queries.photo(user, photo_id)),
        lambda form: actions.edit_photo(
            user, photo_id, version=form.cleaned_data["version"], changes=form.values()
        ),
    )
    if done is not None:
        messages.success(request, _("已存。"))
        return redirect("projects:photo", photo_id)
    picks = (form["longitude"].id_for_label, form["latitude"].id_for_label)
    there = [photo_pin(row)] if row.longitude is not None else []
    spec = {
        **map_spec(_("在地圖上點出拍攝地點"), there, picks=picks),
        "note": _("點地圖，經緯度就填進表單；也可以直接打字"),
    }
    more = {
        "template": "projects/project_form.html",
        "map": spec,
        "subtitle": str(row.project),
        "other": other,
    }
    return form_page(
        request, form, _("修改相片的說明"), _("儲存"), reverse("projects:photo", args=[photo_id]), **more
    )


@requires("projects.edit")
@require_http_methods(FORMS)
def remove(request: HttpRequest, photo_id: int) -> HttpResponse:
    """刪除相片, with a reason; the history keeps it."""
    user: Any = request.user
    row = queries.photo(user, photo_id)
    require(user, "projects.edit", projects.unit_in_charge(row.project))
    form = ReasonForm(posted(request), initial={"version": row.version})
    back = reverse("projects:photo", args=[photo_id])
    return asked(
        request,
        form,
        lambda: actions.remove_photo(
            user, photo_id, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]
        ),
        _("刪除相片"),
        _("刪除"),
        back,
        said=_("已刪除相片；理由記在經過裡。"),
        then=reverse("projects:project", args=[row.project_id]) + "#photos",
        subtitle=row.caption or row.file.name,
    )
