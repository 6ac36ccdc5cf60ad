"""XML that nobody vouches for: entities stay closed, nothing is fetched, broken markup is read as far as it goes."""

from __future__ import annotations

import html
import re

from lxml import etree

_SPACE = re.compile(r"\s+")
_FIRST = 16_384  # bytes among which the root element begins


def parse(data: bytes) -> etree._Element | None:
    """The root element; None where there is none."""
    try:
        return etree.fromstring(data, etree.XMLParser(**_CLOSED))
    except etree.LxmlError:
        return None


def root(data: bytes) -> tuple[str, frozenset[str]]:
    """The local name of the root element and the namespaces it declares, from the first bytes alone."""
    parser = etree.XMLPullParser(events=("start",), **_CLOSED)
    try:
        parser.feed(data.lstrip()[:_FIRST])
        _, element = next(parser.read_events(), (None, None))
    except etree.LxmlError:
        return "", frozenset()
    return ("", frozenset()) if element is None else (local(element), frozenset(element.nsmap.values()))


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def raw_text(element: etree._Element) -> str:
    """The text inside an element. Entities of HTML, which XML does not know, become their characters."""
    return "".join(html.unescape(part) if part.startswith("&") else part for part in element.itertext())


def text(element: etree._Element) -> str:
    """The text inside an element on one line."""
    return _SPACE.sub(" ", raw_text(element)).strip()


_CLOSED = {"resolve_entities": False, "no_network": True, "load_dtd": False, "recover": True, "huge_tree": False}
