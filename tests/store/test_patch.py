"""A patch is what leads from one dataset to another, in memory and as RDF Patch."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Quad, Store, Triple

from numgraph.errors import MalformedRdf
from numgraph.store.patch import Patch

EX = "http://example.org/"
ALL = [Quad(NamedNode(EX + str(i)), NamedNode(EX + "p"), Literal(str(i))) for i in range(6)]
some = st.frozensets(st.sampled_from(ALL))


def applied(patch: Patch, quads: frozenset[Quad]) -> frozenset[Quad]:
    return (quads - patch.removed) | patch.added


def effective(patch: Patch, quads: frozenset[Quad]) -> Patch:
    store = Store()
    store.extend(quads)
    return patch.effective(store)


def read(text: str) -> Patch:
    return Patch.read(io.BytesIO(text.encode()))


def written(patch: Patch) -> str:
    output = io.BytesIO()
    patch.write(output)
    return output.getvalue().decode()


@given(some, some, some)
def test_the_inverse_undoes_what_changed_something(
    quads: frozenset[Quad], added: frozenset[Quad], removed: frozenset[Quad]
) -> None:
    patch = effective(Patch(added, removed), quads)
    assert applied(patch, quads) == applied(Patch(added, removed), quads)
    assert applied(patch.inverse(), applied(patch, quads)) == quads


@given(some, some, some, some, some)
def test_two_patches_in_one_have_the_effect_of_both(
    quads: frozenset[Quad], a1: frozenset[Quad], r1: frozenset[Quad], a2: frozenset[Quad], r2: frozenset[Quad]
) -> None:
    first = effective(Patch(a1, r1), quads)
    between = applied(first, quads)
    second = effective(Patch(a2, r2), between)
    net = first.then(second)
    assert applied(net, quads) == applied(second, between)
    assert net == effective(net, quads)


def test_every_kind_of_term_comes_back_from_the_text() -> None:
    node, blank = NamedNode(EX + "s"), BlankNode("b1")
    terms = [
        node, blank, Literal('quotes " and\nlines\t\\ \u0001é'), Literal("wort", language="de"), Literal(1.5),
        Literal("word", language="en", direction=BaseDirection.LTR), Triple(node, node, blank),
    ]  # fmt: skip
    patch = Patch(
        frozenset(Quad(blank, node, term, NamedNode(EX + "g")) for term in terms),
        frozenset(Quad(node, node, term) for term in terms),
    )
    assert read(written(patch)) == patch


def test_equal_patches_are_equal_bytes() -> None:
    assert written(Patch(frozenset(ALL), frozenset())) == written(Patch(frozenset(reversed(ALL))))
    assert written(Patch(frozenset(ALL[:1]), frozenset(ALL[1:2]))) == (
        f'TX .\nD <{EX}1> <{EX}p> "1" .\nA <{EX}0> <{EX}p> "0" .\nTC .\n'
    )


def test_patches_of_others_are_read_with_headers_prefixes_comments_and_aborted_transactions() -> None:
    found = read(
        "H id <uuid:0686c69d-8f89-4496-acb5-744f0157a8db> .\nPA ex: <http://example.org/> .\n"
        'PA xsd <http://www.w3.org/2001/XMLSchema#> .\nTX .\nA ex:s ex:p "1"^^xsd:integer ex:g .\n'
        "D <http://example.org/a> ex:p _:b .\nTC .\nTX .\nA ex:never ex:p ex:o .\nTA .\n# the end\n\n"
    )
    assert found == Patch(
        frozenset({Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal(1), NamedNode(EX + "g"))}),
        frozenset({Quad(NamedNode(EX + "a"), NamedNode(EX + "p"), BlankNode("b"))}),
    )


def test_the_last_word_on_a_statement_counts() -> None:
    row = f'<{EX}s> <{EX}p> "1" .\n'
    assert len(read(f"TX .\nA {row}D {row}TC .\n").removed) == 1
    assert len(read(f"TX .\nD {row}TC .\nTX .\nA {row}TC .\n").added) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("TX .\nA <a> <b> .\nTC .\n", "line 2"),
        ("TX .\nA x:s x:p x:o .\nTC .\n", "line 2"),
        ("PA e: <http://e/> .\nTX .\nA x:s e:p e:o .\nTC .\n", "x: is not declared"),
        ("INSERT DATA {}\n", "begins with"),
        ("TC .\n", "outside"),
        ("TX .\nTX .\n", "inside"),
        ("TX .\n", "breaks off"),
        ("PA ex: .\n", "prefix"),
        ("A .\n", "line 1"),
        ("\xff".encode("latin-1").decode("latin-1"), "line 1"),
    ],
)
def test_what_is_no_patch_is_named_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(MalformedRdf, match=complaint):
        Patch.read(io.BytesIO(text.encode("latin-1")))
