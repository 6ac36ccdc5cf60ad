"""Items of feeds: RSS 0.9x and 2.0 (rssboard.org/rss-specification), RSS 1.0 (RDF Site Summary) and Atom (RFC 4287).

A feed is cut into feeds of one item each, so that an item keeps its name and checksum when the feed moves on. The text
of an item is its title, its date, who it is from, its content and its link, a paragraph each.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from email.utils import parsedate
from itertools import chain
from pathlib import PurePath

from lxml import etree

from numgraph.errors import UnreadableSource
from numgraph.iris import slug
from numgraph.model import Block, BlockKind, Field, Span
from numgraph.sources import html, issuers, layout, prose, xml
from numgraph.sources.dates import first_date
from numgraph.sources.layout import Hints, Line, Mark, MarkKind, Piece, Reading, Rendered, block, lines

NAME = "feed"
MEDIA_TYPES = {"rss": "application/rss+xml", "RDF": "application/rss+xml", "feed": "application/atom+xml"}

_RSS_1 = "http://purl.org/rss/1.0/"
_ITEMS = frozenset({"item", "entry"})
# What an item keeps of the feed around it; dates of the feed change with every visit and would change the item.
_ABOUT = frozenset({"title", "link", "language", "publisher", "creator", "author", "managingEditor"})
_DATES = ("pubDate", "published", "issued", "date", "created", "updated", "modified")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ADDRESS = re.compile(r"\S+@\S+\s*\(([^()]+)\)|\S+@\S+")
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[[.…]+\]|\S*\[mehr\])\s*$")
_TAG = re.compile(r"<[a-zA-Z/!]")
_BLOCKS = {
    MarkKind.HEADLINE: BlockKind.HEADLINE,
    MarkKind.TIME: BlockKind.DATE_LINE,
    MarkKind.ISSUER: BlockKind.ISSUER,
    MarkKind.LINK: BlockKind.LINKS,
}
# What the HTML of a content may say about itself; its headline is not the item's, its dates are of anything.
_INNER = {
    MarkKind.HEADLINE: MarkKind.HEADING,
    MarkKind.HEADING: MarkKind.HEADING,
    MarkKind.CAPTION: MarkKind.CAPTION,
    MarkKind.NOISE: MarkKind.NOISE,
}
_LONGEST_LINK = 2000
_LONGEST_SLUG = 60


def kind(data: bytes) -> str | None:
    """The media type of a feed; None for anything else."""
    name, namespaces = xml.root(data)
    return None if name == "RDF" and _RSS_1 not in namespaces else MEDIA_TYPES.get(name)


def pieces(data: bytes, name: str) -> Iterator[Piece]:
    """The feed as feeds of one item, named after the items; a feed of one item as it came."""
    root, items = _parsed(data, name)
    if len(items) == 1:
        yield Piece(name, data)
        return
    for item in items:
        alone = etree.tostring(_around(item, root), encoding="utf-8", xml_declaration=True)
        yield Piece(_named(item, name), alone)


def _parsed(data: bytes, name: str) -> tuple[etree._Element, Sequence[etree._Element]]:
    root = xml.parse(data.lstrip())
    items = [] if root is None else [one for one in root.iter(etree.Element) if xml.local(one) in _ITEMS]
    if root is None or not items:
        raise UnreadableSource(f"{name} is a feed without items; nothing is in it to be read")
    return root, items


def _around(item: etree._Element, root: etree._Element) -> etree._Element:
    """A feed with this item alone and what the feed says about itself."""
    inner = deepcopy(item)
    inner.tail = None
    for outer in item.iterancestors():
        shell = etree.Element(outer.tag, outer.attrib, outer.nsmap)
        shell.extend(deepcopy(one) for one in outer if xml.local(one) in _ABOUT)
        if outer is root:
            shell.extend(_channel(one) for one in outer if xml.local(one) == "channel" and one is not item.getparent())
        shell.append(inner)
        inner = shell
    return inner


def _channel(channel: etree._Element) -> etree._Element:
    """The channel of RSS 1.0, which stands beside its items."""
    shell = etree.Element(channel.tag, channel.attrib, channel.nsmap)
    shell.extend(deepcopy(one) for one in channel if xml.local(one) in _ABOUT)
    return shell


def _named(item: etree._Element, name: str) -> str:
    path = PurePath(name)
    title = _first(item, "title") or _first(item, "guid", "id") or "untitled"
    return f"{path.stem}-{slug(title, _LONGEST_SLUG)}{path.suffix or '.xml'}"


def render(data: bytes, name: str) -> Rendered:
    """The text of a feed's only item. Raises UnreadableSource for none or more than one."""
    root, items = _parsed(data, name)
    if len(items) > 1:
        raise UnreadableSource(f"{name} holds {len(items):,} items and is read by sources.documents, item by item")
    item = items[0]
    feed = next((one for one in root.iter(etree.Element) if xml.local(one) == "channel"), root)
    written = _Written()
    title = written.add(MarkKind.HEADLINE, _inline(_child(item, "title")))
    written.add(MarkKind.TIME, _first(item, *_DATES), _day(_first(item, *_DATES)))
    written.add(MarkKind.ISSUER, _issuer(item, feed))
    contents = list(_contents(item))
    if not (title or contents):
        raise UnreadableSource(f"{name} has an item without title and content; nothing is in it to be read")
    for content in contents:
        written.add_rendered(content)
    written.add(MarkKind.LINK, _link(item))
    said = item.get(_LANG) or _first(item, "language") or root.get(_LANG) or _first(feed, "language")
    return Rendered(written.text, Hints(tuple(written.marks), title, "", said, NAME))


