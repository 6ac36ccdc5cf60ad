from __future__ import annotations

import pytest
from rdflib import XSD, BNode, Graph, Literal, URIRef

from numgraph.validation import worker


def test_terms_keep_their_lexical_form_and_their_labels() -> None:
    text = '_:x <urn:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n_:x <urn:p> "a"@de-AT .\n_:x <urn:p> "b" .'
    found = set(worker.graph(text).objects(BNode("x"), URIRef("urn:p")))
    lexical = Literal("01", datatype=XSD.integer, normalize=False)
    assert {str(term) for term in found} == {"01", "a", "b"}
    assert lexical in found


@pytest.mark.parametrize(
    "term",
    ["<urn:a>", '"a"', '"a \\"b\\"\\n"@de', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "_:x"],
)
def test_a_term_goes_to_rdflib_and_back(term: str) -> None:
    data = worker.graph(f"<urn:s> <urn:p> {term} .")
    assert worker.n_triples(data.value(URIRef("urn:s"), URIRef("urn:p"))) == term


def test_a_path_is_written_as_sparql_writes_it() -> None:
    report = Graph().parse(
        data="PREFIX sh: <http://www.w3.org/ns/shacl#> <urn:r> sh:resultPath ( <urn:p> [ sh:inversePath <urn:q> ] ) ."
    )
    node = report.value(URIRef("urn:r"), URIRef("http://www.w3.org/ns/shacl#resultPath"))
    assert worker.path(report, node) == "<urn:p> / ^<urn:q>"


SPARQL_SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:s> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:sparql <urn:c> .
<urn:c> sh:message "{?value} ist zu viel"@de , "{?value} is too much, {?else}"@en ;
    sh:select "SELECT $this ?value WHERE { $this <urn:p> ?value }" .
"""


def test_a_message_keeps_its_language_when_its_placeholders_are_filled() -> None:
    data = Graph().parse(data="<urn:a> <urn:p> 7 .", format="turtle")
    (result,) = worker.outcome(data, Graph().parse(data=SPARQL_SHAPE), None)["results"]
    assert result["messages"] == {"de": "7 ist zu viel", "en": "7 is too much, {?else}"}
