"""Open data: JSON, CSV, and metadata that describe every column of the CSV files (W3C "CSV on the Web", csv-metadata.json)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shizheng.kernel.publication.documents.model import Dataset, Document, Field
from shizheng.web.exports import guarded

CSVW = "http://www.w3.org/ns/csvw"
_TYPES = {
    "string": "文字", "integer": "整數", "decimal": "小數", "boolean": "是否", "date": "日期（西元 YYYY-MM-DD）",
    "datetime": "時間", "anyURI": "網址",
}  # fmt: skip


def shown_type(datatype: str) -> str:
    """A data type in words."""
    return _TYPES[datatype]


def to_json(document: Document, about: Mapping[str, Any]) -> bytes:
    """Everything in the document as JSON: `about` (what it is and how it was made), data, and its columns described."""
    whole = {
        **about,
        "data": document.data,
        "datasets": {
            each.name: {
                "title": each.title,
                "description": each.description,
                "key": list(each.key),
                "columns": [_column(field) for field in each.fields],
                "rows": [dict(zip((f.name for f in each.fields), row, strict=True)) for row in each.rows],
            }
            for each in document.datasets
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_plain).encode() + b"\n"


def to_csv(dataset: Dataset) -> bytes:
    """A data set as CSV (RFC 4180, UTF-8 with byte order mark): headings in Chinese, as the metadata name them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.title for field in dataset.fields])
    for row in dataset.rows:
        writer.writerow(["" if cell is None else guarded(_plain_or_text(cell)) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def csv_metadata(document: Document) -> bytes:
    """The CSVW metadata of all CSV files of a document; stands beside them as csv-metadata.json."""
    return json.dumps(
        {
            "@context": [CSVW, {"@language": document.language}],
            "dc:title": document.title,
            "dc:publisher": document.author,
            "dc:identifier": document.code,
            **({"dc:license": document.licence} if document.licence else {}),
            "dc:issued": document.issued_at.isoformat() if document.issued_at else None,
            "tables": [
                {
                    "url": f"{each.name}.csv",
                    "dc:title": each.title,
                    "dc:description": each.description,
                    "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
                    "tableSchema": {
                        "columns": [_csvw_column(field) for field in each.fields],
                        "primaryKey": list(each.key),
                    },
                }
                for each in document.datasets
            ],
        },
        ensure_ascii=False,
        indent=1,
    ).encode()


def _csvw_column(field: Field) -> dict[str, Any]:
    described = field.description + (f"（單位：{field.unit}）" if field.unit else "")
    column: dict[str, Any] = {
        "name": field.name,
        "titles": {"zh-TW": field.title, "en": field.title_en},
        "dc:description": described,
        "datatype": field.datatype,
    }
    if field.missing:
        column["null"] = [""]
        column["dc:description"] = f"{described} 空白：{field.missing}。"
    else:
        column["required"] = field.datatype != "string"
    return column


def _column(field: Field) -> dict[str, str]:
    return {
        "name": field.name, "title": field.title, "title_en": field.title_en, "description": field.description,
        "datatype": field.datatype, "unit": field.unit, "missing": field.missing,
    }  # fmt: skip


def _plain_or_text(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell if isinstance(cell, int | str) else _plain(cell)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
