"""All files, for administrators: what there is, how large, of what; not what is in them."""

from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shizheng.kernel.files import access, queries
from shizheng.kernel.files.models import KIND_CHOICES, StoredFile
from shizheng.web.columns import MomentColumn, NumberColumn
from shizheng.web.lists import ListPage
from shizheng.web.templatetags.ui import state


class FileTable(tables.Table):
    """Name, kind, size, what it belongs to. A sealed name is not shown here."""

    name = tables.Column(verbose_name=_("檔名"))
    kind = tables.Column(verbose_name=_("檔案類型"))
    size = NumberColumn(verbose_name=_("大小"))
    subject_label = tables.Column(verbose_name=_("所屬"))
    unit = tables.Column(verbose_name=_("機關"), accessor="unit__name")
    kept_by = tables.Column(verbose_name=_("上傳者"), accessor="kept_by__display_name")
    recorded_at = MomentColumn(verbose_name=_("登錄時間"))
    sealed = tables.Column(verbose_name=_("彌封"), accessor="is_sealed", order_by="is_sealed")
    sha256 = tables.Column(verbose_name=_("雜湊"))

    def render_name(self, record: Any) -> SafeString | str:
        address = reverse("files:file", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, self.value_name(record))

    def value_name(self, record: Any) -> str:
        """The name, unless it is sealed."""
        return _now("（彌封）") if record.is_sealed else record.name

    def render_kind(self, record: Any) -> str:
        return str(record.kind_text)

    def render_size(self, record: Any) -> str:
        return str(record.size_text)

    def value_size(self, record: Any) -> int:
        return int(record.size)

    def render_subject_label(self, record: Any) -> str:
        return f"{access.name_of(record.subject_label)} {record.subject_pk}"

    def render_sealed(self, record: Any) -> Any:
        return state("warn", _now("彌封"), icon="lock") if record.is_sealed else ""

    def value_sealed(self, record: Any) -> str:
        return _now("彌封") if record.is_sealed else ""

    def render_sha256(self, record: Any) -> str:
        return str(record.sha256[:12])

    def value_sha256(self, record: Any) -> str:
        return str(record.sha256)


class FileFilter(django_filters.FilterSet):
    """By kind, and whether sealed."""

    kind = django_filters.ChoiceFilter(label=_("檔案類型"), choices=KIND_CHOICES)
    is_sealed = django_filters.BooleanFilter(label=_("彌封"))

    class Meta:
        model = StoredFile
        fields = ("kind",)


class FileList(ListPage):
    permission = "files.list"
    title = _("附件")
    subtitle = _("清單只列出有哪些檔案；內容要能看所屬的頁面才能開。")
    table_class = FileTable
    filterset_class = FileFilter
    hidden_columns: ClassVar = ("sha256",)
    empty_title = _("還沒有附件")
    empty_text = _("填報或其他頁面上傳檔案後，會列在這裡。")
    search_fields = ("name", "unit__name", "sha256")

    def get_queryset(self) -> QuerySet[StoredFile]:
        """All files, the newest first."""
        return queries.all_files(self.request.user)  # type: ignore[arg-type]

    def search(self, rows: Any, words: str) -> Any:
        """By name (not of sealed ones), agency or hash."""
        for word in words.split()[:10]:
            rows = rows.filter(
                Q(name__icontains=word, is_sealed=False)
                | Q(unit__name__icontains=word)
                | Q(sha256__startswith=word.lower())
            )
        return rows
