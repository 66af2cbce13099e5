"""A document written in every format of its kind: names, media types, bytes, and what made them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.kernel.publication.documents import data, odt, pdf, sheets, text
from shizheng.kernel.publication.documents.fonts import FontsMissing
from shizheng.kernel.publication.documents.model import Document

MEDIA_TYPES = {
    "odt": odt.MEDIA_TYPE,
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "ods": sheets.ODS_TYPE,
    "xlsx": sheets.XLSX_TYPE,
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "csvw": "application/csvm+json",
    "oc4ids": "application/json",
}
LABELS = {
    "odt": "ODT", "pdf": "PDF", "txt": "TXT", "ods": "ODS", "xlsx": "Excel", "json": "JSON", "csv": "CSV",
    "csvw": "CSVW", "oc4ids": "OC4IDS",
}  # fmt: skip
OWN = "shizheng"


@dataclass(frozen=True, slots=True)
class Written:
    """One file: its name, format, bytes, and the tool that made it."""

    name: str
    format: str
    data: bytes
    made_with: str

    @property
    def media_type(self) -> str:
        """Its media type."""
        return MEDIA_TYPES[self.format]


class CannotWrite(CannotDo):
    """A file of the publication could not be made; nothing was issued."""

    code = "cannot_write"


def files_of(
    document: Document, formats: tuple[str, ...], stem: str, about: Mapping[str, Any]
) -> list[Written]:
    """Every file of a document. CSV gives a file for each data set, and the metadata that describe them."""
    made: list[Written] = []
    for kind in formats:
        if kind == "csv":
            made += [Written(f"{each.name}.csv", "csv", data.to_csv(each), OWN) for each in document.datasets]
            if document.datasets:
                made.append(Written("csv-metadata.json", "csvw", data.csv_metadata(document), OWN))
        else:
            made.append(one(document, kind, stem, about))
    return made


def file_stem(title: str) -> str:
    """A title as the name of a file, without its ending: no character that some system refuses, at most 80."""
    return re.sub(r"\s+", "", re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", title)).strip(".-")[:80] or "document"


def one(document: Document, kind: str, stem: str, about: Mapping[str, Any]) -> Written:
    """The document in one format. Raises CannotWrite."""
    name = f"{stem}.{kind}"
    if kind == "pdf":
        return Written(name, kind, _pdf(document), pdf.made_with())
    if kind == "odt":
        return Written(name, kind, odt.to_odt(document), odt.made_with())
    if kind == "ods":
        return Written(name, kind, sheets.to_ods(document), sheets.made_with("ods"))
    if kind == "xlsx":
        return Written(name, kind, sheets.to_xlsx(document), sheets.made_with("xlsx"))
    if kind == "json":
        return Written(name, kind, data.to_json(document, about), OWN)
    return Written(name, kind, text.to_text(document).encode(), OWN)


def _pdf(document: Document) -> bytes:
    try:
        return pdf.to_pdf(document, Path(settings.DATA_DIR) / "fonts")
    except FontsMissing as failure:
        raise CannotWrite(
            _(
                "PDF 用的字型還沒有準備好，所以沒有產生檔案、沒有公布。請系統管理者執行 make assets 後再做一次。"
            )
        ) from failure
    except pdf.BrokeOff as failure:
        raise CannotWrite(
            _(
                "PDF 排到一半就停了：時間或記憶體不夠，或程序被結束；所以沒有產生檔案、沒有公布。請再做一次；還是這樣，請系統管理者查看主機還有多少記憶體。"
            )
        ) from failure
    except pdf.CannotSetPdf as failure:
        raise CannotWrite(
            _("PDF 排版失敗，所以沒有產生檔案、沒有公布：%(why)s。請把這段訊息交給系統管理者。")
            % {"why": failure}
        ) from failure
