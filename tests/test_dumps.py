"""Dumps are whole, always the same bytes, and their checksums are true."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from numgraph import dumps
from numgraph.errors import EditionGone, UnknownEdition
from numgraph.store.content import content_hash, total
from numgraph.store.editions import EmbeddedStore


def quads(count: int) -> list[Quad]:
    graphs = [DefaultGraph(), NamedNode("https://example.org/graph/b"), NamedNode("https://example.org/graph/a")]
    predicate = NamedNode("https://example.org/p")
    return [
        Quad(
            NamedNode(f"https://example.org/{number}"),
            predicate,
            Literal(f'"{number}"\n', language="de"),
            graphs[number % 3],
        )
        for number in range(count)
    ]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    EmbeddedStore(tmp_path).commit(quads(500), message="", author="tests")
    return tmp_path


def test_the_unpacked_quads_have_the_hash_of_the_edition(data: Path) -> None:
    nquads, _ = dumps.make(data, 1)
    content = gzip.decompress(nquads.path.read_bytes())
    assert content_hash(total(content.splitlines(keepends=True))) == EmbeddedStore(data).edition(1).content_hash


def test_both_formats_hold_the_same_statements(data: Path) -> None:
    found = [set(parse(gzip.decompress(one.path.read_bytes()), one.format.rdf)) for one in dumps.make(data, 1)]
    assert found[0] == found[1] == set(quads(500))


def test_trig_has_each_graph_once(data: Path) -> None:
    _, trig = dumps.make(data, 1)
    text = gzip.decompress(trig.path.read_bytes()).decode()
    assert [text.count(f"<https://example.org/graph/{name}> {{") for name in "ab"] == [1, 1]
    assert text.index("graph/a>") < text.index("graph/b>")


def test_checksums_are_true_in_the_form_of_sha256sum(data: Path) -> None:
    made = dumps.make(data, 1)
    lines = (dumps.folder(data, 1) / dumps.SUMS).read_text("ascii").splitlines()
    assert lines == [f"{one.sha256}  {one.name}" for one in made]
    for one in made:
        assert hashlib.sha256(one.path.read_bytes()).hexdigest() == one.sha256
        assert one.size == one.path.stat().st_size


def test_a_dump_made_anew_has_the_same_bytes_however_it_is_sorted(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [one.sha256 for one in dumps.make(data, 1)]
    (dumps.folder(data, 1) / dumps.SUMS).unlink()
    monkeypatch.setattr(dumps, "_RUN", 7)
    assert [one.sha256 for one in dumps.make(data, 1)] == first


def test_a_dump_is_made_once(data: Path) -> None:
    assert dumps.made(data, 1) is None
    first = dumps.make(data, 1)
    times = [one.path.stat().st_mtime_ns for one in first]
    assert dumps.make(data, 1) == dumps.made(data, 1) == first
    assert [one.path.stat().st_mtime_ns for one in first] == times
    left = {path.name for path in dumps.folder(data, 1).iterdir()}
    assert left == {"dataset.nq.gz", "dataset.trig.gz", "SHA256SUMS", "lock"}


def test_editions_that_are_not_there_have_no_dumps(data: Path) -> None:
    with pytest.raises(UnknownEdition):
        dumps.make(data, 2)
    dumps.make(data, 1)
    store = EmbeddedStore(data, keep=2)
    for count in (1, 2, 3):
        store.commit(quads(count), message="", author="tests")
    with pytest.raises(EditionGone):
        dumps.made(data, 1)
    assert dumps.folder(data, 1).exists()
    dumps.make(data, 4)
    assert not dumps.folder(data, 1).exists()


def test_a_server_makes_them_in_another_process(data: Path) -> None:
    subprocess.run([sys.executable, "-m", "numgraph.dumps", str(data), "1"], check=True, timeout=60)
    assert dumps.made(data, 1) is not None


def test_an_edition_without_statements_has_dumps_too(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path).commit([], message="", author="tests")
    for one in dumps.make(tmp_path, 1):
        assert list(parse(gzip.decompress(one.path.read_bytes()), RdfFormat.TRIG)) == []
