"""The description of an edition in RDF: VoID, DCAT-AP 3 and PROV-O, with true counts.

https://www.w3.org/TR/void/, https://semiceu.github.io/DCAT-AP/releases/3.0.0/, https://www.w3.org/TR/prov-o/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from pyoxigraph import Literal, NamedNode, Triple

from numgraph import dumps
from numgraph.dumps import Dump
from numgraph.formats import Format
from numgraph.store.editions import EmbeddedEdition
from numgraph.store.prefixed import write_rdf
from numgraph.terms import DCTERMS, FOAF, NUM, PREFIXES, PROV, RDF, XSD

VOID, DCAT, SPDX = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
SD, FORMATS = "http://www.w3.org/ns/sparql-service-description#", "http://www.w3.org/ns/formats/"
IANA = "https://www.iana.org/assignments/media-types/"
TITLES = {
    "en": "numgraph: what the sources say about research-medicine networks",
    "de": "numgraph: was die Quellen über Netzwerke der Forschungsmedizin sagen",
}
ABOUT = {
    "en": "An agreed knowledge graph in which every fact leads to the sentence of the source that says it.",
    "de": "Ein abgestimmter Wissensgraph, in dem jede Tatsache zu dem Satz der Quelle führt, der sie sagt.",
}
RIGHTS = {
    "en": "The licence is for the facts. Quoted sentences keep the rights of their sources.",
    "de": "Die Lizenz gilt für die Tatsachen. Zitierte Sätze behalten die Rechte ihrer Quellen.",
}

Node = NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Used:
    """How often a property is used, on how many different subjects and with how many different values."""

    iri: str
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of the agreed graph; ``named`` are the statements of each named graph."""

    triples: int
    subjects: int
    objects: int
    things: int
    classes: tuple[tuple[str, int], ...]
    properties: tuple[Used, ...]
    named: dict[str, int]


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that the description says; addresses are absolute on the server that was asked."""

    iri: str
    address: str
    base: str
    licence: str
    publisher: str
    edition: EmbeddedEdition
    earlier: tuple[EmbeddedEdition, ...]
    counted: Statistics
    dumps: tuple[Dump, ...] | None

    def triples(self) -> Iterator[Triple]:
        """In an order that is always the same."""
        for part in (
            self._head,
            self._editions,
            self._counts,
            self._partitions,
            self._graphs,
            self._files,
            self._service,
        ):
            yield from part()

    def _head(self) -> Iterator[Triple]:
        me, catalogue, publisher = self.iri, f"{self.address}/dataset#catalogue", f"{self.address}/dataset#publisher"
        for one in (VOID + "Dataset", DCAT + "Dataset", PROV + "Entity"):
            yield fact(me, RDF + "type", NamedNode(one))
        yield fact(catalogue, RDF + "type", NamedNode(DCAT + "Catalog"))
        yield fact(catalogue, DCAT + "dataset", NamedNode(me))
        yield fact(catalogue, DCAT + "service", NamedNode(f"{self.address}/sparql"))
        yield fact(publisher, RDF + "type", NamedNode(FOAF + "Agent"))
        yield fact(publisher, FOAF + "name", Literal(self.publisher))
        for one in (me, catalogue):
            yield from texts(one, DCTERMS + "title", TITLES)
            yield from texts(one, DCTERMS + "description", ABOUT)
            yield fact(one, DCTERMS + "publisher", NamedNode(publisher))
        yield from self._terms()

    def _terms(self) -> Iterator[Triple]:
        if self.licence:
            yield fact(self.iri, DCTERMS + "license", NamedNode(self.licence))
        yield from texts(self.iri, DCTERMS + "rights", RIGHTS)
        for language in ("DEU", "ENG", "NLD"):
            code = NamedNode(f"http://publications.europa.eu/resource/authority/language/{language}")
            yield fact(self.iri, DCTERMS + "language", code)
        yield fact(self.iri, FOAF + "homepage", NamedNode(f"{self.address}/"))
        yield fact(self.iri, DCAT + "landingPage", NamedNode(f"{self.address}/"))

    def _editions(self) -> Iterator[Triple]:
        me, now = self._edition(self.edition.number), self.edition
        yield fact(self.iri, DCTERMS + "issued", moment((self.earlier or (now,))[0]))
        yield fact(self.iri, DCTERMS + "modified", moment(now))
        yield fact(self.iri, DCAT + "version", Literal(str(now.number)))
        yield fact(self.iri, DCAT + "hasCurrentVersion", NamedNode(me))
        for one in (*self.earlier, now):
            iri = self._edition(one.number)
            yield fact(self.iri, DCAT + "hasVersion", NamedNode(iri))
            yield fact(iri, RDF + "type", NamedNode(PROV + "Entity"))
            yield fact(iri, PROV + "generatedAtTime", moment(one))
            yield fact(iri, PROV + "wasAttributedTo", NamedNode(f"{iri}#author"))
            yield fact(f"{iri}#author", FOAF + "name", Literal(one.author))
            if one.message:
                yield fact(iri, DCTERMS + "description", Literal(one.message))
        for before, after in pairwise((*self.earlier, now)):
            yield fact(self._edition(after.number), PROV + "wasRevisionOf", NamedNode(self._edition(before.number)))

    def _edition(self, number: int) -> str:
        return f"{self.address}/editions/{number}"

    def _counts(self) -> Iterator[Triple]:
        c = self.counted
        for name, count in (
            ("triples", c.triples), ("distinctSubjects", c.subjects), ("distinctObjects", c.objects),
            ("entities", c.things), ("classes", len(c.classes)), ("properties", len(c.properties)),
        ):  # fmt: skip
            yield fact(self.iri, VOID + name, number(count))
        yield fact(self.iri, VOID + "uriSpace", Literal(f"{self.base}/id/"))
        yield fact(self.iri, VOID + "rootResource", NamedNode(f"{self.base}/id/network/num"))
        for vocabulary in sorted({NUM, *PREFIXES.values()}):
            yield fact(self.iri, VOID + "vocabulary", NamedNode(vocabulary))
        for name in ("Turtle", "JSON-LD", "N-Triples", "RDF_XML"):
            yield fact(self.iri, VOID + "feature", NamedNode(FORMATS + name))

    def _partitions(self) -> Iterator[Triple]:
        for position, (iri, count) in enumerate(self.counted.classes):
            part = f"{self.address}/dataset#class-{position + 1}"
            yield fact(self.iri, VOID + "classPartition", NamedNode(part))
            yield fact(part, VOID + "class", NamedNode(iri))
            yield fact(part, VOID + "entities", number(count))
        for position, used in enumerate(self.counted.properties):
            part = f"{self.address}/dataset#property-{position + 1}"
            yield fact(self.iri, VOID + "propertyPartition", NamedNode(part))
            yield fact(part, VOID + "property", NamedNode(used.iri))
            yield fact(part, VOID + "triples", number(used.triples))
            yield fact(part, VOID + "distinctSubjects", number(used.subjects))
            yield fact(part, VOID + "distinctObjects", number(used.objects))

    def _graphs(self) -> Iterator[Triple]:
        for graph, count in sorted(self.counted.named.items()):
            yield fact(self.iri, VOID + "subset", NamedNode(graph))
            yield fact(graph, RDF + "type", NamedNode(VOID + "Dataset"))
            yield fact(graph, VOID + "triples", number(count))

    def _files(self) -> Iterator[Triple]:
        known = {one.name: one for one in self.dumps or ()}
        for form in dumps.FORMATS:
            name = dumps.name(form)
            url = f"{self.address}/dumps/{self.edition.number}/{name}"
            iri = f"{url}#distribution"
            yield fact(self.iri, VOID + "dataDump", NamedNode(url))
            yield fact(self.iri, DCAT + "distribution", NamedNode(iri))
            yield fact(iri, RDF + "type", NamedNode(DCAT + "Distribution"))
            yield fact(iri, DCTERMS + "title", Literal(name))
            yield fact(iri, DCAT + "accessURL", NamedNode(self._edition(self.edition.number)))
            yield fact(iri, DCAT + "downloadURL", NamedNode(url))
            yield fact(iri, DCAT + "mediaType", NamedNode(IANA + form.media_type))
            yield fact(iri, DCAT + "compressFormat", NamedNode(IANA + "application/gzip"))
            if self.licence:
                yield fact(iri, DCTERMS + "license", NamedNode(self.licence))
            if name in known:
                yield from _checksum(iri, known[name])

    def _service(self) -> Iterator[Triple]:
        service = f"{self.address}/sparql"
        yield fact(self.iri, VOID + "sparqlEndpoint", NamedNode(service))
        yield fact(self.iri, VOID + "openSearchDescription", NamedNode(f"{self.address}/opensearch.xml"))
        yield fact(service, RDF + "type", NamedNode(DCAT + "DataService"))
        yield fact(service, RDF + "type", NamedNode(SD + "Service"))
        yield from texts(service, DCTERMS + "title", {"en": "SPARQL service", "de": "SPARQL-Dienst"})
        yield fact(service, DCAT + "endpointURL", NamedNode(service))
        yield fact(service, DCAT + "endpointDescription", NamedNode(service))
        yield fact(service, DCAT + "servesDataset", NamedNode(self.iri))


def _checksum(distribution: str, dump: Dump) -> Iterator[Triple]:
    checksum = f"{distribution}-checksum"
    yield fact(distribution, DCAT + "byteSize", Literal(str(dump.size), datatype=NamedNode(XSD + "nonNegativeInteger")))
    yield fact(distribution, SPDX + "checksum", NamedNode(checksum))
    yield fact(checksum, RDF + "type", NamedNode(SPDX + "Checksum"))
    yield fact(checksum, SPDX + "algorithm", NamedNode(SPDX + "checksumAlgorithm_sha256"))
    yield fact(checksum, SPDX + "checksumValue", Literal(dump.sha256, datatype=NamedNode(XSD + "hexBinary")))


def fact(subject: str, predicate: str, value: Node) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), value)


def texts(subject: str, predicate: str, said: dict[str, str]) -> Iterator[Triple]:
    for language, text in sorted(said.items()):
        yield fact(subject, predicate, Literal(text, language=language))


def number(count: int) -> Literal:
    return Literal(str(count), datatype=NamedNode(XSD + "integer"))


def moment(edition: EmbeddedEdition) -> Literal:
    return Literal(edition.time.isoformat(), datatype=NamedNode(XSD + "dateTime"))


def write(description: Description, wanted: Format) -> bytes:
    """The description in a format for graphs."""
    output = BytesIO()
    write_rdf(description.triples(), output, wanted.rdf)
    return output.getvalue()
