"""The papers of a meeting as files: in Chinese, as what is handed out is, or in English for who asks for that."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import override

from shizheng.kernel.publication import writing
from shizheng.kernel.publication.documents.model import Document
from shizheng.web.serving import file_answer
from shizheng.web.speech import for_the_record

FORMATS = ("pdf", "odt")


def paper_answer(
    make: Callable[[], Document], format: str, unit: str = "", *, english: bool = False
) -> HttpResponse:
    """The document in one of FORMATS, called by its title (and the `unit` that it is for); a PDF is shown, the rest saved."""
    with override("en") if english else for_the_record():
        document = make()
        stem = writing.file_stem(f"{document.title}-{unit}" if unit else document.title)
        made = writing.one(document, format, stem, {})
    return file_answer(made.data, made.media_type, made.name, attached=format != "pdf")
