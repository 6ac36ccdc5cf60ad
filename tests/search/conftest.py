"""A small library in three languages, and its index."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.iris import Namespace
from numgraph.search import index
from numgraph.search.engine import Searcher, Wish
from numgraph.terms import DCTERMS, RDF, RDFS, SKOS, num

BASE = Namespace()
TYPE, LABEL, ALIAS = NamedNode(RDF + "type"), NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel")

# ruff: noqa: E501 - a row is read best on one line
# name, language, date, class, publisher, subjects, types, title, text
DOCUMENTS = (
    ("phase", "de", "2025-07-01", "PressRelease", "tud", ("medicine",), ("research-projects",),
     "Neue Förderphase beginnt", "Die Universitätskliniken erforschen seltene Krankheiten.\n\nDas Netzwerk geht weiter."),
    ("strasse", "de", "2024-03-15", "PressRelease", "tud", ("medicine", "law"), ("cooperation-agreements",),
     "Häuser an der Straße", "Im Krankenhaus an der Strasse arbeitet Dr. Müller. Die Medizin bleibt Medizin."),
    ("foerder", "de", "2023", "WebPage", None, (), (),
     "Antrag", "Wer Foerderung sucht, fordert sie schriftlich. Das Ziel: Universitätsmedizin für alle."),
    ("hospital", "en", "2025-11", "PressRelease", "leeds", ("medicine",), ("research-projects", "research-results"),
     "Hospitals join the network", "Researchers were researching rare diseases. The network of networks grows."),
    ("ziekenhuis", "nl", "2022-05-05", "Report", None, ("law",), (),
     "Ziekenhuizen werken samen", "De onderzoekers van het ziekenhuis coördineren onderzoek. Het netwerk groeit."),
    ("undated", None, None, "WebPage", None, (), (),
     "<b>Bold</b> title", "Nothing to see, <script>alert(1)</script> but a network."),
)  # fmt: skip
# key, class, labels by language, aliases
THINGS = (
    (
        "network/num",
        "Network",
        (("Netzwerk Universitätsmedizin", "de"), ("Network University Medicine", "en")),
        ("NUM",),
    ),
    ("network/numerus", "Network", (("Numerus", None),), ()),
    ("place/duesseldorf", "Place", (("Düsseldorf", "de"),), ("Duesseldorf am Rhein",)),
    ("university/tud", "University", (("Technische Universität Dresden", "de"),), ("TU Dresden",)),
    ("university/leeds", "University", (("University of Leeds", "en"),), ()),
)
CONCEPTS = (
    ("subject-area", "medicine", "Medizin", "Medicine"),
    ("subject-area", "law", "Recht", "Law"),
    ("release-type", "research-projects", "Forschungsprojekte", "Research projects"),
    ("release-type", "research-results", "Forschungsergebnisse", "Research results"),
    ("release-type", "cooperation-agreements", "Kooperationen", "Cooperation agreements"),
)


def concept(scheme: str, name: str) -> NamedNode:
    return NamedNode(f"{BASE.base}/scheme/{scheme}/{name}")


def quads() -> Iterator[Quad]:
    catalogue, ontology = NamedNode(BASE.graph("catalogue")), NamedNode(BASE.graph("ontology"))
    for name, language, date, kind, publisher, subjects, types, title, text in DOCUMENTS:
        source = NamedNode(BASE.source(name))
        for one in ("Source", kind):
            yield Quad(source, TYPE, NamedNode(num(one)), catalogue)
        yield Quad(source, NamedNode(num("title")), Literal(title, language=language), catalogue)
        if language:
            yield Quad(source, NamedNode(num("language")), Literal(language), catalogue)
        if date:
            yield Quad(source, NamedNode(num("publishedOn")), Literal(date), catalogue)
        if publisher:
            yield Quad(source, NamedNode(num("publisher")), NamedNode(BASE.thing(f"university/{publisher}")), catalogue)
        yield from (Quad(source, NamedNode(DCTERMS + "subject"), concept("subject-area", one)) for one in subjects)
        yield from (Quad(source, NamedNode(DCTERMS + "type"), concept("release-type", one)) for one in types)
        yield from _claim(name, text)
    for key, kind, labels, aliases in THINGS:
        thing = NamedNode(BASE.thing(key))
        yield Quad(thing, TYPE, NamedNode(num(kind)))
        yield Quad(thing, TYPE, NamedNode(num("Organisation")))
        yield from (Quad(thing, LABEL, Literal(label, language=language)) for label, language in labels)
        yield from (Quad(thing, ALIAS, Literal(one)) for one in aliases)
    for scheme, name, german, english in CONCEPTS:
        yield Quad(concept(scheme, name), LABEL, Literal(german, language="de"), ontology)
        yield Quad(concept(scheme, name), LABEL, Literal(english, language="en"), ontology)
    for below in ("Network", "University", "Place"):
        above = NamedNode(RDFS + "subClassOf")
        yield Quad(NamedNode(num(below)), above, NamedNode(num("Organisation")), ontology)


def _claim(name: str, text: str) -> Iterator[Quad]:
    """The last sentence of each text carries a claim."""
    claim, graph = NamedNode(BASE.claim(name, "1")), NamedNode(BASE.evidence_graph(name))
    yield Quad(claim, NamedNode(num("startOffset")), Literal(text.rindex(". ") + 2 if ". " in text else 0), graph)
    yield Quad(claim, NamedNode(num("endOffset")), Literal(len(text)), graph)


def archive() -> dict[str, bytes]:
    return {f"{one[0]}.txt": one[-1].encode() for one in DOCUMENTS}


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("library") / "search"
    index.write(quads(), archive(), BASE, folder)
    return Searcher(folder)


@pytest.fixture(scope="session")
def found(searcher: Searcher) -> Callable[..., set[str]]:
    """The slugs that a question finds: ``found("dresden", kind="entities")``."""

    def search(question: str, **wish: object) -> set[str]:
        hits = searcher.search(Wish(question, **wish), limit=100).hits
        return {hit.key.split("/")[-1] for hit in hits}

    return search
