from __future__ import annotations

import doctest

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP

from numgraph.terms import SH
from numgraph.validation import messages


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(messages).failed == 0


def test_every_component_of_shacl_core_has_a_sentence_in_both_languages() -> None:
    iris = {str(kind.shacl_constraint_component) for kind in CONSTRAINT_PARAMETERS_MAP.values()}
    components = {iri.removeprefix(SH).removesuffix("ConstraintComponent") for iri in iris if iri.startswith(SH)}
    assert len(components) > 25
    assert components - {"QualifiedValueShape"} <= messages.SENTENCES.keys()  # pySHACL's name for both counts
    assert all(messages.sentence(name, "de") != messages.sentence(name, "en") for name in messages.SENTENCES)


def test_an_unknown_component_gets_a_sentence_too() -> None:
    assert messages.sentence("urn:mine", "de").startswith("Dies verletzt")
