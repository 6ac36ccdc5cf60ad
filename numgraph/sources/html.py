"""HTML to text that keeps the structure people see: headings, paragraphs, lists, rows, captions, addresses.

The rendered text is what offsets point into. Boilerplate stays in the text and is marked as such.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from lxml import etree

from numgraph.errors import UnreadableSource
from numgraph.sources import main_content
from numgraph.sources.dates import first_date
from numgraph.sources.layout import Hints, Mark, MarkKind, Rendered, lines
from numgraph.sources.markup import metadata, parse

_DROPPED = {
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "canvas", "video", "audio",
    "map", "select", "option", "datalist", "button", "input", "textarea", "head", "title", "meta", "link",
}  # fmt: skip
_PARAGRAPHS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "figure", "figcaption", "table",
    "section", "article", "main", "header", "footer", "nav", "aside", "address", "form", "fieldset", "legend",
    "details", "hr", "caption",
}  # fmt: skip
_LINES = {"div", "li", "dt", "dd", "tr", "summary", "center"}
_MARKS = {
    "h1": MarkKind.HEADLINE,
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6", "legend", "summary", "dt"), MarkKind.HEADING),
    **dict.fromkeys(("figcaption", "caption"), MarkKind.CAPTION),
    "time": MarkKind.TIME,
}
_BOILERPLATE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "complementary", "dialog", "alertdialog"}
)
_BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookie\w*|consent|gdpr|breadcrumbs?|skip-?links?|skip|share|sharing|social\w*|navbar|nav|menu"
    r"|sidebar|pagination|pager|related|newsletter|banner|toolbar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMED = {"div", "ul", "ol", "section", "span", "form", "p", "a"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\x0b]{2,}|[\t\r\n\f\x0b]")  # not a single space: nothing to replace
_STRUCTURES = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "section", "article", "form"})
_MOST_IN_CELL = 12  # elements
_HEAD = 40  # lines among which a page shows its date


def render(markup: str, name: str) -> Rendered:
    """The text of a page with marks. Raises UnreadableSource where there is none."""
    root = parse(markup, name)
    text, marks = _written(root) if root is not None else ("", ())
    if root is None or not text.strip():
        raise UnreadableSource(f"{name} holds no text; save the page from the browser as complete page and give that")
    title, published, language = metadata(root)
    text, marks = _with_date(text, marks, published)
    return Rendered(text, Hints(marks, title, published, language), root=root)


def judged(page: Rendered) -> Hints:
    """The hints of a page, with marks on what a library takes for boilerplate."""
    outside = main_content.boilerplate(page.root) if page.root is not None else frozenset()
    if page.root is None or not outside:
        return page.hints
    text, marks = _written(page.root, outside)
    _, marks = _with_date(text, marks, page.hints.published_on)
    return replace(page.hints, marks=marks)


def _written(root: etree._Element, outside: frozenset[etree._Element] = frozenset()) -> tuple[str, tuple[Mark, ...]]:
    writer = _Writer(_elements_with_headline(root), outside)
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        writer.see(event, element)
    return writer.finish()


def _elements_with_headline(root: etree._Element) -> set[etree._Element]:
    """Every ancestor of an h1: such an element is no boilerplate, whatever it is called."""
    found: set[etree._Element] = set()
    for headline in root.iter("h1", "main", "article"):
        element = headline
        while element is not None and element not in found:
            found.add(element)
            element = element.getparent()
    return found


def _with_date(text: str, marks: tuple[Mark, ...], published: str) -> tuple[str, tuple[Mark, ...]]:
    """The text with the date of a <meta> as its first line, where the page does not show that date itself."""
    stated = first_date(published)
    if stated is None or _shows(text, stated.value):
        return text, marks
    first = published + "\n\n"
    return first + text, tuple(
        Mark(mark.kind, mark.start + len(first), mark.end + len(first), mark.value) for mark in marks
    )


def _shows(text: str, day: str) -> bool:
    for number, line in enumerate(lines(text[:20_000])):
        if number == _HEAD:
            break
        for american in (False, True):
            stated = first_date(line.text, american=american)
            if stated and stated.value == day:
                return True
    return False


class _Writer:
    """Receives the elements of a page in order and writes its text. No recursion: pages nest as deep as they like."""

    def __init__(self, with_headline: set[etree._Element], outside: frozenset[etree._Element]) -> None:
        self._with_headline = with_headline
        self._outside = outside
        self._parts: list[str] = []
        self._length = 0
        self._breaks = 0  # line ends owed before the next text
        self._space = False  # a space is owed before the next text
        self._open: list[tuple[etree._Element, int, MarkKind]] = []
        self._marks: list[Mark] = []
        self._dropped: etree._Element | None = None
        self._preformatted = 0
        self._noise = 0
        self._main = 0
        self._lists: list[int | None] = []
        self._cells = 0
        self._bar = False  # a bar is owed between two cells of a row
        self._bullet = ""  # owed before the next text, so that it stands beside a paragraph inside the item

    def see(self, event: str, element: etree._Element) -> None:
        if event == "start":
            self._start(element)
        elif event == "end":
            self._end(element)
        elif self._dropped is None:
            self._text(element.tail)

    def finish(self) -> tuple[str, tuple[Mark, ...]]:
        marks = (mark for mark in self._marks if mark.end > mark.start)
        return "".join(self._parts), tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))

    def _start(self, element: etree._Element) -> None:
        if self._dropped is not None:
            return
        tag = element.tag
        if tag in _DROPPED or _is_hidden(element):
            self._dropped = element
            return
        self._break(2 if tag in _PARAGRAPHS else 1 if tag in _LINES else 0)
        self._enter(element, tag)
        self._text(element.text)

    def _enter(self, element: etree._Element, tag: str) -> None:
        if tag == "br":
            self._breaks += 1
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._bullet = self._next_bullet()
        elif tag == "tr":
            self._cells, self._bar = 0, False
        elif tag in ("td", "th"):
            self._cell(element)
        elif tag == "pre":
            self._preformatted += 1
        elif tag in ("main", "article"):
            self._main += 1
        kind = self._kind(element, tag)
        if kind:
            self._noise += kind is MarkKind.NOISE
            self._open.append((element, len(self._marks), kind))
            self._marks.append(Mark(kind, -1, -1, element.get("datetime", "") if tag == "time" else ""))

    def _next_bullet(self) -> str:
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            return f"{self._lists[-1]}. "
        return "- "

    def _cell(self, cell: etree._Element) -> None:
        """A cell of data continues its row behind a bar; one that lays out the page begins a line."""
        self._cells += 1
        self._bar = self._cells > 1 and _is_data(cell)
        self._break(int(self._cells > 1 and not self._bar))

    def _kind(self, element: etree._Element, tag: str) -> MarkKind | None:
        if self._is_boilerplate(element, tag):
            return MarkKind.NOISE
        if element in self._outside and element not in self._with_headline:
            return MarkKind.OUTSIDE
        return _MARKS.get(tag)

    def _is_boilerplate(self, element: etree._Element, tag: str) -> bool:
        if self._noise or element in self._with_headline:
            return False
        if tag in ("nav", "menu", "aside") or element.get("role") in _BOILERPLATE_ROLES:
            return True
        if tag in ("header", "footer"):
            return not self._main
        return tag in _NAMED and bool(_BOILERPLATE_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}"))

    def _end(self, element: etree._Element) -> None:
        if self._dropped is not None:
            if self._dropped is not element:
                return
            self._dropped = None
        else:
            self._leave(element, element.tag)
        self._text(element.tail)

    def _leave(self, element: etree._Element, tag: str) -> None:
        if tag == "a":
            self._text(_hidden_address(element))
        if self._open and self._open[-1][0] is element:
            _, number, kind = self._open.pop()
            mark = self._marks[number]
            self._noise -= kind is MarkKind.NOISE
            if mark.start >= 0:
                self._marks[number] = Mark(kind, mark.start, self._length, mark.value)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._bullet = ""
        elif tag in ("td", "th"):
            self._bar = False
        elif tag == "pre":
            self._preformatted -= 1
        elif tag in ("main", "article"):
            self._main -= 1
        self._break(2 if tag in _PARAGRAPHS else 1 if tag in _LINES else 0)

    def _break(self, count: int) -> None:
        self._breaks = max(self._breaks, min(count, 1) if self._lists else count)

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            self._write(text)
            return
        collapsed = _SPACE.sub(" ", text)
        self._space = self._space or collapsed[0] == " "
        words = collapsed.strip(" ")
        if words:
            self._write(words)
            self._space = collapsed[-1] == " "

    def _write(self, words: str) -> None:
        if self._bar and self._length:
            self._put(" " if self._parts[-1].endswith(":") else " | ")
        elif self._breaks and self._length:
            self._put("\n" * min(self._breaks, 2))
        elif self._space and self._length:
            self._put(" ")
        self._put(self._bullet)
        self._breaks, self._space, self._bar, self._bullet = 0, False, False, ""
        for _, number, kind in reversed(self._open):
            if self._marks[number].start >= 0:
                break  # outer marks began with an earlier text
            self._marks[number] = Mark(kind, self._length, -1, self._marks[number].value)
        self._put(words)

    def _put(self, words: str) -> None:
        self._parts.append(words)
        self._length += len(words)


def _is_data(cell: etree._Element) -> bool:
    """Whether a table cell holds one line or paragraph rather than a part of the page."""
    inside = [element.tag for element in islice(cell.iter(etree.Element), 1, _MOST_IN_CELL + 1)]
    structured = any(tag in _STRUCTURES for tag in inside)
    return len(inside) < _MOST_IN_CELL and not structured and sum(tag in ("p", "div") for tag in inside) < 2  # noqa: PLR2004 (a paragraph)


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _hidden_address(link: etree._Element) -> str | None:
    """The address behind a mail or phone link whose text does not show it, in angle brackets."""
    scheme, _, address = (link.get("href") or "").partition(":")
    address = address.partition("?")[0].strip()
    if scheme.lower() not in ("mailto", "tel") or not address:
        return None
    shown = "".join(link.itertext())
    if scheme.lower() == "tel":
        return None if any(character.isdigit() for character in shown) else f" <{address}>"
    return None if re.search(r"@|\(at\)|\[at\]", shown, re.IGNORECASE) else f" <{address}>"
