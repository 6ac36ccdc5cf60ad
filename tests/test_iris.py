from __future__ import annotations

import doctest

from hypothesis import given
from hypothesis import strategies as st

from numgraph import iris


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(iris).failed == 0


@given(st.text())
def test_a_slug_is_ascii_lower_case_and_never_empty(text: str) -> None:
    slug = iris.slug(text)
    assert slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@given(st.text(min_size=1))
def test_a_slug_of_a_slug_is_the_same(text: str) -> None:
    assert iris.slug(iris.slug(text)) == iris.slug(text)


def test_the_kind_of_a_class_is_kebab_case() -> None:
    assert iris.kind("UniversityHospital") == "university-hospital"
    assert iris.kind("Place") == "place"
