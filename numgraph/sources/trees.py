"""Trees as streams of records: JSON, JSON Lines, YAML and XML.

References are JSONPath (RFC 9535) or XPath 1.0, compiled once. Nulls are no values. Nothing is fetched, XML entities
stay closed, and nesting too deep to read is an error that says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonpath
import yaml
from lxml import etree

from numgraph.errors import UnreadableSource
from numgraph.sources.tables import Column, Scalar


@dataclass(frozen=True, slots=True)
class Items:
    """The items that a JSONPath iterator finds in a JSON or YAML file, or the lines of JSON Lines."""

    file: str
    _open: Callable[[], Iterator[Any]]
    sheet: str | None = None

    def rows(self) -> Iterator[tuple[int, Any]]:
        return enumerate(self._open(), start=1)

    def column(self, reference: str) -> Column:
        """The scalars that a JSONPath finds in an item; an object or array where a scalar is wanted is an error."""
        plain = _PLAIN_PATH.fullmatch(reference)
        if plain:
            key = plain[1]
            return lambda item: self._scalars(item.get(key) if isinstance(item, dict) else None, reference)
        path = compiled_path(reference, self.file)
        return lambda item: [v for found in path.findall(item) for v in self._scalars(found, reference)]

    def _scalars(self, value: Any, reference: str) -> Sequence[Scalar]:
        if value is None:
            return ()
        if isinstance(value, str | int | float):
            return (value,)
        raise UnreadableSource(
            f"{self.file}: {reference} finds {'an array' if isinstance(value, list) else 'an object'}, not a value; "
            f"name what is wanted inside it, such as {reference}[*]"
        )


_PLAIN_PATH = re.compile(r"(?:\$\.)?([A-Za-z_][\w-]*)")


@dataclass(frozen=True, slots=True)
class Nodes:
    """The elements that an XPath iterator finds in an XML file."""

    file: str
    _open: Callable[[], Iterator[Any]]
    sheet: str | None = None

    def rows(self) -> Iterator[tuple[int, Any]]:
        return enumerate(self._open(), start=1)

    def column(self, reference: str) -> Column:
        path = _xpath(reference, self.file)

        def values(node: Any) -> Sequence[Scalar]:
            found = path(node)
            texts = [_text_of(item) for item in found] if isinstance(found, list) else [str(found)]
            return [text for text in texts if text]

        return values


def compiled_path(reference: str, file: str) -> Any:
    """A JSONPath, ready to use; a broken one is an error that names it."""
    try:
        return jsonpath.compile(reference)
    except jsonpath.JSONPathError as error:
        raise UnreadableSource(f"{file}: {reference!r} is no JSONPath: {error}") from error


def _xpath(reference: str, file: str) -> Any:
    try:
        return etree.XPath(reference)
    except etree.XPathSyntaxError as error:
        raise UnreadableSource(f"{file}: {reference!r} is no XPath: {error}") from error


def _text_of(found: Any) -> str:
    return str(found) if isinstance(found, str) else "".join(found.itertext())


def read_json(path: Path, iterator: str = "$[*]") -> Items:
    items = compiled_path(iterator, path.name)
    return Items(path.name, lambda: (match.obj for match in items.finditer(_load_json(path))))


def read_yaml(path: Path, iterator: str = "$[*]") -> Items:
    items = compiled_path(iterator, path.name)
    return Items(path.name, lambda: (match.obj for match in items.finditer(_load_yaml(path))))


def read_json_lines(path: Path) -> Items:
    def lines() -> Iterator[Any]:
        with path.open(encoding="utf-8") as text:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield _json(line, f"{path.name}, line {number}")

    return Items(path.name, lines)


def read_xml(path: Path, iterator: str) -> Nodes:
    items = _xpath(iterator, path.name)
    return Nodes(path.name, lambda: iter(items(_load_xml(path))))


def _load_json(path: Path) -> Any:
    return _json(path.read_text(encoding="utf-8-sig"), path.name)


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableSource(f"{where} is no JSON: {error}") from error
    except RecursionError as error:
        raise UnreadableSource(f"{where} is nested too deeply to be read") from error


def _load_yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except yaml.YAMLError as error:
        raise UnreadableSource(f"{path.name} is no YAML: {error}") from error


def _load_xml(path: Path) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.parse(str(path), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableSource(f"{path.name} is no XML: {error}") from error
