"""Open data of tenders in OC4IDS: the whole edition as a file of it, and one tender out of the edition that stands."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.domains.projects.publications.standing import told
from shizheng.domains.projects.rules.oc4ids import package, project_of
from shizheng.kernel.publication import queries
from shizheng.kernel.publication.documents.model import Document

KIND, FILE = "projects.open", "oc4ids.json"


def write(document: Document) -> bytes:
    """Every tender of an edition as a package; its address is that of the file as issued."""
    uri = settings.BASE_URL + reverse("published:file", args=[document.code, FILE])
    assert document.issued_at is not None
    return _packed(document.data, document.data["tenders"], uri, document.issued_at.isoformat())


def standing() -> str:
    """The code of the newest edition that stands. Raises NotFound before the first one."""
    found = queries.standing().filter(kind=KIND).order_by("-period", "-edition").first()
    if found is None:
        raise NotFound(_("還沒有公布過標案開放資料。"))
    return str(found.code)


def address() -> str:
    """Where the file with every tender of the edition that stands is. Raises NotFound."""
    return reverse("published:file", args=[standing(), FILE])


def one(number: str, address: str) -> bytes:
    """A package of one tender of the edition that stands; `address` is where it was asked for. Raises NotFound."""
    found = told(standing(), number)
    uri = settings.BASE_URL + address
    return _packed(found.about, [found.tender], uri, found.issued_at.isoformat())


def _packed(facts: Mapping[str, Any], tenders: list[Mapping[str, Any]], uri: str, published: str) -> bytes:
    until = date.fromisoformat(facts["until"])
    made = package(
        [project_of(each, until) for each in tenders],
        uri=uri, published=published, publisher=facts["city"], licence=facts["licence"]["url"],
    )  # fmt: skip
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()
