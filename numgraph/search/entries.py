"""What can be found: sources with their archived text, and the things of the agreed graph, as records for the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from numgraph.iris import Namespace
from numgraph.terms import DCTERMS, NUM, RDF, RDFS, SKOS, num

Name = tuple[str, str | None]  # text, language

SOURCES = frozenset({"Source", "PressRelease", "WebPage", "Report", "Directory", "Submission"})
BETWEEN = frozenset({"Role", "Claim", "Conflict", "TimeVarying", "SingleValued"})  # nodes that nobody looks for
_PROSE = tuple(num(name) for name in ("goal", "foundedBecauseOf", "eventMotto"))
_DETAILS = tuple(num(name) for name in ("role", "academicTitle", "website", "address", "email"))
_PLACES = tuple(num(name) for name in ("locatedIn", "eventPlace", "hostedAt", "partOf", "memberOf", "participatesIn"))
_SPAN = (num("startOffset"), num("endOffset"))
# A facet of sources: the concepts that the portal's own terms lead to, else what the source itself says.
_FACETS = {"subject": ("subject", "subjectArea"), "type": ("type", "releaseType"), "region": ("coverage", "region")}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find. ``facets`` hold values by facet: keys of concepts and things, or plain text."""

    key: str  # <kind>/<slug>
    kind: str  # documents or entities
    names: tuple[Name, ...]  # labels first, then aliases
    labels: int  # how many of the names are labels
    text: str
    language: str | None
    date: str | None
    publisher: str | None  # a key
    facets: Mapping[str, tuple[str, ...]]
    related: tuple[str, ...] = ()  # names of what it is part of, located in, published by
    details: tuple[str, ...] = ()  # found, and not shown with a hit
    weight: int = 0  # statements about and to it
    spans: tuple[tuple[int, int], ...] = ()  # stretches of the text that carry claims


@dataclass(slots=True)
class _Graph:
    """The statements that matter, by subject; IRIs and literals as pyoxigraph gives them."""

    facts: dict[str, dict[str, list[NamedNode | Literal]]] = field(default_factory=lambda: defaultdict(dict))
    weights: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spans: dict[str, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    above: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def entries(quads: Iterable[Quad], archive: Mapping[str, bytes], namespace: Namespace) -> tuple[list[Entry], Labels]:
    """Everything that can be found in a dataset, sorted by key, and the labels of the facets' values."""
    graph = _read(quads, namespace)
    labels = Labels(graph.facts, namespace)
    found = [one for iri in sorted(graph.facts) if (one := _entry(iri, graph, archive, labels))]
    return found, labels


def _read(quads: Iterable[Quad], namespace: Namespace) -> _Graph:
    graph = _Graph()
    catalogue, ontology = namespace.graph("catalogue"), namespace.graph("ontology")
    evidence = namespace.evidence_graph("")
    for quad in quads:
        where = getattr(quad.graph_name, "value", "")
        if where.startswith(evidence):
            if quad.predicate.value in _SPAN:
                _keep_offset(graph, where.removeprefix(evidence), quad)
        elif where in {"", catalogue, ontology}:
            _keep(graph, quad, is_agreed=not where)
    for facts in graph.facts.values():
        for values in facts.values():
            values.sort(key=str)  # the order of statements is that of whoever gave them
    return graph


def _keep_offset(graph: _Graph, document: str, quad: Quad) -> None:
    if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
        graph.spans[document][quad.subject.value].append(int(quad.object.value))


def _keep(graph: _Graph, quad: Quad, *, is_agreed: bool) -> None:
    subject, predicate, value = str(getattr(quad.subject, "value", "")), quad.predicate.value, quad.object
    if not isinstance(value, NamedNode | Literal):
        return
    held = graph.facts[subject].setdefault(predicate, [])
    if value not in held:
        held.append(value)
    if predicate == RDFS + "subClassOf":
        graph.above[subject].add(value.value)
    elif is_agreed and predicate.startswith(NUM):
        graph.weights[subject] += 1
        if isinstance(value, NamedNode):
            graph.weights[value.value] += 1


class Labels:
    """What things and concepts are called, and the short keys that stand for them in addresses."""

    def __init__(self, facts: Mapping[str, Mapping[str, list[NamedNode | Literal]]], namespace: Namespace) -> None:
        self._facts = facts
        self._things = f"{namespace.base}/id/"
        self.used: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)  # facet, key, language, label

    def key(self, iri: str) -> str | None:
        return iri.removeprefix(self._things) if iri.startswith(self._things) else None

    def names(self, iri: str) -> list[Name]:
        """Labels, then aliases, each once."""
        return list(dict.fromkeys((*self.preferred(iri), *self._texts(iri, SKOS + "altLabel"))))

    def preferred(self, iri: str) -> list[Name]:
        """The labels in every language; the title of a source."""
        found = self._texts(iri, SKOS + "prefLabel") or self._texts(iri, num("title"), RDFS + "label")
        return list(dict.fromkeys(found))

    def _texts(self, iri: str, *predicates: str) -> list[Name]:
        facts = self._facts.get(iri, {})
        found = (value for predicate in predicates for value in facts.get(predicate, ()))
        return [(one.value, one.language) for one in found if isinstance(one, Literal)]

    def use(self, facet: str, value: NamedNode | Literal) -> str:
        """The key of a facet's value; its labels are kept for those who show it."""
        key = self.key(value.value) if isinstance(value, NamedNode) else None
        key = key or (value.value.rstrip("/#").split("/")[-1] if isinstance(value, NamedNode) else value.value[:120])
        told = self.preferred(value.value) if isinstance(value, NamedNode) else [(value.value[:120], value.language)]
        self.used[facet][key] = {language or "": text for text, language in reversed(told)} or {"": key}
        return key


