"""Questions to an index: hits with their rank, the counts beside each filter, names while typing.

Ranking: a name that is just what was asked comes first, then words in names, then words as written in texts, then
other forms of the words and parts of compounds; BM25 decides, and a little the number of statements about a thing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from tantivy import Occur, Order, Query

from numgraph.errors import BadSearch
from numgraph.search import analysis, index
from numgraph.search.entries import Name
from numgraph.search.index import FACETS
from numgraph.search.syntax import Both, Either, Not, Tree, Words, parse

FURTHEST = 10_000  # hits that paging can reach
_MOST_VALUES = 2_000  # values of one facet that are counted
_BOOST = {"name": 8.0, "name_forms": 4.0, "text": 1.5, "text_forms": 1.0, "publisher": 0.5, "publisher_forms": 0.3}
_EXACT, _WHOLE_WORDS = 200.0, 20.0
_SUGGESTED = 40  # candidates for a suggestion, before those with most statements are chosen
_PLACES = {"title": ("name",), "text": ("text",), "publisher": ("publisher",), None: ("name", "text", "publisher")}
_LONG_WORD = 6  # letters; in shorter words two wrong letters make another word
_SHORT_WORD = 4  # letters; in shorter words one wrong letter does
_LONGEST_NAME, _MOST_WORDS = 300, 16  # characters and words of a name to compare
KINDS = ("documents", "entities")
SORTS = ("relevance", "newest", "oldest")


@dataclass(frozen=True, slots=True)
class Wish:
    """A search: the question and the filters. Values of one facet are alternatives; facets must all hold."""

    question: str = ""
    kind: str | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str | None = None  # ISO dates, any precision
    until: str | None = None
    sort: str = "relevance"


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, as the index keeps it."""

    key: str
    kind: str
    names: tuple[Name, ...]  # labels first, then aliases
    labels: int  # how many of the names are labels
    date: str | None
    language: str | None
    publisher: str | None
    facets: Mapping[str, tuple[str, ...]]
    weight: int
    related: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = field(repr=False)  # stretches of the text that carry claims
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. ``counts`` hold, by facet, how many hits there are with each value under all other filters."""

    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[str, Mapping[str, int]]
    tree: Tree | None
    correction: str | None = None


class Searcher:
    """An index opened for reading, safe to share between threads: the engine lets go of Python's lock.

    The engine takes a lock beside the files that it opens. They are linked into a folder of their own for that moment,
    so that nothing is ever written where the data are: that may be a medium that can only be read.
    """

    def __init__(self, folder: Path) -> None:
        self._schema = index.schema()
        with TemporaryDirectory(prefix="numgraph-search-") as aside:
            for one in folder.iterdir():
                if one.name not in index.LOCKS:
                    Path(aside, one.name).symlink_to(one.resolve())
            self._index = tantivy.Index.open(aside)
            self._searcher = self._index.searcher()  # holds every file open from here on
        self.labels = index.read_labels(folder)

    def search(self, wish: Wish, *, limit: int, offset: int = 0) -> Found:
        """The hits of a wish. Raises BadSearch."""
        tree = parse(wish.question)
        asked = self._question(tree, wish.question)
        filters = self._filters(wish)
        query = _all_of([asked, *filters.values()])
        offset = min(offset, FURTHEST)
        result = self._ordered(query, wish.sort, limit, offset)
        hits = tuple(self._hit(address) for _, address in result.hits)
        total = result.count or 0
        correction = self._correction(tree, wish.question) if total == 0 else None
        return Found(total, hits, self._counts(asked, filters, query), tree, correction)

    def suggest(self, typed: str, *, limit: int = 10) -> list[Hit]:
        """Names that begin with what is typed, or hold its words; those first of which most is known."""
        words = [word for word, _, _ in analysis.words(typed[:200])][:12]
        if not words:
            return []
        query = self._beginning(words)
        found = [
            (score, self._hit(at))
            for score, at in self._searcher.search(query, _SUGGESTED, count=False, weight_by_field="share").hits
        ]
        whole = index.whole(typed)
        found.sort(key=lambda pair: (_missing(pair[1], whole), -pair[0], -pair[1].weight, pair[1].key))
        return [hit for _, hit in found[:limit]]

    def similar(self, name: str, classes: Iterable[str] = (), *, limit: int = 40) -> list[Hit]:
        """Things with a name like this one: with words of it, inflected, in compounds or with a wrong letter."""
        words = [word for word, _, _ in analysis.words(name[:_LONGEST_NAME])][:_MOST_WORDS]
        if not words:
            return []
        wanted = [self._any("kind", ["entities"])]
        if chosen := list(classes):
            wanted.append(self._any("class", chosen))
        exact = Query.boost_query(self._term("exact", index.whole(name)), _EXACT)
        alike = [Query.disjunction_max_query([*self._forms("name", one), self._misspelt(one)]) for one in words]
        some = Query.boolean_query([(Occur.Should, one) for one in (exact, *alike)])
        found = self._searcher.search(_all_of([*wanted, some]), limit, count=False)
        return [self._hit(address) for _, address in found.hits]

    def _misspelt(self, word: str) -> Query:
        plain = analysis.folded(word)
        distance = 0 if len(plain) < _SHORT_WORD else 1 if len(plain) < _LONG_WORD else 2
        return Query.boost_query(Query.fuzzy_term_query(self._schema, "name", plain, distance=distance), _BOOST["name"])

    def things(self, keys: Iterable[str]) -> dict[str, Hit]:
        """The things with these keys, as far as there are such."""
        wanted = Query.boolean_query([(Occur.Should, self._term("key", key)) for key in keys])
        found = [self._hit(at) for _, at in self._searcher.search(wanted, FURTHEST, count=False).hits]
        return {hit.key: hit for hit in found}

    def _ordered(self, query: Query, sort: str, limit: int, offset: int) -> Any:
        if sort == "relevance":
            return self._searcher.search(query, limit, offset=offset, weight_by_field="share")
        order = Order.Desc if sort == "newest" else Order.Asc
        return self._searcher.search(query, limit, offset=offset, order_by_field="date", order=order)

    def _hit(self, address: tantivy.DocAddress) -> Hit:
        document = self._searcher.doc(address)
        row, text = (bytes(document.get_first(name) or b"").decode("utf-8") for name in ("row", "body"))
        return _hit(json.loads(row), text)

    def _question(self, tree: Tree | None, question: str) -> Query:
        if tree is None:
            return Query.all_query()
        found, whole = self._tree(tree), index.whole(question)
        exact = Query.boost_query(Query.const_score_query(self._term("exact", whole), 1.0), _EXACT)
        return Query.boolean_query([(Occur.Must, found), (Occur.Should, exact)])

    def _tree(self, tree: Tree) -> Query:
        match tree:
            case Words():
                return self._words(tree)
            case Both():
                return _all_of([self._tree(part) for part in tree.parts])
            case Either():
                return Query.boolean_query([(Occur.Should, self._tree(part)) for part in tree.parts])
            case Not():
                return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, self._tree(tree.part))])

    def _words(self, words: Words) -> Query:
        if words.field in FACETS and words.field not in _PLACES:
            return self._values(words)
        places = _PLACES[words.field]
        one = words.words[0] if len(words.words) == 1 else None
        if words.prefix:
            found = [query for place in places for query in self._prefix(place, words.words)]
        elif one is None or words.exactly:
            found = [self._phrase(place, words.words) for place in places]
        else:
            found = [query for place in places for query in self._forms(place, one)]
        return Query.disjunction_max_query(found, 0.1)

    def _forms(self, place: str, word: str) -> list[Query]:
        forms = f"{place}_forms"
        derived = [self._term(forms, form) for form in dict.fromkeys(analysis.asked(word))]
        return [
            Query.boost_query(self._term(place, analysis.folded(word)), _BOOST[place]),
            Query.boost_query(Query.disjunction_max_query(derived), _BOOST[forms]),
        ]

    def _phrase(self, place: str, words: tuple[str, ...]) -> Query:
        folded: list[str | tuple[int, str]] = [analysis.folded(word) for word in words]
        one = self._term(place, str(folded[0]))
        found = one if len(folded) == 1 else Query.phrase_query(self._schema, place, folded)
        return Query.boost_query(found, _BOOST[place])

    def _prefix(self, place: str, words: tuple[str, ...]) -> list[Query]:
        *before, last = words
        beginnings = [self._starting(place, analysis.folded(last), _BOOST[place])]
        if analysis.bare(last) == analysis.folded(last):
            forms = f"{place}_forms"
            beginnings.append(self._starting(forms, "a" + last, _BOOST[forms]))
        found = Query.disjunction_max_query(beginnings)
        return [_all_of([found, self._phrase(place, tuple(before))]) if before else found]

    def _starting(self, place: str, beginning: str, boost: float) -> Query:
        """Terms that begin so. Folded words hold letters and digits only, nothing a regular expression would read."""
        return Query.boost_query(Query.regex_query(self._schema, place, beginning + ".*"), boost)

    def _values(self, words: Words) -> Query:
        """A facet by its labels: ``type:pressemitteilung``, ``subject:medi*``."""
        wanted, facet = " ".join(map(analysis.folded, words.words)), words.field or ""
        known = {value: [value, *told.values()] for value, told in self.labels.get(facet, {}).items()}
        known = known or {value: [value] for value in self._known(facet)}
        fitting = [value for value, told in known.items() if any(_fits(wanted, one, words.prefix) for one in told)]
        return self._any(facet, fitting)

    def _known(self, facet: str) -> Iterable[str]:
        return self._aggregate(Query.all_query(), [facet])[facet]

    def _filters(self, wish: Wish) -> dict[str, Query]:
        found = {facet: self._any(facet, wish.facets[facet]) for facet in FACETS if wish.facets.get(facet)}
        if wish.kind is not None:
            found["kind"] = self._any("kind", [wish.kind])
        if wish.since or wish.until:
            found["date"] = self._between(wish.since, wish.until)
        return found

    def _between(self, since: str | None, until: str | None) -> Query:
        for date in (since, until):
            if date and not index.is_date(date):
                raise BadSearch(f"a date is written 2025, 2025-07 or 2025-07-31, not {date[:20]!r}", "date")
        first = index.day(since) if since else 0
        last = index.day(until, unknown="99") if until else 99_999_999
        return Query.range_query(self._schema, "date", tantivy.FieldType.Unsigned, first, last)

    def _any(self, facet: str, values: Iterable[str]) -> Query:
        chosen = [(Occur.Should, self._term(index.by(facet), value)) for value in values]
        return Query.const_score_query(Query.boolean_query(chosen), 0.0) if chosen else Query.empty_query()

    def _term(self, place: str, term: str) -> Query:
        option = "basic" if place not in _BOOST else "freq" if place.endswith("_forms") else "position"
        return Query.term_query(self._schema, place, term, option)

    def _counts(self, asked: Query, filters: Mapping[str, Query], query: Query) -> dict[str, dict[str, int]]:
        """Each facet counted under every filter but its own: so a count is what choosing that value alone gives."""
        free = [name for name in ("kind", *FACETS) if name not in filters]
        counts = self._aggregate(query, free)
        for name in filters:
            if name != "date":
                others = [one for other, one in filters.items() if other != name]
                counts |= self._aggregate(_all_of([asked, *others]), [name])
        return counts

    def _aggregate(self, query: Query, names: Iterable[str]) -> dict[str, dict[str, int]]:
        wanted = {name: {"terms": {"field": index.by(name), "size": _MOST_VALUES}} for name in names}
        found = self._searcher.aggregate(query, wanted) if wanted else {}
        return {
            name: {row["key"]: row["doc_count"] for row in sorted(part["buckets"], key=_by_count)}
            for name, part in found.items()
        }

    def _beginning(self, words: list[str]) -> Query:
        each = [Query.disjunction_max_query(self._prefix("name", (word,))) for word in words]
        whole = self._starting("exact", " ".join(map(analysis.folded, words)), _WHOLE_WORDS)
        return Query.boolean_query([(Occur.Must, _all_of(each)), (Occur.Should, whole)])

    def _correction(self, tree: Tree | None, question: str) -> str | None:
        """The question with words that occur nowhere replaced by their nearest neighbours that do."""
        better = question
        for word in {word for words in _leaves(tree) for word in words.words if words.field not in FACETS}:
            forms = [form for place in ("name", "text") for form in self._forms(place, word)]
            if self._count(Query.disjunction_max_query(forms)):
                continue
            near = self._nearest(word)
            if near is None:
                return None
            better = _replaced(better, word, near)
        return better if better != question else None

    def _count(self, query: Query) -> int:
        found: Any = self._searcher.search(query, 1, count=True)
        return found.count or 0

    def _nearest(self, word: str) -> str | None:
        plain = analysis.folded(word)
        distance = 1 if len(plain) < _LONG_WORD else 2
        for place in ("name", "text"):
            fuzzy = Query.fuzzy_term_query(self._schema, place, plain, distance=distance)
            for _, address in self._searcher.search(fuzzy, 5, count=False).hits:
                hit = self._hit(address)
                said = " ".join(name for name, _ in hit.names) if place == "name" else hit.text[:200_000]
                near = _closest(plain, (one for one, _, _ in analysis.words(said)))
                if near:
                    return near
        return None


def _hit(row: dict[str, Any], text: str) -> Hit:
    """A hit from what the index keeps of it."""
    names = tuple((name, language) for name, language in row["names"])
    spans = tuple((start, end) for start, end in row["spans"])
    facets = {name: tuple(values) for name, values in row["facets"].items()}
    told = {"names": names, "spans": spans, "facets": facets, "related": tuple(row["related"])}
    return Hit(**{**row, **told}, text=text)


def _closest(plain: str, candidates: Iterable[str]) -> str | None:
    folded = {one: analysis.folded(one) for one in candidates}
    found = process.extractOne(plain, folded, scorer=DamerauLevenshtein.distance, score_cutoff=2)
    return str(found[2]) if found else None


def _replaced(question: str, word: str, near: str) -> str:
    start = question.lower().find(word)
    if start < 0:
        return question
    near = near.capitalize() if question[start].isupper() else near
    return question[:start] + near + question[start + len(word) :]


def _leaves(tree: Tree | None) -> Iterable[Words]:
    match tree:
        case Words():
            yield tree
        case Both() | Either():
            for part in tree.parts:
                yield from _leaves(part)
        case _:
            return


def _all_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, one) for one in queries])


def _by_count(row: Mapping[str, Any]) -> tuple[int, str]:
    return -row["doc_count"], row["key"]


def _fits(wanted: str, label: str, prefix: bool) -> bool:
    plain = f" {index.whole(label)} "
    return f" {wanted}" in plain if prefix else f" {wanted} " in plain


def _missing(hit: Hit, typed: str) -> int:
    """How many characters lack to the shortest name that begins as typed; many where none does."""
    names = (index.whole(name) for name, _ in hit.names)
    return min((len(name) - len(typed) for name in names if name.startswith(typed)), default=1000)
