from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from numgraph.errors import InvalidData
from numgraph.mapping import literals
from numgraph.model import Value
from numgraph.terms import XSD


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(literals).failed == 0


@pytest.mark.parametrize(
    ("value", "datatype", "lexical", "xsd"),
    [
        ("37", "integer", "37", "integer"),
        ("037", "integer", "37", "integer"),
        ("150000000", "money", "150000000", "decimal"),
        ("12.50", "money", "12.5", "decimal"),
        ("2030-12-31", "date", "2030-12-31", "date"),
        ("2030-07", "gYearMonth", "2030-07", "gYearMonth"),
        ("2030", "gYear", "2030", "gYear"),
        ("+4930123456", "phone", "+4930123456", "string"),
        ("a@example.org", "email", "a@example.org", "string"),
        ("https://example.org", "url", "https://example.org", "anyURI"),
        ("de", "lang", "de", "language"),
    ],
)
def test_each_datatype_has_its_xsd_type_and_one_spelling(value: str, datatype: str, lexical: str, xsd: str) -> None:
    found = literals.literal(Value(value, datatype))
    assert (found.value, found.datatype.value) == (lexical, XSD + xsd)


@pytest.mark.parametrize(
    ("value", "datatype"),
    [
        ("elf", "integer"),
        ("1e6", "money"),
        ("2030-02-30", "date"),
        ("2030-07", "date"),
        ("2030-13", "gYearMonth"),
        ("30", "gYear"),
        ("0351 458", "phone"),
        ("name(at)example.org", "email"),
        ("www.example.org", "url"),
        ("https://exa mple.org", "url"),
        ("Deutsch (DE)", "lang"),
        ("  ", "string"),
        ("x", "colour"),
    ],
)
def test_a_value_that_is_not_of_its_datatype_is_refused(value: str, datatype: str) -> None:
    with pytest.raises(InvalidData, match=r"cannot be|is no datatype"):
        literals.literal(Value(value, datatype))


@pytest.mark.parametrize("code", ["Euro", "eur", "€"])
def test_a_currency_that_is_no_code_of_iso_4217_is_refused(code: str) -> None:
    with pytest.raises(InvalidData, match="ISO 4217"):
        literals.currency(code)


@given(st.text())
def test_any_text_becomes_a_literal_of_the_same_length_that_rdf_xml_can_carry(words: str) -> None:
    found = literals.text(words)
    assert len(found.value) == len(words)
    quad = Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), found)
    written = serialize([quad.triple], format=RdfFormat.RDF_XML)
    (read,) = parse(written, format=RdfFormat.RDF_XML)
    assert read.object == found
