"""log, diff, revert, backup, restore, verify and compact as somebody types them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from numgraph.cli import main
from numgraph.cli.console import Exit
from numgraph.store.editions import EmbeddedStore
from numgraph.store.kinds import Kind, settle
from numgraph.store.patch import Patch
from numgraph.terms import SKOS

Run = Callable[..., tuple[int, str, str]]
EX = "http://example.org/"
NAME = NamedNode(SKOS + "prefLabel")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["numgraph", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capfd.readouterr())

    return call


def quad(subject: str, predicate: str | NamedNode, value: str | Literal, graph: str = "") -> Quad:
    term = predicate if isinstance(predicate, NamedNode) else NamedNode(EX + predicate)
    named = value if isinstance(value, Literal) else NamedNode(EX + value)
    return Quad(NamedNode(EX + subject), term, named, NamedNode(EX + graph) if graph else None)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A plain folder of two editions: a network has another end now, and a member more."""
    folder = tmp_path / "graph"
    settle(folder, Kind.PLAIN)
    store = EmbeddedStore(folder)
    end = [quad("net", "end", Literal(value)) for value in ("2030", "2031")]
    names = [quad("net", NAME, Literal("Das Netz", language="de")), quad("city", NAME, Literal("Ulm"))]
    store.commit([*names, end[0], quad("net", "note", Literal("x"), "graph")], message="first", author="Ada")
    patch = Patch(
        frozenset({end[1], quad("net", "seat", "city"), quad("new", "p", "city", "graph")}), frozenset(end[:1])
    )
    store.apply(patch, message="second", author="Bo")
    return folder


def test_the_log_has_a_line_for_each_edition_the_latest_first(run: Run, data: Path) -> None:
    code, said, _ = run("log", "--data", data)
    assert code == Exit.OK
    assert [line.split()[0] for line in said.splitlines()] == ["2", "1"]
    assert "Bo" in said
    assert "+3 -1" in said
    assert said.splitlines()[1].endswith("first")
    row = json.loads(run("log", "--data", data, "-n", "1", "--format", "json")[1])
    assert (row["number"], row["added"], row["removed"], row["statements"]) == (2, 3, 1, 6)
    assert run("log", "--data", data, "--format", "xml")[0] == Exit.USAGE


def test_a_difference_is_told_by_entity_with_names(run: Run, data: Path) -> None:
    code, said, _ = run("diff", "--data", data)
    assert code == Exit.OK
    assert "From edition 1 to edition 2: 3 statements added, 1 removed" in said
    assert "Das Netz  <http://example.org/net>" in said
    assert said.index("- <http://example.org/end>  2030") < said.index("+ <http://example.org/end>  2031")
    assert "+ <http://example.org/seat>  Ulm" in said
    assert "<http://example.org/graph>  +1 -0" in said
    assert "+ <http://example.org/p>  Ulm" in run("diff", "1", "2", "--data", data, "--graph", EX + "graph")[1]
    assert "nothing changed" in run("diff", "2", "2", "--data", data)[1]


def test_a_difference_as_a_patch_can_be_read_again(run: Run, data: Path) -> None:
    code, said, _ = run("diff", "2", "1", "--data", data, "--format", "patch")
    assert code == Exit.OK
    assert said.startswith("TX .\nD <")
    assert said.count("\nA ") == 1
    assert run("diff", "1", "7", "--data", data)[0] == Exit.NO_DATA


def test_reverting_makes_a_new_edition_and_tells_what_it_left(run: Run, data: Path) -> None:
    store = EmbeddedStore(data)
    store.apply(Patch(removed=frozenset({quad("net", "seat", "city")})), message="", author="")
    code, _, said = run("revert", "2", "--data", data, "--author", "Cy", "-m", "wrong year")
    assert code == Exit.OK
    assert "Not undone: <http://example.org/net> <http://example.org/seat>" in said
    assert "Edition 4 is published: edition 2 is undone." in said
    assert (store.current().author, store.current().message) == ("Cy", "wrong year")
    assert quad("net", "end", Literal("2030")) in store.reader().engine
    code, _, said = run("revert", "2", "--data", data)
    assert code == Exit.QUERY
    assert "nothing" in said


def test_a_backup_is_restored_and_verified(run: Run, data: Path, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "copy.tar.gz", "--data", data)[0] == Exit.OK
    assert run("backup", tmp_path / "copy.tar.gz", "--data", data)[0] == Exit.USAGE
    code, _, said = run("restore", tmp_path / "copy.tar.gz", "--data", tmp_path / "back")
    assert code == Exit.OK
    assert "current edition is 2" in said
    assert run("restore", tmp_path / "copy.tar.gz", "--data", tmp_path / "back")[0] == Exit.USAGE
    code, _, said = run("verify", "--data", tmp_path / "back")
    assert code == Exit.OK
    assert "2 editions" in said
    assert run("verify", "--data", tmp_path / "nowhere")[0] == Exit.NO_DATA


def test_damage_ends_in_an_exit_code_of_its_own_with_what_to_do(run: Run, data: Path, tmp_path: Path) -> None:
    file = data / "editions" / "000002" / "findings.json"
    file.write_text(file.read_text() + " ")
    code, _, said = run("verify", "--data", data)
    assert code == Exit.DAMAGED
    assert "findings.json" in said
    assert "What to do" in said
    assert run("restore", data, "--data", tmp_path / "back")[0] == Exit.DAMAGED
    assert not (tmp_path / "back").exists()


def test_compacting_lets_go_of_editions_that_are_not_kept(run: Run, data: Path) -> None:
    code, _, said = run("compact", "--data", data, "--keep", "1")
    assert code == Exit.OK
    assert "editions 1, archived files 0" in said
    assert [line.split()[0] for line in run("log", "--data", data)[1].splitlines()] == ["2"]
    assert run("diff", "1", "2", "--data", data)[0] == Exit.NO_DATA
    assert run("compact", "--data", data, "--keep", "0")[0] == Exit.USAGE