def _entry(iri: str, graph: _Graph, archive: Mapping[str, bytes], labels: Labels) -> Entry | None:
    key, facts = labels.key(iri), graph.facts[iri]
    classes = _classes(facts)
    if key is None or not classes or classes & BETWEEN:
        return None
    if classes & SOURCES:
        return _source(key, iri, graph, archive, labels)
    return _thing(key, iri, graph, labels) if labels.names(iri) else None


def _classes(facts: Mapping[str, list[NamedNode | Literal]]) -> set[str]:
    types = (value.value for value in facts.get(RDF + "type", ()))
    return {iri.removeprefix(NUM) for iri in types if iri.startswith(NUM)}


def _source(key: str, iri: str, graph: _Graph, archive: Mapping[str, bytes], labels: Labels) -> Entry:
    facts, document = graph.facts[iri], key.removeprefix("source/")
    language = next((value.value for value in facts.get(num("language"), ())), None)
    date = max((value.value for value in facts.get(num("publishedOn"), ())), default=None)
    facets = {facet: _of_facet(facet, facts, labels) for facet in _FACETS}
    facets["publisher"] = tuple(labels.use("publisher", value) for value in facts.get(num("publisher"), ()))
    facets["language"] = (language,) if language else ()
    facets["class"] = tuple(sorted(_classes(facts) - {"Source"}))
    facets["year"] = (date[:4],) if date else ()
    spans = {tuple(sorted(pair)) for pair in graph.spans.get(document, {}).values() if len(pair) == len(_SPAN)}
    return Entry(
        key=key,
        kind="documents",
        names=tuple(labels.names(iri)) or ((document, None),),
        labels=len(labels.preferred(iri)) or 1,
        text=archive.get(f"{document}.txt", b"").decode("utf-8", "replace"),
        language=language,
        date=date,
        publisher=next(iter(facets["publisher"]), None),
        facets=facets,
        related=tuple(name for value in facts.get(num("publisher"), ()) for name, _ in labels.names(value.value)),
        weight=len(spans),
        spans=tuple(sorted((start, end) for start, end in spans)),
    )


def _of_facet(facet: str, facts: Mapping[str, list[NamedNode | Literal]], labels: Labels) -> tuple[str, ...]:
    concept, said = _FACETS[facet]
    found = [value for value in facts.get(DCTERMS + concept, ()) if isinstance(value, NamedNode)]
    return tuple(dict.fromkeys(labels.use(facet, value) for value in found or facts.get(num(said), [])))


def _thing(key: str, iri: str, graph: _Graph, labels: Labels) -> Entry:
    facts = graph.facts[iri]
    prose = [value.value for predicate in _PROSE for value in facts.get(predicate, ())]
    related = [value.value for predicate in _PLACES for value in facts.get(predicate, ())]
    return Entry(
        key=key,
        kind="entities",
        names=tuple(labels.names(iri)),
        labels=len(labels.preferred(iri)) or 1,
        text="\n".join(prose),
        language=None,
        date=None,
        publisher=None,
        facets={"class": tuple(sorted(_classes(facts), key=lambda one: (_breadth(one, graph), one)))},
        related=tuple(name for one in related for name, _ in labels.names(one)[:1]),
        details=tuple(value.value for predicate in _DETAILS for value in facts.get(predicate, ())),
        weight=graph.weights.get(iri, 0),
    )


def _breadth(name: str, graph: _Graph) -> int:
    """Fewer classes above means broader; the most specific class comes first."""
    return -len(_ancestors(num(name), graph))


def _ancestors(iri: str, graph: _Graph) -> set[str]:
    found: set[str] = set()
    waiting = [iri]
    while waiting:
        for above in graph.above.get(waiting.pop(), ()):
            if above not in found:
                found.add(above)
                waiting.append(above)
    return found


def texts(found: Iterable[Entry]) -> Iterator[Name]:
    """Every text with its language, for the vocabulary of compounds. What names say is worth twice as much."""
    for one in found:
        yield from one.names * 2
        yield one.text, one.language
