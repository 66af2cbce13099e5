"""What a reader of English sees on a page: its text without what is marked as Chinese."""

from html.parser import HTMLParser

from shizheng.common.words import CJK

EMPTY = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
UNSEEN = frozenset({"script", "style", "template"})
SPOKEN = ("title", "aria-label", "alt", "placeholder")
"""Attributes that a reader is shown or told."""


class Reader(HTMLParser):
    """Collects Chinese in a page that is not marked with `lang="zh-Hant"`, and the addresses that the page leads to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.links: list[str] = []
        self.language = ""

    @property
    def _silent(self) -> bool:
        return bool(self.stack) and self.stack[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        language = given.get("lang", "")
        silent = language.startswith("zh") or tag in UNSEEN or (self._silent and not language)
        if not silent:
            self.found += [f"{name}={given[name]}" for name in SPOKEN if CJK.search(given.get(name, ""))]
        if (
            tag == "input"
            and given.get("type") in ("submit", "button")
            and CJK.search(given.get("value", ""))
        ):
            self.found.append(given["value"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag not in EMPTY:
            self.stack.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            if self.stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._silent and CJK.search(data):
            self.found.append(" ".join(data.split()))


def read(page: str) -> Reader:
    """The page as a reader of English meets it."""
    reader = Reader()
    reader.feed(page)
    return reader
