"""The index on disk: one folder beside the data of its edition, written once.

Analysis is ours (``analysis``), the engine splits at white space only: so both spellings of umlauts, three stemmers and
parts of compounds follow one definition, for the index as for the question.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import tantivy
from pyoxigraph import Quad

from numgraph.iris import Namespace
from numgraph.search import analysis
from numgraph.search.entries import Entry, Labels, Name, entries, texts

FOLDER = "search"  # within the folder of an edition
FACETS = ("class", "subject", "type", "region", "language", "publisher", "year")
LAYOUT = 1  # of the folder; raised when older code could not read newer ones, or newer code older ones
_LABELS = f"facets-{LAYOUT}.json"
_HEAP = 128_000_000  # bytes; enough that some 30,000 documents are one segment
_COMMON = 2  # times a word must occur to count as a part of compounds
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")
_MOST_RELATED = 40  # names of what a thing is related to that find it
_SHOWN = 3  # of these that are shown


def schema() -> tantivy.Schema:
    """Fields: ``name`` and ``text`` hold folded words, the ``_forms`` their stems and other derived terms."""
    builder = tantivy.SchemaBuilder()
    for name in ("name", "text", "publisher"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    for name in ("name_forms", "text_forms", "publisher_forms"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("exact", "key"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("kind", *FACETS):
        builder.add_text_field(by(name), tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("date", indexed=True, fast=True)  # yyyymmdd; unknown parts are 00
    builder.add_float_field("share", fast=True)  # what the rank is multiplied with
    builder.add_bytes_field("row", stored=True)
    builder.add_bytes_field("body", stored=True)
    return builder.build()


def write(quads: Iterable[Quad], archive: Mapping[str, bytes], namespace: Namespace, folder: Path) -> int:
    """Make the index of a dataset in the new folder ``folder``; the number of things that can be found in it."""
    found, labels = entries(quads, archive, namespace)
    folder.mkdir(parents=True)
    terms = _Terms(_vocabulary(found))
    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(_HEAP, num_threads=1)  # one thread: the same data make the same order
    for one in found:
        writer.add_document(_document(one, terms))
    writer.commit()
    writer.wait_merging_threads()
    (folder / _LABELS).write_text(json.dumps(_labels(labels), ensure_ascii=False, sort_keys=True), "utf-8")
    for left in LOCKS:
        (folder / left).unlink(missing_ok=True)
    return len(found)


def read_labels(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = json.loads((folder / _LABELS).read_text("utf-8"))
    return found


def is_date(text: str) -> bool:
    """Whether a date is written as a year, a month or a day (ISO 8601)."""
    return _DATE.fullmatch(text) is not None


def is_there(folder: Path) -> bool:
    return (folder / _LABELS).is_file()  # written last


def _labels(labels: Labels) -> dict[str, dict[str, dict[str, str]]]:
    return {facet: dict(values) for facet, values in labels.used.items()}


class _Terms:
    """What each word of a text is found under: worked out once for a word and the languages it may be of."""

    def __init__(self, vocabulary: frozenset[str]) -> None:
        self._vocabulary = vocabulary
        self._known: dict[tuple[str, ...], dict[str, tuple[str, str]]] = {}

    def of(self, said: Name) -> tuple[str, str]:
        """The folded words of a text, and all that is derived from them."""
        text, language = said
        languages = analysis.spoken(language)
        known = self._known.setdefault(languages, {})
        plain, forms = [], []
        for raw in analysis.raw_words(text):
            pair = known.get(raw)
            if pair is None:
                pair = known[raw] = self._word(analysis.composed(raw), languages)
            plain.append(pair[0])
            forms.append(pair[1])
        return " ".join(plain), " ".join(forms)

    def _word(self, word: str, languages: tuple[str, ...]) -> tuple[str, str]:
        forms = list(analysis.derived(word, languages))
        if "de" in languages:
            parts = analysis.parts(analysis.folded(word), self._vocabulary)
            forms += ["p" + analysis.stem("de", part) for part in parts]
        return analysis.folded(word), " ".join(forms)


def _vocabulary(found: Iterable[Entry]) -> frozenset[str]:
    """The words of the dataset, folded, that may be parts of compounds."""
    counted: Counter[str] = Counter()
    for text, language in texts(found):
        if "de" in analysis.spoken(language):
            counted.update(analysis.raw_words(text))
    folded: Counter[str] = Counter()
    for word, n in counted.items():
        if word.isalpha():
            folded[analysis.folded(analysis.composed(word))] += n
    return frozenset(word for word, n in folded.items() if n >= _COMMON)


def _document(one: Entry, terms: _Terms) -> tantivy.Document:
    document = tantivy.Document()
    for place, said in (
        ("name", one.names),
        ("text", ((one.text, one.language), *_without_language(one.details))),
        ("publisher" if one.kind == "documents" else "text", _without_language(one.related)),
    ):
        for text in said:
            _add(document, place, text, terms)
    for name, _ in one.names:
        document.add_text("exact", whole(name))
    document.add_text("key", one.key)
    document.add_text(by("kind"), one.kind)
    for facet, values in one.facets.items():
        for value in values:
            document.add_text(by(facet), value)
    if one.date:
        document.add_unsigned("date", day(one.date))
    document.add_float("share", _share(one))
    document.add_bytes("row", json.dumps(_row(one), ensure_ascii=False).encode())
    document.add_bytes("body", one.text.encode("utf-8", "replace"))
    return document


def _without_language(said: tuple[str, ...]) -> tuple[Name, ...]:
    return tuple((text, None) for text in said[:_MOST_RELATED])


def _add(document: tantivy.Document, place: str, said: Name, terms: _Terms) -> None:
    """A text under its folded words, and under what is derived from each."""
    plain, forms = terms.of(said)
    document.add_text(place, plain)
    document.add_text(f"{place}_forms", forms)


def by(facet: str) -> str:
    """The field that holds a facet's values."""
    return f"by_{facet}"


def whole(name: str) -> str:
    """A name as one term, for questions that name a thing exactly.

    >>> whole("Universität  des Saarlandes!")
    'universitaet des saarlandes'
    """
    return " ".join(analysis.folded(word) for word, _, _ in analysis.words(name))[:2000]


def day(date: str, unknown: str = "00") -> int:
    """An ISO date of any precision as a number that sorts: 2025-07 is 20250700."""
    year, month, of_month = (*date[:10].split("-"), "", "")[:3]
    return int(f"{year:0>4}{month or unknown}{of_month or unknown}")


def _share(one: Entry) -> float:
    """Tables repeat what other hits say better; a thing counts a little more the more is known of it."""
    if "Directory" in one.facets["class"]:
        return 0.3
    return 1.0 + (math.log10(1 + one.weight) / 6 if one.kind == "entities" else 0.0)


def _row(one: Entry) -> dict[str, object]:
    facets = {name: values for name, values in one.facets.items() if values}
    return {
        "key": one.key, "kind": one.kind, "names": one.names, "labels": one.labels, "date": one.date,
        "language": one.language,
        "publisher": one.publisher, "facets": facets, "weight": one.weight, "spans": one.spans,
        "related": list(dict.fromkeys(one.related))[:_SHOWN],
    }  # fmt: skip
