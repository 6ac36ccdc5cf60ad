"""One write, done in this process: which edition it makes, or why it makes none."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from numgraph import writing
from numgraph.errors import BadQuery, EditionMoved, MalformedRdf, NoSuchGraph, RefusedWrite, StoreBusy
from numgraph.settings import Settings
from numgraph.store.draft import Draft
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, settle
from numgraph.writing import Operation, Part, Write, Written, perform

GRAPH = "https://example.org/graph"
BASE = "https://example.org/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settle(tmp_path / "data", Kind.PLAIN)
    EmbeddedStore(tmp_path / "data").commit([], message="", author="tests")
    return Settings(data=tmp_path / "data")


@pytest.fixture
def sent(tmp_path: Path):
    """Puts a text into a file, as the server does with a body."""

    def file(text: str, media_type: str = "text/turtle") -> tuple[Part, ...]:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        path.write_text(text, "utf-8")
        return (Part(str(path), media_type),)

    return file


def put(parts: tuple[Part, ...], graph: str | None = GRAPH) -> Write:
    return Write(Operation.PUT, "somebody", BASE, graph, parts)


def update(parts: tuple[Part, ...]) -> Write:
    return Write(Operation.UPDATE, "somebody", BASE, parts=parts)


def test_a_write_says_what_it_did_and_a_write_that_changes_nothing_makes_no_edition(settings: Settings, sent) -> None:
    write = put(sent("<a> <b> 01, 'x'@EN ."))
    assert perform(write, settings) == Written(2, created=True, added=2, removed=0)
    assert perform(write, settings) == Written(2, created=False, added=0, removed=0), "also where the engine respells"
    assert perform(put(sent("<a> <b> 2 .")), settings) == Written(3, created=False, added=1, removed=2)
    assert EmbeddedStore(settings.data).current().author == "somebody"


def test_a_write_survives_the_way_through_json(sent) -> None:
    write = replace(put(sent("<a> <b> 1 .")), using=("https://example.org/u",), expected=3)
    assert Write.of(asdict(write)) == write


@pytest.mark.parametrize(
    ("text", "media_type", "line"),
    [
        ("<a> <b> <c> .\n<a> <b> oops .", "text/turtle", 2),
        ("{", "application/ld+json", None),
        ("<a", "application/rdf+xml", None),
    ],
)
def test_what_is_no_rdf_names_its_place(settings: Settings, sent, text: str, media_type: str, line: int | None) -> None:
    with pytest.raises(MalformedRdf) as fault:
        perform(put(sent(text, media_type)), settings)
    assert line is None or fault.value.line == line


def test_a_write_onto_another_edition_than_expected_is_refused(settings: Settings, sent) -> None:
    with pytest.raises(EditionMoved):
        perform(replace(put(sent("<a> <b> 1 .")), expected=7), settings)


def test_a_write_that_others_go_before_is_tried_again(
    settings: Settings, sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    publish = Draft.publish

    def overtaken(draft: Draft, **account: object) -> object:
        tried.append(draft.number)
        if len(tried) == 1:
            raise EditionMoved("somebody was faster")
        return publish(draft, **account)  # type: ignore[arg-type]

    monkeypatch.setattr(Draft, "publish", overtaken)
    assert perform(put(sent("<a> <b> 1 .")), settings).edition == 2
    assert len(tried) == 2
    monkeypatch.setattr(writing, "_ATTEMPTS", 0)
    with pytest.raises(StoreBusy):
        perform(put(sent("<a> <b> 2 .")), settings)


def test_an_update_is_read_as_text_with_its_graphs_and_names_its_edition(settings: Settings, sent) -> None:
    perform(update(sent("INSERT DATA {\n  <a> <b> 1 }")), settings)
    assert EmbeddedStore(settings.data).current().message == "SPARQL update: INSERT DATA { <a> <b> 1 }"
    bad = sent("")
    Path(bad[0].path).write_bytes(b"CLEAR ALL #\xff")
    with pytest.raises(BadQuery, match="UTF-8"):
        perform(update(bad), settings)


def test_a_graph_that_is_not_there_cannot_be_deleted_but_the_default_graph_can(settings: Settings) -> None:
    with pytest.raises(NoSuchGraph):
        perform(Write(Operation.DELETE, "somebody", BASE, GRAPH), settings)
    assert perform(Write(Operation.DELETE, "somebody", BASE, ""), settings).edition == 1


def test_a_graph_named_by_a_blank_node_can_be_put_and_replaced(settings: Settings, sent) -> None:
    perform(put(sent("_:g { <a> <b> 1 }", "application/trig"), None), settings)
    assert perform(put(sent("<a> <b> 2 .", "application/trig"), None), settings).removed == 1
    assert EmbeddedStore(settings.data).current().counts == {"": 1}


def test_the_agreed_graph_of_a_managed_dataset_is_not_written(tmp_path: Path, sent) -> None:
    EmbeddedStore(tmp_path / "managed").commit([], message="", author="tests")
    with pytest.raises(RefusedWrite):
        perform(put(sent("<a> <b> 1 ."), ""), Settings(data=tmp_path / "managed"))
