"""What every store must do, whatever keeps its data: a new one is added to ``MAKERS`` and must pass all of this."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from numgraph import formats
from numgraph.errors import (
    BadQuery,
    BrokenStore,
    EditionGone,
    EditionMoved,
    NoSuchEdition,
    NotAcceptable,
    RefusedQuery,
)
from numgraph.model import Finding, Severity
from numgraph.store.content import as_stored, content_hash, total
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch
from numgraph.store.protocol import Store
from numgraph.store.remote import RemoteStore, Service

MAKERS = ("embedded", "remote")
NO_MEMORY = {"remote"}  # a SPARQL service keeps its present state alone

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
GRAPH = NamedNode(EX + "graph")


def quad(number: int, graph: NamedNode | DefaultGraph | None = None) -> Quad:
    return Quad(NamedNode(f"{EX}s{number}"), NamedNode(EX + "p"), Literal(number), graph or DefaultGraph())


FINDING = Finding(
    Severity.WARNING, f"<{EX}s1>", f"<{EX}p>", '"1"', f"<{EX}shape>", "sh:maxCount", "too many", "zu viele",
    sources=((f"{EX}source", "the exact sentence"),),
)  # fmt: skip


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "embedded":
        return EmbeddedStore(tmp_path / "data")
    service: Service = request.getfixturevalue("service")
    service.change("CLEAR ALL")
    return RemoteStore(tmp_path / "journal", service)


def answer(store: Store, query: str, wanted: formats.Format = formats.CSV, **options: object) -> str:
    output = io.BytesIO()
    store.reader().answer(query, wanted, output, **options)  # type: ignore[arg-type]
    return output.getvalue().decode()


def test_a_new_store_has_no_edition(store: Store) -> None:
    with pytest.raises(NoSuchEdition, match="numgraph build"):
        store.current()
    assert store.editions() == ()


def test_a_commit_is_the_current_edition_and_says_who_when_and_why(store: Store) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    edition = store.commit([quad(1)], message="first", author="Ada", findings=[FINDING])
    assert store.current().number == edition.number == 1
    assert (edition.message, edition.author, edition.findings()) == ("first", "Ada", (FINDING,))
    assert before <= edition.time <= datetime.now(UTC)


def test_an_edition_replaces_the_one_before_whole(store: Store) -> None:
    store.commit([quad(1), quad(2)], message="", author="")
    store.commit([quad(3)], message="", author="")
    assert answer(store, "SELECT ?o { ?s ?p ?o }") == "o\r\n3\r\n"


def test_old_editions_stay_as_they_were(store: Store) -> None:
    first = store.commit([quad(1)], message="one", author="", archive={"a.txt": b"first"})
    store.commit([quad(2)], message="two", author="", archive={"a.txt": b"second"})
    assert [edition.message for edition in store.editions()] == ["one", "two"]
    assert (first.archived("a.txt"), store.current().archived("a.txt")) == (b"first", b"second")


def test_old_editions_can_be_asked_or_are_said_to_be_gone(store: Store, request: pytest.FixtureRequest) -> None:
    store.commit([quad(1)], message="one", author="")
    store.commit([quad(2)], message="two", author="")
    if request.node.callspec.params["store"] in NO_MEMORY:
        with pytest.raises(EditionGone, match="edition 1"):
            store.reader(1)
    else:
        assert list(store.reader(1).canonical()) == [f'<{EX}s1> <{EX}p> "1"^^<{XSD}integer> .\n'.encode()]
    assert list(store.reader(2).canonical()) == [f'<{EX}s2> <{EX}p> "2"^^<{XSD}integer> .\n'.encode()]


def test_a_patch_of_the_current_edition_makes_the_next(store: Store) -> None:
    store.commit([quad(1), quad(2, GRAPH)], message="one", author="", archive={"a.txt": b"a"})
    patch = Patch(frozenset({quad(1), quad(3)}), frozenset({quad(2, GRAPH), quad(9)}))
    edition = store.apply(patch, message="two", author="Ada", findings=[FINDING], expect=1)
    assert (edition.number, edition.message, edition.author, edition.findings()) == (2, "two", "Ada", (FINDING,))
    assert answer(store, "SELECT ?o { ?s ?p ?o } ORDER BY ?o") == "o\r\n1\r\n3\r\n"
    assert answer(store, "SELECT ?g { GRAPH ?g {} }") == "g\r\n"
    assert dict(edition.counts) == {"": 2}
    assert edition.archived("a.txt") == b"a"


def test_an_edition_knows_what_changed_since_the_one_before(store: Store) -> None:
    first = store.commit([quad(1), quad(2)], message="", author="")
    assert first.patch() == Patch(frozenset({quad(1), quad(2)}))
    patch = Patch(frozenset({quad(2), quad(3, GRAPH)}), frozenset({quad(1), quad(9)}))
    assert store.apply(patch, message="", author="").patch() == Patch(frozenset({quad(3, GRAPH)}), frozenset({quad(1)}))
    assert store.commit([quad(2)], message="", author="").patch() == Patch(removed=frozenset({quad(3, GRAPH)}))


def test_the_hash_is_that_of_the_data_however_they_came_about(store: Store) -> None:
    store.commit([quad(1)], message="", author="")
    grown = store.apply(Patch(frozenset({quad(2, GRAPH)})), message="", author="")
    whole = store.commit([quad(2, GRAPH), quad(1)], message="", author="")
    assert grown.content_hash == whole.content_hash == content_hash(total(store.reader().canonical()))


def test_a_change_made_for_another_edition_is_refused(store: Store) -> None:
    store.commit([quad(1)], message="", author="")
    with pytest.raises(EditionMoved, match="edition 7"):
        store.apply(Patch(frozenset({quad(2)})), message="", author="", expect=7)
    assert store.current().number == 1
    assert answer(store, "SELECT ?o { ?s ?p ?o }") == "o\r\n1\r\n"


def test_a_first_patch_makes_the_first_edition(store: Store) -> None:
    assert store.apply(Patch(frozenset({quad(1)})), message="", author="", expect=0).number == 1
    assert list(store.reader().canonical()) == [f'<{EX}s1> <{EX}p> "1"^^<{XSD}integer> .\n'.encode()]


def test_every_kind_of_text_comes_back_as_it_was(store: Store) -> None:
    subject, predicate = quad(1).subject, quad(1).predicate
    texts = [
        Literal('quotes " and \\ and\nlines\tand \r returns'), Literal("Grüße \U0001f600 \u0001"), Literal(""),
        Literal("1.50", datatype=NamedNode(XSD + "decimal")), Literal("a", datatype=NamedNode(EX + "type")),
        Literal("wort", language="de"),
    ]  # fmt: skip
    store.commit([Quad(subject, predicate, text) for text in texts], message="", author="")
    kept = set(as_stored(Quad(subject, predicate, text) for text in texts))
    assert set(parse(b"".join(store.reader().canonical()), RdfFormat.N_QUADS)) == kept
    store.apply(Patch(removed=frozenset(kept)), message="", author="")
    assert list(store.reader().canonical()) == []


def test_an_edition_that_never_was_is_named_in_the_fault(store: Store) -> None:
    store.commit([quad(1)], message="", author="")
    for number in (0, 2, -1):
        with pytest.raises(NoSuchEdition, match=str(number)):
            store.edition(number)


def test_a_file_that_is_not_in_the_archive_is_named_in_the_fault(store: Store) -> None:
    edition = store.commit([quad(1)], message="", author="")
    with pytest.raises(BrokenStore, match=r"missing\.txt"):
        edition.archived("missing.txt")


def test_the_content_hash_depends_on_the_data_alone(store: Store) -> None:
    one = store.commit([quad(1), quad(2, GRAPH)], message="a", author="a")
    same = store.commit([quad(2, GRAPH), quad(1), quad(1)], message="b", author="b", findings=[FINDING])
    other = store.commit([quad(1), quad(2)], message="a", author="a")
    assert one.content_hash == same.content_hash != other.content_hash


def test_statements_are_counted_per_graph(store: Store) -> None:
    edition = store.commit([quad(1), quad(2), quad(2), quad(3, GRAPH)], message="", author="")
    assert dict(edition.counts) == {"": 2, GRAPH.value: 1}


def test_an_empty_dataset_is_an_edition_too(store: Store) -> None:
    assert dict(store.commit([], message="", author="").counts) == {}
    assert answer(store, "ASK { ?s ?p ?o }") == "false"


def test_the_default_graph_is_the_default_graph_and_not_the_union(store: Store) -> None:
    store.commit([quad(1), quad(2, GRAPH)], message="", author="")
    assert answer(store, "SELECT ?o { ?s ?p ?o }") == "o\r\n1\r\n"
    assert answer(store, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }") == "o\r\n2\r\n"


def test_graphs_that_the_caller_names_are_the_whole_dataset(store: Store) -> None:
    store.commit([quad(1), quad(2, GRAPH)], message="", author="")
    assert answer(store, "SELECT ?o { ?s ?p ?o }", default_graphs=[GRAPH.value]) == "o\r\n2\r\n"
    assert answer(store, "SELECT ?o { ?s ?p ?o }", named_graphs=[GRAPH.value]) == "o\r\n"
    assert answer(store, "ASK { GRAPH ?g { ?s ?p ?o } }", default_graphs=[GRAPH.value]) == "false"
    assert answer(store, "ASK { GRAPH ?g { ?s ?p ?o } }", named_graphs=[GRAPH.value]) == "true"
    overruled = "SELECT ?o FROM <http://example.org/none> { ?s ?p ?o }"
    assert answer(store, overruled, default_graphs=[GRAPH.value]) == "o\r\n2\r\n"


def test_a_graph_that_is_no_iri_is_a_bad_query(store: Store) -> None:
    store.commit([], message="", author="")
    with pytest.raises(BadQuery, match="no-iri"):
        answer(store, "ASK {}", default_graphs=["no-iri"])


def test_prefixes_can_be_given_with_the_query(store: Store) -> None:
    store.commit([quad(1)], message="", author="")
    assert answer(store, "ASK { ex:s1 ex:p 1 }", prefixes={"ex": EX}) == "true"


def test_a_format_of_the_wrong_family_is_refused_before_a_byte_is_written(store: Store) -> None:
    store.commit([quad(1)], message="", author="")
    output = io.BytesIO()
    with pytest.raises(NotAcceptable, match="bindings"):
        store.reader().answer("SELECT * {}", formats.TURTLE, output)
    with pytest.raises(NotAcceptable, match="triples"):
        store.reader().answer("DESCRIBE <http://a/>", formats.JSON, output)
    assert output.getvalue() == b""


def test_service_and_updates_are_refused(store: Store) -> None:
    store.commit([], message="", author="")
    for query in ("ASK { SERVICE <http://127.0.0.1:1/> {} }", "LOAD <file:///etc/passwd>", "DROP ALL"):
        with pytest.raises(RefusedQuery):
            store.reader().solve(query)


def test_a_dump_gives_the_dataset_or_one_graph(store: Store) -> None:
    store.commit([quad(1), quad(2, GRAPH)], message="", author="")
    whole, default, named = io.BytesIO(), io.BytesIO(), io.BytesIO()
    store.reader().dump(formats.N_QUADS, whole)
    store.reader().dump(formats.N_TRIPLES, default, "")
    store.reader().dump(formats.N_TRIPLES, named, GRAPH.value)
    assert sorted(whole.getvalue().splitlines(keepends=True)) == list(store.reader().canonical())
    assert (b"s1" in default.getvalue(), b"s2" in default.getvalue()) == (True, False)
    assert (b"s1" in named.getvalue(), b"s2" in named.getvalue()) == (False, True)


def test_a_dump_of_a_dataset_needs_a_format_for_datasets(store: Store) -> None:
    store.commit([quad(1)], message="", author="")
    with pytest.raises(NotAcceptable, match="quads"):
        store.reader().dump(formats.TURTLE, io.BytesIO())


def test_a_commit_whose_data_fail_leaves_everything_as_it_was(store: Store) -> None:
    def failing() -> Iterator[Quad]:
        yield quad(2)
        raise ValueError("no more data")

    store.commit([quad(1)], message="good", author="")
    with pytest.raises(ValueError, match="no more data"):
        store.commit(failing(), message="bad", author="")
    assert store.current().message == "good"
    assert store.commit([quad(3)], message="next", author="").number == 2
