"""The words of an HTML mail as plain text. Nothing of it is ever shown as HTML, so nothing in it can run, load or hide a frame."""

import re
from html.parser import HTMLParser

from shizheng.citizens.rules.charsets import cleaned

LONGEST = 1_000_000
"""Characters of HTML that are read."""
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math", "object", "iframe", "textarea", "select"})  # fmt: skip
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol", "hr", "section", "article", "dt", "dd"}
)  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"})  # fmt: skip


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent: list[str] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT and tag not in _VOID:
            self.silent.append(tag)
        elif tag in _BLOCKS:
            self.found.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.found.append(" ")
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.found)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.silent:
            del self.silent[self.silent.index(tag) :]
        elif tag in _BLOCKS:
            self.found.append("\n")
        elif tag == "a" and self.links:
            address, since = self.links.pop()
            shown = "".join(self.found[since:]).strip()
            if re.match(r"https?://", address, re.I) and address not in (shown, shown + "/"):
                self.found.append(f"（{address[:300]}）")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(re.sub(r"\s+", " ", data))


def text_of(html: str) -> str:
    """The words in their order, a line for each block; where a link leads stands behind it."""
    reader = _Words()
    reader.feed(html[:LONGEST])
    reader.close()
    lines = [" ".join(line.split()) for line in cleaned("".join(reader.found)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
