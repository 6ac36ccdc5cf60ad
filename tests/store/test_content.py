"""The content hash follows a change at the cost of the change, and anybody can compute it."""

from __future__ import annotations

from hashlib import sha256, shake_256

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from numgraph.store.content import Content, content_hash, line, lines, total
from numgraph.store.patch import Patch

EX = "http://example.org/"
GRAPHS = [None, NamedNode(EX + "g"), NamedNode(EX + "h")]
ALL = [Quad(NamedNode(EX + str(i)), NamedNode(EX + "p"), Literal(str(i)), GRAPHS[i % 3]) for i in range(9)]
some = st.frozensets(st.sampled_from(ALL))


def engine(quads: frozenset[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


@given(some, some, some)
def test_following_a_patch_gives_what_looking_at_everything_gives(
    quads: frozenset[Quad], added: frozenset[Quad], removed: frozenset[Quad]
) -> None:
    content = Content.of(engine(quads))
    content.apply(Patch(added, removed).effective(engine(quads)))
    after = Content.of(engine((quads - removed) | added))
    assert (content.total, content.hash, content.counts) == (after.total, after.hash, after.counts)


def test_the_hash_is_the_sum_that_the_documentation_says() -> None:
    content = [line(quad) for quad in ALL]
    summed = sum(int.from_bytes(shake_256(one).digest(512), "big") for one in content) % 2**4096
    assert content_hash(total(content)) == sha256(summed.to_bytes(512, "big")).hexdigest()
    assert content_hash(total(reversed(content))) == content_hash(total(content))
    assert len({content_hash(total(content[:n])) for n in range(len(content))}) == len(content)


def test_the_lines_of_an_engine_are_those_of_its_quads() -> None:
    assert sorted(lines(engine(frozenset(ALL)))) == sorted(map(line, ALL))
