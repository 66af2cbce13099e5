"""English stands beside Chinese: every sentence that the sources mark for translation has its English."""

import ast
import re
from functools import cache
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tools.catalogues import CATALOGUE, KEYWORDS, LOCALE

PROJECT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NAMED = re.compile(r"%\((\w+)\)s")
METHODS = [("**.py", "python"), ("**/templates/**.html", "tools.catalogues:extract_template")]


@cache
def extracted() -> frozenset[str | tuple[str, ...]]:
    keywords = DEFAULT_KEYWORDS | dict.fromkeys(KEYWORDS)
    found = extract_from_dir(str(PROJECT / "shizheng"), METHODS, keywords=keywords)
    return frozenset(message for _file, _line, message, *_more in found)


def marked() -> set[str]:
    return {message if isinstance(message, str) else message[0] for message in extracted()}


def english() -> dict[str, str | tuple[str, ...]]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in catalogue if m.id}


def test_a_sentence_that_is_asked_for_by_number_has_its_english_by_number() -> None:
    known = english()
    asked = {message[0] for message in extracted() if not isinstance(message, str)}
    assert asked, "nothing is counted in words"
    wrong = sorted(text for text in asked if isinstance(known.get(text), str))
    assert wrong == [], "the same sentence is marked once with and once without its plural: one stays Chinese"


def test_every_marked_sentence_has_its_english() -> None:
    known = english()
    missing = sorted(text for text in marked() if text and not any(known.get(text, "")))
    assert missing == [], f"{len(missing)} without English: make messages, then write them in {LOCALE}"


def test_translations_keep_the_placeholders() -> None:
    wrong = []
    for chinese, translated in english().items():
        forms = (translated,) if isinstance(translated, str) else translated
        for form in forms:
            if form and not set(PLACEHOLDER.findall(form)) <= set(PLACEHOLDER.findall(chinese)):
                wrong.append((chinese, form))
    assert wrong == []


def test_a_period_stands_apart_from_the_character_before_it() -> None:
    """Its words begin with a number (114 年 6 月): 公布 114 年 6 月成果."""
    joined = re.compile(r"[\u4e00-\u9fff](?:%\(period\)s|\{period\})")
    assert sorted(text for text in marked() if joined.search(text)) == []


def test_words_of_pure_code_name_exactly_the_values_that_they_are_given() -> None:
    wrong = []
    for path in (PROJECT / "shizheng").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tell", "written")):
                continue
            text = node.args[0]
            if isinstance(text, ast.Constant) and {k.arg for k in node.keywords} != set(
                NAMED.findall(text.value)
            ):
                wrong.append(f"{path.relative_to(PROJECT)}:{node.lineno}")
    assert wrong == []


def test_no_library_takes_the_names_of_the_filters_that_every_template_has() -> None:
    from importlib import import_module

    from django.template import engines

    engine = engines["django"].engine
    everywhere = {name for library in engine.template_builtins for name in library.filters}
    ours = {key: path for key, path in engine.libraries.items() if path.startswith("shizheng.")}
    taken = {
        key: everywhere & set(import_module(path).register.filters)
        for key, path in ours.items()
        if path not in engine.builtins
    }
    assert "said" in everywhere and ours
    assert {key: names for key, names in taken.items() if names} == {}
