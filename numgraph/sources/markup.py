"""HTML to an element tree and its metadata, whatever the markup is like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from lxml import etree

from numgraph.errors import UnreadableSource

_MOST_TAGS = 400_000  # about four seconds
_DEEPEST = 500  # nesting that any honest page stays below; libxml2 stops at 2048
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})[^<>]*>")
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
}  # fmt: skip
_LONGEST_RECORD = 100_000  # characters
# Read by pattern: such records are often no valid JSON, and these two are plain strings.
_JSON_LD = re.compile(
    r'"(headline|datePublished)"\s*:\s*"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){4,300})"'
)
_SPACE = re.compile(r"\s+")

# Names of <meta> elements, in the order in which they are believed.
_PUBLISHED = (
    "ld:datepublished", "article:published_time", "og:published_time", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.date", "dcterms.created", "dc.date.created", "date", "datepublished", "publish-date", "pubdate", "publication_date",  # noqa: E501 - a pattern is read best on one line
    "citation_publication_date",
)  # fmt: skip
_TITLES = ("ld:headline", "og:title", "dc.title", "dcterms.title", "twitter:title", "title")


def parse(markup: str, name: str) -> etree._Element | None:
    """The tree of a page, None where there is nothing in it. Raises UnreadableSource for too many elements."""
    if markup.count("<") > 2 * _MOST_TAGS:
        raise UnreadableSource(f"{name} has more than {_MOST_TAGS:,} elements; split the page or save its text as .txt")
    parser, root = _parsed(markup)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        _, root = _parsed(_flattened(markup))
    return root


def _parsed(markup: str) -> tuple[etree.HTMLParser, etree._Element | None]:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, recover=True)
    # UTF-8 bytes, because lxml refuses a str that declares its own encoding.
    data = markup.replace("\x00", "\ufffd").encode("utf-8", "replace")
    try:
        return parser, etree.fromstring(data, parser)
    except etree.LxmlError:  # nothing but comments or white space
        return parser, None


def _flattened(markup: str) -> str:
    """The markup without the tags that nest deeper than the parser goes; their text stays."""
    depth = 0

    def shallow(found: re.Match[str]) -> str:
        nonlocal depth
        if found[2].lower() in _VOID:
            return found[0]
        before, depth = depth, max(0, depth + (-1 if found[1] else 1))
        return found[0] if max(before, depth) <= _DEEPEST else "<br>"

    return _TAG.sub(shallow, markup)


def metadata(root: etree._Element) -> tuple[str, str, str]:
    """The title, the date of publication and the language that a page states about itself; empty where it does not."""
    found = {"lang": root.get("lang", "")}
    for element in root.iter("title", "meta", "script", "time"):
        for name, value in _stated(element):
            if name and value and value.strip():
                found.setdefault(name, _SPACE.sub(" ", value).strip())
    return _first(found, _TITLES), _first(found, _PUBLISHED), found["lang"]


def _stated(element: etree._Element) -> Iterator[tuple[str, str | None]]:
    """What one element states of its page: a title, a <meta>, a <time> of publication, a record in JSON-LD."""
    if element.tag == "title":
        yield "title", element.text
    elif element.tag == "meta":
        yield _named(element)
    elif element.tag == "time" and (
        element.get("itemprop", "").lower() == "datepublished" or "pubdate" in element.attrib
    ):
        yield "datepublished", element.get("datetime") or element.text
    elif element.tag == "script" and element.get("type", "").lower() == "application/ld+json":
        for name, value in _JSON_LD.findall((element.text or "")[:_LONGEST_RECORD]):
            yield f"ld:{name.lower()}", json.loads(f'"{value}"', strict=False)


def _named(meta: etree._Element) -> tuple[str, str | None]:
    name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
    return name.lower(), meta.get("content")


def _first(found: dict[str, str], names: tuple[str, ...]) -> str:
    return next((found[name] for name in names if name in found), "")
