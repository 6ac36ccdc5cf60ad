"""The language of the search box says how it was understood, and where it was not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numgraph.errors import BadSearch
from numgraph.search import syntax

CASES = Path(__file__).resolve().parent.parent / "cases" / "search.txt"


def cases() -> list[tuple[str, str]]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    rows = [line.rpartition(" | ") for line in lines if line.strip() and not line.startswith("#")]
    return [(question, expected) for question, _, expected in rows]


def understood(question: str) -> str:
    try:
        return syntax.written(syntax.parse(question)) or "nothing"
    except BadSearch as fault:
        return f"fault {fault.kind} at {fault.position}"


@pytest.mark.parametrize(("question", "expected"), cases())
def test_a_question_is_understood_as_the_case_list_says(question: str, expected: str) -> None:
    assert understood(question) == expected


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("x" * 1_000_000, "long"),
        ("(" * 10_000, "long"),
        ("(" * 400 + "a" + ")" * 400, "deep"),
        ("NOT " * 200 + "a", "operator"),
        ("a " * 400, "many"),
        ('"' * 999, "quote"),
        ("title:" * 100 + "a", "field"),
        ("a*" * 200, None),
        ("-" * 900 + "a", "operator"),
    ],
)
def test_hostile_questions_are_refused_at_once(question: str, kind: str | None) -> None:
    begun = time.perf_counter()
    if kind is None:
        syntax.parse(question)
    else:
        with pytest.raises(BadSearch) as caught:
            syntax.parse(question)
        assert caught.value.kind == kind
    assert time.perf_counter() - begun < 0.5


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet='ab()"*-: ORANDNOTundor', max_size=60))
def test_whatever_is_typed_is_understood_or_refused_with_its_place(question: str) -> None:
    said = understood(question)
    if said.startswith("fault "):
        place = said.rpartition(" ")[2]
        assert place == "None" or 1 <= int(place) <= len(question) + 1
    elif said != "nothing":
        assert understood(said) == said
