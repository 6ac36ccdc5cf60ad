"""The forms of files that hold documents: plain text, HTML, feeds, mails. The suffix tells, else the first bytes."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import PurePath

from numgraph.errors import UnreadableSource
from numgraph.sources import eml, feed, html, xml
from numgraph.sources.decoding import decode
from numgraph.sources.layout import Hints, Rendered


class Form(StrEnum):
    TEXT = "text/plain"
    HTML = "text/html"
    FEED = "application/xml"
    MAIL = eml.MEDIA_TYPE


HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
FEED_SUFFIXES = frozenset({".xml", ".rss", ".atom"})
_SUFFIXES = {
    **dict.fromkeys((".txt", ".md"), Form.TEXT),
    **dict.fromkeys(HTML_SUFFIXES, Form.HTML),
    **dict.fromkeys((".rss", ".atom"), Form.FEED),
    ".eml": Form.MAIL,
}
SUFFIXES = frozenset({*_SUFFIXES, *FEED_SUFFIXES})

_MARKUP = (b"<!doctype html", b"<html", b"<?xml")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def form(data: bytes, name: str) -> Form:
    """The form of a file. Raises UnreadableSource for XML that is neither feed nor page."""
    suffix = PurePath(name).suffix.lower()
    stated = _SUFFIXES.get(suffix)
    if stated in (Form.TEXT, Form.HTML, Form.MAIL):
        return stated
    if feed.kind(data):
        return Form.FEED
    if stated is Form.FEED or (suffix == ".xml" and xml.root(data)[0] != "html"):
        raise UnreadableSource(
            f"{name} is no feed that can be read (RSS, RSS 1.0 or Atom); give a feed, a page or text, "
            "or describe a table or tree by a mapping"
        )
    if _begins_like_markup(data):
        return Form.HTML
    return Form.MAIL if eml.looks_like(data) else Form.TEXT


def _begins_like_markup(data: bytes) -> bool:
    return data[:1024].lstrip(_BYTE_ORDER_MARK + b" \t\r\n").lower().startswith(_MARKUP)


def render(data: bytes, name: str) -> tuple[Rendered, str]:
    """The text of a file with what its form says about it, and its media type."""
    found = form(data, name)
    if found is Form.FEED:
        return feed.render(data, name), feed.kind(data) or found
    if found is Form.MAIL:
        return eml.render(data, name), found
    decoded = decode(data, name, markup=found is Form.HTML)
    if found is Form.HTML:
        rendered = html.render(decoded.text, name)
        return replace(rendered, notes=decoded.notes), found
    return Rendered(decoded.text, Hints(), decoded.notes + _advice(data)), found


def _advice(data: bytes) -> tuple[str, ...]:
    if not _begins_like_markup(data):
        return ()
    return ("read as plain text by its name, but it looks like HTML: give it the suffix .html to have it rendered",)
