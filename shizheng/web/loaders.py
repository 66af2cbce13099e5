"""Templates as they are written, with every variable said in the reader's language (`web.marking`).

In text `{{ name }}` becomes `{{ name|said }}`; in an attribute, a title or an option, where no markup may stand,
`{{ name|told }}`. So no template has to think of it, and none can forget it (ADR 0016).

Each language has its own compiled templates: a reader of Chinese pays nothing for what only others need, and the words of
`{% translate %}` stand in them as text.
"""

import re
from typing import Any

from django.template.loaders import app_directories, cached, filesystem
from django.utils.text import unescape_string_literal
from django.utils.translation import get_language, gettext, pgettext

from shizheng.common.words import language

_TOKEN = re.compile(r"({%.*?%}|{{.*?}}|{#.*?#})", re.DOTALL)
_OPENING = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_ASSIGNED = re.compile(r"(\w+)=((?:\"[^\"]*\"|'[^']*'|[^\s\"'])+)")
_TRANSLATED = re.compile(
    r"""{%\s*translate\s+("[^"\\\n]*"|'[^'\\\n]*')(?:\s+context\s+("[^"\\\n]*"|'[^'\\\n]*'))?\s*%}"""
)
"""A text that stands in the template itself, with nothing done to it."""
_MARKS = ("{{", "{%", "{#")
_SHOWN = re.compile(r"{{\s*(\w+)\s*}}")
WITHOUT_MARKUP = frozenset({"title", "option"})
NOT_OURS = frozenset({"script", "style", "textarea"})
"""Programs, and what somebody is typing."""
SPOKEN = frozenset({"title", "aria-label", "aria-description", "alt", "placeholder", "data-label"})
"""Attributes that a reader is shown or told; any other is for the browser and stays as it is."""
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*$")
VERBATIM = frozenset({"comment", "verbatim"})


class _Place:
    """Where in a page a template is just now: between tags, inside of one, or in an element that takes no markup."""

    def __init__(self) -> None:
        self.tag = self.quote = self.attribute = self.element = ""
        self.closing = False

    def go_on(self, html: str) -> None:
        """Read on to the next variable or tag of the template."""
        at = 0
        while at < len(html):
            if not self.tag:
                found = _OPENING.search(html, at)
                if found is None:
                    return
                self.closing, self.tag, at = bool(found[1]), found[2].lower(), found.end()
            elif self.quote:
                end = html.find(self.quote, at)
                if end < 0:
                    return
                self.quote, at = "", end + 1
            else:
                sign = next((i for i in range(at, len(html)) if html[i] in "\"'>"), -1)
                if sign < 0:
                    return
                if html[sign] == ">":
                    self._end_of_tag()
                else:
                    self.quote = html[sign]
                    named = _ATTRIBUTE.search(html, 0, sign)
                    self.attribute = named[1].lower() if named else ""
                at = sign + 1

    def _end_of_tag(self) -> None:
        if self.closing and self.tag == self.element:
            self.element = ""
        elif not self.closing and self.tag in WITHOUT_MARKUP | NOT_OURS:
            self.element = self.tag
        self.tag = ""

    @property
    def filter(self) -> str:
        """The filter for a variable that stands here; none where no reader looks."""
        if self.element in NOT_OURS or (self.tag and not (self.quote and self.attribute in SPOKEN)):
            return ""
        return "told" if self.tag or self.element else "said"


def spoken(source: str) -> str:
    """The template's source with the filters added."""
    place, out, parts = _Place(), [], _TOKEN.split(source)
    blocks: list[str] = []
    skipping = ""
    for index, part in enumerate(parts):
        if part.startswith("{%"):
            words = part[2:-2].split()
            name = words[0] if words else ""
            if skipping:
                skipping = "" if name == f"end{skipping}" else skipping
            elif name in VERBATIM:
                skipping = name
            elif name == "block":
                blocks.append(words[1])
            elif name == "endblock" and blocks:
                blocks.pop()
            elif name in ("blocktranslate", "blocktrans"):
                skipping = name
                part = _block(
                    part, "".join(parts[index + 1 :]).split(f"{{% end{name}")[0], _at(place, blocks)
                )
            out.append(part)
        elif skipping or part.startswith("{#"):
            out.append(part)
        elif part.startswith("{{"):
            out.append(_variable(part, _at(place, blocks)))
        else:
            place.go_on(part)
            out.append(part)
    return "".join(out)


def _at(place: _Place, blocks: list[str]) -> str:
    return "told" if "title" in blocks and place.filter == "said" else place.filter


def _variable(token: str, name: str) -> str:
    inside = token[2:-2].strip()
    if not name or inside.startswith(("block.super", "csrf_token")):
        return token
    return f"{{{{ {inside}|{name} }}}}"


def _block(token: str, body: str, name: str) -> str:
    """`{% blocktranslate %}` with the filter on each of its values, except the number that it counts."""
    inside = token[2:-2].strip()
    if not name:
        return token
    name = "told" if " asvar " in f"{inside} " else name
    counted = inside.split(" count ")[1].split()[0] if " count " in inside else ""
    head, _, tail = inside.partition(" ")

    def one(found: re.Match[str]) -> str:
        return found[0] if found[0] == counted else f"{found[1]}={found[2]}|{name}"

    tail = _ASSIGNED.sub(one, tail)
    given = {found[1] for found in _ASSIGNED.finditer(tail)}
    more = [f"{each}={each}|{name}" for each in dict.fromkeys(_SHOWN.findall(body)) if each not in given]
    if more and re.search(r"\bwith\b", tail):
        tail = re.sub(r"\bwith\b", f"with {' '.join(more)}", tail, count=1)
    elif more:
        tail = _with(tail, " ".join(more))
    return f"{{% {' '.join((head, tail)).strip()} %}}"


def _with(tail: str, values: str) -> str:
    """Options such as `trimmed` and `asvar` may stand anywhere; values come first."""
    return f"with {values} {tail}".strip()


def translated(source: str) -> str:
    """The template's source with its own words in the language that is active now."""
    return source if "{% verbatim" in source else _TRANSLATED.sub(_in_words, source)


def _in_words(found: re.Match[str]) -> str:
    """What `{% translate %}` shows: it looks words up with their % doubled."""
    text, context = (each and unescape_string_literal(each) for each in found.groups())
    text = text.replace("%", "%%")
    said = (pgettext(context, text) if context else gettext(text)).replace("%%", "%")
    return found[0] if any(mark in said for mark in _MARKS) else said


class Speaking:
    """Mixed into a loader."""

    def get_contents(self, origin: Any) -> str:
        source: str = super().get_contents(origin)  # type: ignore[misc]
        return translated(source if language().startswith("zh") else spoken(source))


class Folders(Speaking, filesystem.Loader):
    """The folders of the settings."""


class Apps(Speaking, app_directories.Loader):
    """The folders of the apps."""


class ByLanguage(cached.Loader):
    """Compiled templates are kept, those of each language by themselves."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{super().cache_key(template_name, skip)} {language()} {get_language()}"