@dataclass(slots=True)
class _Written:
    """The text so far, a paragraph for each part, and marks on it."""

    text: str = ""
    marks: list[Mark] = field(default_factory=list)

    def add(self, kind: MarkKind, text: str, value: str = "") -> str:
        if text:
            start = self._next()
            self.text += text
            self.marks.append(Mark(kind, start, start + len(text), value))
        return text

    def add_rendered(self, part: Rendered) -> None:
        start = self._next()
        self.text += part.text
        inner = (mark for mark in part.hints.behind(start) if mark.kind in _INNER)
        self.marks += (replace(mark, kind=_INNER[mark.kind]) for mark in inner)

    def _next(self) -> int:
        self.text += "\n\n" if self.text else ""
        return len(self.text)


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    return next((one for one in parent if xml.local(one) == name), None)


def _first(parent: etree._Element, *names: str) -> str:
    """The text of the first child that has any, in the order of ``names``."""
    found = (xml.text(one) for name in names for one in parent if xml.local(one) == name)
    return next((text for text in found if text), "")


def _inline(element: etree._Element | None) -> str:
    """A title: one line, whether it is given as text or as HTML."""
    if element is None:
        return ""
    said = xml.text(element)
    rendered = _rendered(said) if _TAG.search(said) else None
    return " ".join((rendered.text if rendered else entities.unescape(said)).split())


def _day(said: str) -> str:
    """The day of a date in the form of RFC 822, RFC 3339 or any other that pages use; empty where there is none."""
    stated = first_date(said)
    if stated:
        return stated.value
    parsed = parsedate(said)
    try:
        return date(*parsed[:3]).isoformat() if parsed else ""
    except ValueError:
        return ""


def _issuer(item: etree._Element, feed: etree._Element) -> str:
    """Who the item says it is from; where that is a person or nobody, the title of the feed."""
    source = _child(item, "source")
    told = [_first(item, "publisher"), _first(item, "creator"), _author(item), _first(feed, "publisher"), _author(feed)]
    told += [_first(source, "title") if source is not None and len(source) else "", _inline(_child(feed, "title"))]
    return next((one for one in told if issuers.institution(one)), "")


def _author(parent: etree._Element) -> str:
    """The name in an <author>: a child of its own in Atom, in brackets behind an address in RSS."""
    author = _child(parent, "author")
    if author is None:
        return ""
    said = _first(author, "name") or xml.text(author)
    address = _ADDRESS.fullmatch(said)
    return (address[1] or "").strip() if address else said


def _contents(item: etree._Element) -> Iterator[Rendered]:
    """The summary, unless the content repeats it or it is cut off, and the content."""
    content = _body(_child(item, "encoded")) or _body(_child(item, "content"))
    summary = _body(_child(item, "description")) or _body(_child(item, "summary"))
    if summary and (content is None or not _is_repeated(summary.text, content.text)):
        yield summary
    if content:
        yield content


def _is_repeated(summary: str, content: str) -> bool:
    return bool(_CUT_OFF.search(summary)) or " ".join(summary.split()) in " ".join(content.split())


def _body(element: etree._Element | None) -> Rendered | None:
    """A content as text: plain, HTML as text, or XHTML elements (RFC 4287, section 3.1)."""
    if element is None:
        return None
    if element.get("type") == "xhtml" or any(isinstance(one.tag, str) for one in element):
        return _rendered("".join(etree.tostring(one, encoding="unicode", method="html") for one in element))
    said = xml.raw_text(element)
    if _TAG.search(said):
        return _rendered(said)
    plain = entities.unescape(said).strip()
    return Rendered(plain, Hints()) if plain else None


def _rendered(markup: str) -> Rendered | None:
    try:
        return html.render(markup, "content")
    except UnreadableSource:  # an image and no text
        return None


def _link(item: etree._Element) -> str:
    """The address of the item's page: <link> of RSS, the alternate <link> of Atom, a <guid> that is one."""
    links = [one for one in item if xml.local(one) == "link" and one.get("rel", "alternate") == "alternate"]
    guids = [one for one in item if xml.local(one) == "guid" and one.get("isPermaLink") != "false"]
    found = chain((one.get("href") or xml.text(one) for one in links), (xml.text(one) for one in guids))
    return next((one for one in found if one.startswith(("https://", "http://")) and len(one) <= _LONGEST_LINK), "")


def recognises(text: str) -> float:
    """Never: a feed is told by its form, not by its text."""
    del text
    return 0.0


def read(text: str, hints: Hints) -> Reading:
    """Headline, date line, issuer and link as the feed marks them, and its content as the running part of a page."""
    blocks: list[Block] = []
    fields: list[Field] = []
    content: list[Line] = []
    parts = [mark for mark in hints.marks if mark.kind in _BLOCKS]
    for line in lines(text):
        mark = next((one for one in parts if one.start <= line.start < one.end), None)
        if mark is None:
            content.append(line)
        else:
            blocks.append(block(_BLOCKS[mark.kind], [line]))
            fields += _fields(line, mark)
    blocks += prose.blocks(content, hints)
    return Reading(tuple(sorted(blocks, key=lambda one: one.start)), tuple(fields))


def _fields(line: Line, mark: Mark) -> Iterator[Field]:
    if mark.kind is MarkKind.HEADLINE:
        yield layout.field("title", line.span, line.text)
    elif mark.kind is MarkKind.LINK:
        yield layout.field("more_information", line.span, line.text)
    elif mark.kind is MarkKind.TIME and mark.value:
        yield layout.field("published_on", line.span, mark.value)
    elif mark.kind is MarkKind.ISSUER and (named := issuers.institution(line.text)):
        yield layout.field("publisher", Span(line.start + named[0], line.start + named[1]), line.text[slice(*named)])
