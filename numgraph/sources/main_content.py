"""Which elements of a page are boilerplate, by a library: trafilatura, in the mode that rather keeps too much.

What it keeps is text; here its verdict is carried over to elements, so that our own rendering and its offsets stay as
they are. An element is boilerplate when the library kept none of its text, unless it stands where content stands:
lists, tables and paragraphs beside kept paragraphs, what follows a heading among them, and whatever names a person.

Measured on the annotated pages of tests/sources/pages (50 pieces of boilerplate, 21 of body, 9 list items): our own
signs alone left 9 pieces of boilerplate in the claims and lost a body line; trafilatura 2.3 alone keeps 13 pieces of
boilerplate and loses 3 of body and 7 list items, its baseline keeps 16 and loses 7 and 8; in the mode used here it
keeps 14 and loses none; justext, which it uses itself, keeps nothing of paragraphs as short as these. Together they
leave no boilerplate and lose nothing. The library never overrules a headline, a date, a caption or an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from lxml import etree

from numgraph.sources import chrome
from numgraph.sources.people import person

_MOST_ELEMENTS = 5_000  # about half a second; honest pages have fewer
_LONGEST = 3_000_000  # characters of markup
_LEAST_KEPT = 200  # characters; who keeps less has not found the content
_TELLING = 40  # characters from which a text is not found in another by chance
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PLAIN = _HEADINGS | {"p", "ul", "ol", "dl", "table", "tbody", "tr", "blockquote", "pre", "address", "figure", "br"}
_BLOCKS = _PLAIN - {"br"} | {
    "body", "div", "section", "article", "main", "aside", "header", "footer", "nav", "form", "fieldset", "center", "li",
    "dt", "dd", "td", "th", "figcaption", "caption", "details", "summary",
}  # fmt: skip
_HEADING_LIKE = ("h2", "h3", "h4", "h5", "h6", "p", "strong", "b", "span", "div", "legend", "dt")
_LONGEST_HEADING = 60
_FEW = 5  # elements inside a heading
_LOOK = 200  # texts among which a person is looked for
_MOST_OF_PAGE = 0.6
_SPACE = re.compile(r"\s+")


def boilerplate(root: etree._Element) -> frozenset[etree._Element]:
    """The outermost elements whose text is no content; empty where the library cannot tell."""
    if sum(1 for _ in zip(root.iter(), range(_MOST_ELEMENTS + 1), strict=False)) > _MOST_ELEMENTS:
        return frozenset()
    markup = etree.tostring(root, encoding="unicode", method="html")
    kept = _kept(markup) if len(markup) <= _LONGEST else ""
    outside = _outside(root, _with_content(root, kept)) if len(kept) >= _LEAST_KEPT else ()
    return frozenset(chain(outside, _boxes(root)))


def _kept(markup: str) -> str:
    """The text that the library keeps, without any white space."""
    import trafilatura  # noqa: PLC0415 - a second to import, and only pages of the web need it

    found = trafilatura.extract(markup, favor_recall=True, include_comments=False, include_tables=True)
    return _plain(found or "")


def _plain(text: str) -> str:
    return _SPACE.sub("", text)


def _with_content(root: etree._Element, kept: str) -> set[etree._Element]:
    """Every element in which a text stands that the library kept."""
    found: set[etree._Element] = set()
    holds_blocks: set[etree._Element] = set()
    for element in reversed(list(root.iter(etree.Element))):  # children before parents
        if element.tag in _BLOCKS or element in holds_blocks:
            parent = element.getparent()
            if parent is not None:
                holds_blocks.add(parent)
        if element.tag in _BLOCKS and any(
            len(text) >= _TELLING and text in kept for text in _texts(element, holds_blocks)
        ):
            _add_with_ancestors(element, found)
    return found


def _texts(element: etree._Element, holds_blocks: set[etree._Element]) -> Iterator[str]:
    """The whole text of an element without blocks in it, else what stands between its children; no chrome."""
    whole = (element.text, *(child.tail for child in element)) if element in holds_blocks else (_said(element),)
    return (_plain(text) for text in whole if text and not chrome.is_noise(" ".join(text.split())))


def _said(element: etree._Element) -> str:
    return "".join(element.itertext(etree.Element))


def _add_with_ancestors(element: etree._Element | None, found: set[etree._Element]) -> None:
    while element is not None and element not in found:
        found.add(element)
        element = element.getparent()


def _outside(root: etree._Element, content: set[etree._Element]) -> Iterator[etree._Element]:
    """From the top, the first elements without content that do not stand where content stands."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        children = list(element.iterchildren(etree.Element))
        kept = [at for at, child in enumerate(children) if child in content]
        prose = [at for at in kept if children[at].tag in _PLAIN]
        for at, child in enumerate(children):
            if child in content:
                waiting.append(child)
            elif child.tag in ("dt", "dd"):
                continue  # half a pair says little, and is content where the other half is
            elif (
                child.tag in _BLOCKS and not (prose and _stands_with(children, at, kept)) and not _names_a_person(child)
            ):
                yield child


def _stands_with(children: Sequence[etree._Element], at: int, kept: Sequence[int]) -> bool:
    """Whether a child is of the kind that content is made of, among content, or right below a heading."""
    below_heading = at > 0 and children[at - 1].tag in _HEADINGS
    return children[at].tag in _PLAIN or kept[0] < at < kept[-1] or below_heading


def _names_a_person(element: etree._Element) -> bool:
    return any(
        person(" ".join(text.split())) for text in islice(element.itertext(etree.Element), _LOOK) if text.strip()
    )


def _boxes(root: etree._Element) -> Iterator[etree._Element]:
    """The boxes that begin with a heading for teasers of other pages, a newsletter or cookies."""
    whole = len(_plain(_said(root)))
    for heading in root.iter(*_HEADING_LIKE):
        said = " ".join(_said(heading).split()) if len(heading) < _FEW else ""
        if 0 < len(said) <= _LONGEST_HEADING and (chrome.is_related(said) or chrome.is_invitation(said)):
            box = _box_of(heading, _plain(said))
            if box is not None and len(_plain(_said(box))) < _MOST_OF_PAGE * whole:
                yield box


def _box_of(heading: etree._Element, said: str) -> etree._Element | None:
    """The smallest element around a heading that begins with it and holds more."""
    box = heading.getparent()
    while box is not None and box.tag not in ("body", "html", "main", "article"):
        text = _plain(_said(box))
        if not text.startswith(said):
            return None
        if text != said:
            return box
        box = box.getparent()
    return None
