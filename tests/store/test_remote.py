"""A store whose data are in somebody else's service: nothing acknowledged is lost, nothing is done by half."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from numgraph.errors import BadQuery, QueryFailed, RefusedWrite
from numgraph.store.patch import Patch
from numgraph.store.remote import RemoteStore, Service

EX = "http://example.org/"


class Killed(BaseException):
    """The writer ends here."""


def quad(number: int) -> Quad:
    return Quad(NamedNode(f"{EX}s{number}"), NamedNode(EX + "p"), Literal(number))


def adding(*numbers: int) -> Patch:
    return Patch(frozenset(map(quad, numbers)))


@pytest.fixture
def store(service: Service, tmp_path: Path) -> RemoteStore:
    service.change("CLEAR ALL")
    made = RemoteStore(tmp_path / "journal", service)
    made.commit([quad(1)], message="first", author="")
    return made


def held(store: RemoteStore) -> set[str]:
    return {row["o"].value for row in store.reader().solve("SELECT ?o { ?s ?p ?o }")}


@pytest.mark.parametrize("moment", ["change", "put", "publish"])
def test_what_a_killed_writer_had_begun_the_next_one_finishes(
    store: RemoteStore, service: Service, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        if moment == "change":
            patched.setattr(Service, "change", die)
        elif moment == "put":
            patched.setattr(RemoteStore, "put", die)
        else:
            patched.setattr("numgraph.store.journal.write_atomically", die)  # between its folder and the pointer
        with pytest.raises(Killed):
            store.apply(adding(2), message="second", author="Ada")
    assert store.current_number() == 1
    edition = RemoteStore(store.path, service).apply(adding(3), message="third", author="")
    assert edition.number == 3
    assert [one.message for one in store.editions()] == ["first", "second", "third"]
    assert store.edition(2).patch() == adding(2)
    assert held(store) == {"1", "2", "3"}


def test_what_the_service_refuses_is_forgotten(store: RemoteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("numgraph.store.remote._update", lambda *_: "no update at all")
        with pytest.raises(BadQuery):
            store.apply(adding(2), message="bad", author="")
    assert store.apply(adding(3), message="good", author="").number == 2
    assert held(store) == {"1", "3"}


def test_an_answer_that_never_came_leaves_the_change_to_the_next_write(store: RemoteStore, service: Service) -> None:
    nobody = replace(service, update="http://127.0.0.1:9/update")
    with pytest.raises(QueryFailed, match="perhaps it was done all the same"):
        RemoteStore(store.path, nobody).apply(adding(2), message="second", author="")
    assert store.apply(adding(3), message="third", author="").number == 3
    assert held(store) == {"1", "2", "3"}


def test_blank_nodes_are_refused_before_anything_is_done(store: RemoteStore) -> None:
    blank = Quad(BlankNode(), NamedNode(EX + "p"), Literal(1))
    with pytest.raises(RefusedWrite, match="blank nodes"):
        store.apply(Patch(frozenset({blank})), message="", author="")
    assert store.apply(Patch(), message="", author="").number == 2


def test_what_was_there_before_the_first_edition_counts(service: Service, tmp_path: Path) -> None:
    service.change(f"CLEAR ALL; INSERT DATA {{ <{EX}s1> <{EX}p> 1 . GRAPH <{EX}g> {{ <{EX}s2> <{EX}p> 2 }} }}")
    edition = RemoteStore(tmp_path, service).apply(adding(1, 3), message="", author="")
    assert dict(edition.counts) == {"": 2, EX + "g": 1}
    assert edition.patch() == adding(3)


def test_a_long_change_is_looked_up_in_several_questions(store: RemoteStore) -> None:
    store.apply(adding(*range(1200)), message="", author="")
    edition = store.apply(
        Patch(frozenset(map(quad, range(1100, 1300))), frozenset(map(quad, range(600)))), message="", author=""
    )
    assert (len(edition.patch().added), len(edition.patch().removed)) == (100, 600)
    assert len(held(store)) == 700
