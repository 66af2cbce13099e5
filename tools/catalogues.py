"""The English catalogue: `python -m tools.catalogues` compiles it; `--extract` brings it up to date with the sources.

Babel does both, since a fresh machine has no gettext.
"""

import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[1] / "shizheng" / "locale"
KEYWORDS = ("_", "gettext_lazy", "translate", "tell", "written", "N_")
"""Functions whose first argument is for the catalogue; the last three are of `common.words`."""
CATALOGUE = LOCALE / "en" / "LC_MESSAGES" / "django.po"


def compile_catalogue() -> int:
    """Write the .mo; returns how many messages have no English yet."""
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="en")
    with CATALOGUE.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)
    missing = [message for message in catalogue if message.id and not message.string]
    print(f"  英文翻譯：{len(catalogue)} 句，未譯 {len(missing)} 句")
    return len(missing)


def extract_template(file: IO[bytes], keywords: Any, tags: Any, options: Mapping[str, Any]) -> Iterator[Any]:
    """Babel's extractor for Django templates: Django itself turns a template into Python-like source."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    source = templatize(file.read().decode("utf-8"))
    yield from extract_python(BytesIO(source.encode("utf-8")), keywords, tags, options)


def extract() -> None:
    """Collect the messages of the sources and merge them into the catalogue."""
    template = LOCALE / "messages.pot"
    mapping = LOCALE / "babel.cfg"
    run = CommandLineInterface().run
    keywords = [part for keyword in KEYWORDS for part in ("-k", keyword)] + ["-k", "pgettext_lazy:1c,2"]
    run(["pybabel", "-q", "extract", "-F", str(mapping), *keywords,
         "--no-location", "--omit-header", "-o", str(template), "shizheng"])  # fmt: skip
    run(["pybabel", "-q", "update", "-i", str(template), "-o", str(CATALOGUE), "-l", "en", "--no-fuzzy-matching",
         "--ignore-obsolete"])  # fmt: skip
    template.unlink()


if __name__ == "__main__":
    if "--extract" in sys.argv:
        extract()
    compile_catalogue()
