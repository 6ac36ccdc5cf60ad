from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numgraph.errors import BadMapping
from numgraph.mapping.rml import templates
from numgraph.mapping.rml.templates import parse_template


def test_the_example_in_the_docstring_holds() -> None:
    assert doctest.testmod(templates).failed == 0


@given(st.text())
def test_escaped_text_is_itself(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    assert "".join(map(str, parse_template(escaped).parts)) == text


@pytest.mark.parametrize("text", ["{", "}", "{a", "a}", "{{a}}", "{}", "{a\\b}", "\\a"])
def test_a_brace_that_opens_or_closes_nothing_is_an_error(text: str) -> None:
    with pytest.raises(BadMapping):
        parse_template(text)
