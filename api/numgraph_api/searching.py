"""One page of a search as records: hits with their sentences, facets with counts, and where each click leads.

Page and JSON are made from the same records, so they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from numgraph.errors import BadSearch
from numgraph.iris import Namespace
from numgraph.search import marks, syntax
from numgraph.search.engine import FURTHEST, Found, Hit, Searcher, Wish
from numgraph.search.entries import Name
from numgraph.search.index import FACETS
from numgraph.search.marks import Marker, Snippet
from numgraph.terms import num

from .display import Reader, cut
from .marking import Piece
from .start import Pager

PAGE = 20  # hits of a page
_MOST_CHOICES = 60  # values of a facet, the most frequent; `publisher:` in the question reaches the others
_ALIASES = 4  # other names that a hit shows
_LONGEST_NAME = 400


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the words of the question marked in it."""

    text: str
    marks: tuple[tuple[int, int], ...]
    language: str | None = None

    @property
    def pieces(self) -> list[Piece]:
        found, cursor = [], 0
        for start, end in self.marks:
            found += [Piece(self.text[cursor:start], marked=False), Piece(self.text[start:end], marked=True)]
            cursor = end
        return [piece for piece in (*found, Piece(self.text[cursor:], marked=False)) if piece.text]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit; ``href`` leads to it in its source, ``is_evidence`` if facts were read from it."""

    said: Marked
    href: str | None
    is_evidence: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A hit as a reader sees it."""

    id: str  # IRI
    href: str
    kind: str
    label: Marked
    class_name: str | None
    class_label: str | None
    date: str | None  # ISO
    publisher: str | None
    aliases: tuple[Marked, ...]
    related: tuple[Marked, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many hits choosing it alone gives, and where choosing or dropping it leads."""

    value: str
    label: str
    count: int
    is_chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything on a page of a search."""

    wish: Wish
    understood: str
    total: int
    pager: Pager
    rows: tuple[Row, ...]
    kinds: tuple[Choice, ...]
    facets: tuple[Facet, ...]
    correction: str | None
    fault: BadSearch | None = None


def results(searcher: Searcher, wish: Wish, page: int, reader: Reader, namespace: Namespace) -> Results:
    """The hits of one page. Raises BadSearch. Works on a thread: takes milliseconds."""
    offset = (min(page, FURTHEST // PAGE) - 1) * PAGE
    found = searcher.search(wish, limit=PAGE, offset=offset)
    pages = max(1, -(-min(found.total, FURTHEST) // PAGE))
    if page > pages:
        return results(searcher, wish, pages, reader, namespace)
    marker, shown = Marker(found.tree), _Shown(searcher.labels, reader)
    return Results(
        wish=wish,
        understood=syntax.written(found.tree),
        total=found.total,
        pager=Pager(page, pages),
        rows=tuple(_row(hit, marker, shown, namespace) for hit in found.hits),
        kinds=_kinds(found, wish, shown),
        facets=tuple(facet for name in FACETS if (facet := _facet(name, found, wish, shown)).choices),
        correction=found.correction,
    )


def refused(wish: Wish, fault: BadSearch) -> Results:
    """The page of a question that cannot be read."""
    return Results(wish, "", 0, Pager(1, 1), (), (), (), None, fault)


@dataclass(frozen=True, slots=True)
class _Shown:
    """Names of what filters hold, in the reader's language."""

    labels: Mapping[str, Mapping[str, Mapping[str, str]]]
    reader: Reader

    def value(self, facet: str, value: str) -> str:
        if facet == "class":
            return self.reader.term(num(value))
        if facet == "language":
            return self.reader.wording.catalogue.get(f"tongue_{value.partition('-')[0]}", value)
        told = self.labels.get(facet, {}).get(value, {})
        return told.get(self.reader.language) or told.get("") or told.get("en") or next(iter(told.values()), value)

    def name(self, hit: Hit) -> Name:
        """The label in the reader's language, else in none, else the first."""
        labels = hit.names[: hit.labels] or hit.names[:1]
        order = (self.reader.language, None, "en", "de")
        return min(labels, key=lambda one: order.index(one[1]) if one[1] in order else len(order))


def name_of(hit: Hit, reader: Reader) -> str:
    return _Shown({}, reader).name(hit)[0]


def class_of(hit: Hit, reader: Reader) -> str | None:
    """What kind of thing a hit is, by its most specific class."""
    classes = hit.facets.get("class", ())
    return reader.term(num(classes[0])) if classes else None


def _row(hit: Hit, marker: Marker, shown: _Shown, namespace: Namespace) -> Row:
    label = shown.name(hit)
    others = [_marked(name, marker) for name in hit.names if name[0] != label[0]]
    others.sort(key=lambda one: not one.marks)  # names that were asked for go first
    is_entity = hit.kind == "entities"
    return Row(
        id=namespace.thing(hit.key),
        href=shown.reader.links.doc(hit.key),
        kind=hit.kind,
        label=_marked(label, marker),
        class_name=next(iter(hit.facets.get("class", ())), None),
        class_label=class_of(hit, shown.reader),
        date=hit.date,
        publisher=shown.value("publisher", hit.publisher) if hit.publisher else None,
        aliases=tuple(others[:_ALIASES]) if is_entity else (),
        related=tuple(_marked((name, None), marker) for name in hit.related) if is_entity else (),
        sentences=tuple(_sentence(hit, one, shown.reader) for one in marks.snippets(hit, marker)),
    )


def _marked(name: Name, marker: Marker) -> Marked:
    text = cut(name[0], _LONGEST_NAME)
    return Marked(text, marks.name_marks(text, name[1], marker), name[1])


def _sentence(hit: Hit, one: Snippet, reader: Reader) -> Sentence:
    href = None
    if hit.kind == "documents":
        page = reader.links.doc(hit.key)
        words = hit.text[one.place[0] : one.place[1]].split()[:8]
        place = f"s{one.place[0]}-{one.place[1]}" if one.is_claim else f":~:text={quote(' '.join(words), safe='')}"
        href = f"{page}#{place}"
    return Sentence(Marked(one.text, one.marks, hit.language), href, one.is_claim)


def _kinds(found: Found, wish: Wish, shown: _Shown) -> tuple[Choice, ...]:
    counts = found.counts.get("kind", {})
    rows: list[tuple[str, str | None, int]] = [("all", None, sum(counts.values()))]
    rows += [(kind, kind, counts.get(kind, 0)) for kind in ("documents", "entities")]
    return tuple(
        Choice(
            name,
            shown.reader.wording.say(f"search_{name}"),
            n,
            wish.kind == kind,
            address(shown.reader, replace(wish, kind=kind)),
        )
        for name, kind, n in rows
    )


def _facet(name: str, found: Found, wish: Wish, shown: _Shown) -> Facet:
    """The values of a facet, the chosen first, then by count; years run backwards."""
    counts, chosen = found.counts.get(name, {}), wish.facets.get(name, ())
    values = [*chosen, *(value for value in counts if value not in chosen)][:_MOST_CHOICES]
    choices = [_choice(name, value, counts.get(value, 0), wish, shown) for value in values]
    if name == "year":
        choices.sort(key=lambda one: one.value, reverse=True)
    else:
        choices.sort(key=lambda one: (not one.is_chosen, -one.count, one.label.casefold()))
    return Facet(name, tuple(choices))


def _choice(name: str, value: str, count: int, wish: Wish, shown: _Shown) -> Choice:
    held = wish.facets.get(name, ())
    after = tuple(one for one in held if one != value) if value in held else (*held, value)
    facets = {**wish.facets, name: after}
    return Choice(
        value,
        shown.value(name, value),
        count,
        value in held,
        address(shown.reader, replace(wish, facets={key: one for key, one in facets.items() if one})),
    )


def parameters(wish: Wish, *, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    """A wish as the parameters of an address, what is by default left out."""
    single = [("q", wish.question), ("kind", wish.kind), ("from", wish.since), ("to", wish.until)]
    single.append(("sort", wish.sort if wish.sort != "relevance" else None))
    found = [(name, value) for name, value in single if value]
    found += [(name, value) for name in FACETS for value in wish.facets.get(name, ())]
    return [(name, value) for name, value in found if name not in set(without)]


def address(reader: Reader, wish: Wish, page: int = 1, path: str = "/search") -> str:
    """Where a wish is answered."""
    asked = parameters(wish) + ([("page", str(page))] if page > 1 else [])
    here = reader.links.to(path)
    joint = "&" if "?" in here else "?"
    return here + (joint + urlencode(asked) if asked else "")


def as_json(found: Results, reader: Reader, edition: int) -> dict[str, object]:
    """The page for machines: the same hits, sentences, marks (offsets into ``text``), facets and links."""
    return {
        "query": found.wish.question,
        "understood": found.understood,
        "edition": edition,
        "total": found.total,
        "page": found.pager.page,
        "pages": found.pager.pages,
        "sort": found.wish.sort,
        "filters": dict(_grouped(parameters(found.wish, without=("q", "sort")))),
        "hits": [_hit_json(row) for row in found.rows],
        "kinds": [_choice_json(one) for one in found.kinds],
        "facets": {facet.name: [_choice_json(one) for one in facet.choices] for facet in found.facets},
        "correction": found.correction,
        "next": _next(found, reader),
    }


def _next(found: Results, reader: Reader) -> str | None:
    more = found.pager.page < found.pager.pages
    return address(reader, found.wish, found.pager.page + 1, "/search.json") if more else None


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _hit_json(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "url": row.href,
        "kind": row.kind,
        "class": row.class_name,
        "label": _marked_json(row.label),
        "aliases": [_marked_json(one) for one in row.aliases],
        "related": [one.text for one in row.related],
        "date": row.date,
        "publisher": row.publisher,
        "sentences": [
            {**_marked_json(one.said), "url": one.href, "evidence": one.is_evidence} for one in row.sentences
        ],
    }


def _marked_json(one: Marked) -> dict[str, object]:
    return {"text": one.text, "language": one.language, "marks": [list(mark) for mark in one.marks]}


def _choice_json(one: Choice) -> dict[str, object]:
    return {"value": one.value, "label": one.label, "count": one.count, "chosen": one.is_chosen}
