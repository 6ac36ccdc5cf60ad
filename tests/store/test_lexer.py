"""Spellings of one query get one name, and different queries never do."""

from __future__ import annotations

import pytest

from numgraph.store.lexer import normalised

QUERY = 'PREFIX : <http://a/#> SELECT ?s { ?s :p "a # b  c"@en ; <http://x/#y> ?o FILTER(?o < 5) }'


@pytest.mark.parametrize(
    "spelling",
    [
        QUERY.replace(" {", "\n\t{\r\n"),
        f"# what this asks\n{QUERY} # all of it",
        QUERY.replace("; ", "; # \"or\" 'so' <http://x>\n"),
        f"\n\n  {QUERY}  \n",
    ],
)
def test_white_space_and_comments_make_no_difference(spelling: str) -> None:
    # within the string there are two spaces, which the replacements leave alone
    assert normalised(spelling) == normalised(QUERY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('ASK { ?s ?p "a  b" }', 'ASK { ?s ?p "a b" }'),
        ('ASK { ?s ?p "a # b" }', 'ASK { ?s ?p "a # c" }'),
        ("ASK { ?s ?p '''a\n# b''' }", "ASK { ?s ?p '''a\n# c''' }"),
        ("ASK { ?s ?p <http://a/#b> }", "ASK { ?s ?p <http://a/#c> }"),
        ("ASK { ?s ?p ?o FILTER(?o<5) }", "ASK { ?s ?p ?o FILTER(?o<6) }"),
        ("ASK { ?a ?b ?c }", "ASK { ?a ?b ?C }"),
        ('ASK { ?s ?p "open # b }', 'ASK { ?s ?p "open # c }'),
        ("ASK { ?s ?p 1. }", "ASK { ?s ?p 1 . }"),
        ('ASK { ?s ?p "a\\" # b" }', 'ASK { ?s ?p "a\\" # c" }'),
    ],
)
def test_what_may_mean_something_else_has_another_name(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


def test_a_long_query_is_normalised_in_time_that_grows_with_its_length() -> None:
    assert len(normalised("ASK { ?s ?p 'x' } # " + "<" * 100_000)) == 17
