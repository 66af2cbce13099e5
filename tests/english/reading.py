"""What a reader of English meets on a page: its text without what is marked as Chinese."""

from html.parser import HTMLParser

from shizheng.common.words import CJK
from shizheng.web.marking import RUN

EMPTY = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
UNSEEN = frozenset({"script", "style", "template"})
SPOKEN = ("title", "aria-label", "alt", "placeholder", "data-label")
"""Attributes that a reader is shown or told."""


class Reader(HTMLParser):
    """Collects the Chinese of a page: unmarked, marked as such, and in attributes and the title, where no mark can stand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, str]] = []
        self.unmarked: list[str] = []
        self.marked: list[str] = []
        self.spoken: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        around = self.stack[-1][1] if self.stack else ""
        kind = "unseen" if tag in UNSEEN or around == "unseen" else given.get("lang", around)
        if kind != "unseen":
            self.spoken += [given[name] for name in SPOKEN if CJK.search(given.get(name, ""))]
        if (
            tag == "input"
            and given.get("type") in ("submit", "button")
            and CJK.search(given.get("value", ""))
        ):
            self.unmarked.append(given["value"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag not in EMPTY:
            self.stack.append((tag, kind))

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            if self.stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        tag, kind = self.stack[-1] if self.stack else ("", "")
        if kind == "unseen" or not CJK.search(data):
            return
        text = " ".join(data.split())
        if not text:  # a full-width blank is no word
            return
        if kind.startswith("zh") and tag == "textarea":
            return  # Chinese words that are being edited as such
        if kind.startswith("zh"):
            self.marked.append(text)
        elif tag == "title":
            self.spoken.append(text)
        else:
            self.unmarked.append(text)

    @property
    def unsaid(self) -> list[str]:
        """Chinese in attributes and the title that the page does not also show as marked data."""
        shown = "\n".join(self.marked)
        return [text for text in self.spoken if any(run[0] not in shown for run in RUN.finditer(text))]


def read(page: str) -> Reader:
    """The page as a reader of English meets it."""
    reader = Reader()
    reader.feed(page)
    return reader
