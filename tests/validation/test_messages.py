from __future__ import annotations

import doctest

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP

from numgraph.validation import messages


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(messages).failed == 0


def test_every_component_of_shacl_core_has_a_sentence_in_both_languages() -> None:
    components = {str(kind.shacl_constraint_component).split("#")[1] for kind in CONSTRAINT_PARAMETERS_MAP.values()}
    known = {f"{name}ConstraintComponent" for name in messages.SENTENCES}
    # pySHACL keeps both qualified counts in one class, and JavaScript (SHACL-JS) is not ours.
    assert components - known <= {"QualifiedValueShapeConstraintComponent", "JSConstraintComponent"}
    assert all(messages.sentence(name, "de") != messages.sentence(name, "en") for name in known)


def test_an_unknown_component_gets_a_sentence_too() -> None:
    assert messages.sentence("urn:mine", "de").startswith("Dies verletzt")
