from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import numgraph.harvest
from numgraph import resources
from numgraph.errors import StoreBusy, UnreadableSource
from numgraph.extraction import Gazetteer, extract, record
from numgraph.harvest import Tally, failures_of, harvest, journal_of
from numgraph.iris import Namespace
from numgraph.processes import Terms
from numgraph.sources import read_bytes
from numgraph.sources.collections import Found
from numgraph.store.files import exclusive

TEXT = """Netzwerk Beispiel {0} wächst

30.01.2026

Das Netzwerk Universitätsmedizin (NUM) wurde 2020 gegründet. Die dritte Förderphase des NUM läuft bis zum 30.06.2030.
Dr. Erika Beispiel{0} leitet die Geschäftsstelle.
"""
DIRECTORIES = resources.data() / "directories"


def press(path: Path, documents: int) -> Path:
    """A JSON Lines file of which each seventh record cannot be read."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(documents):
            text = 0 if number % 7 == 3 else TEXT.format(number)
            file.write(json.dumps({"name": f"n{number}", "text": text}) + "\n")
    return path


def run(source: Path, output: Path, **options: Any) -> Tally:
    return harvest([source], output, DIRECTORIES, Namespace(), Terms(processes=2), **options)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return press(tmp_path_factory.mktemp("press") / "press.jsonl", 30)


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run that nobody interrupted."""
    output = tmp_path_factory.mktemp("whole") / "out.jsonl"
    run(source, output)
    return output


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work done here, one item after the other: for tests of the files, which no process touches."""

    def in_turn(items: Iterator[Found], start: Callable[[], Callable[[Found], Any]], terms: Terms) -> Iterator[Any]:
        work = start()
        return ((item, work(item)) for item in items)

    monkeypatch.setattr(numgraph.harvest, "in_order", in_turn)


def test_the_claims_are_those_of_each_document_in_the_order_of_the_source(whole: Path) -> None:
    gazetteer = Gazetteer.load(DIRECTORIES)
    expected = []
    for number in range(30):
        if number % 7 != 3:
            document = read_bytes(TEXT.format(number).encode(), f"n{number}.txt")
            for claim in extract(document, gazetteer):
                made = record(claim, Namespace())
                made["source"]["name"] = f"press.jsonl/line {number + 1}/n{number}.txt"
                expected.append(made)
    assert [json.loads(line) for line in whole.read_text("utf-8").splitlines()] == expected
    assert len(expected) > 60


def test_what_fails_is_set_aside_with_its_name_and_reason(whole: Path) -> None:
    failed = [json.loads(line) for line in failures_of(whole).read_text("utf-8").splitlines()]
    assert [one["name"] for one in failed] == [f"press.jsonl/line {number + 1}" for number in range(3, 30, 7)]
    assert all("no text" in one["reason"] for one in failed)


def test_the_journal_counts_what_is_done(whole: Path) -> None:
    tally = Tally(**json.loads(journal_of(whole).read_text("utf-8")))
    assert (tally.documents, tally.failed) == (30, 4)
    assert tally.claims == whole.read_bytes().count(b"\n")
    assert tally.output_size == whole.stat().st_size


@pytest.mark.usefixtures("alone")
def test_going_on_with_a_finished_run_changes_nothing(source: Path, whole: Path) -> None:
    before = whole.read_bytes(), failures_of(whole).read_bytes(), journal_of(whole).read_bytes()
    assert run(source, whole, resume=True).documents == 30
    assert (whole.read_bytes(), failures_of(whole).read_bytes(), journal_of(whole).read_bytes()) == before


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("done", [1, 11])
@pytest.mark.parametrize("left", [b"", b'{"half a li'], ids=["clean", "torn"])
def test_a_stopped_run_goes_on_without_loss_or_repetition(
    source: Path, whole: Path, tmp_path: Path, done: int, left: bytes
) -> None:
    seen: list[int] = []
    output = tmp_path / "out.jsonl"
    tally = run(source, output, progress=lambda one: seen.append(one.documents), stopped=lambda: len(seen) >= done)
    assert tally.documents == done
    for path in (output, failures_of(output)):  # what a kill leaves of a block that the journal does not know
        path.write_bytes(path.read_bytes() + left)
    assert run(source, output, resume=True).documents == 30
    assert output.read_bytes() == whole.read_bytes()
    assert failures_of(output).read_bytes() == failures_of(whole).read_bytes()


@pytest.mark.usefixtures("alone")
def test_sources_that_have_grown_at_their_end_are_gone_on_with(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    run(press(tmp_path / "press.jsonl", 5), output)
    run(press(tmp_path / "press.jsonl", 9), output, resume=True)
    run(tmp_path / "press.jsonl", tmp_path / "anew.jsonl")
    assert output.read_bytes() == (tmp_path / "anew.jsonl").read_bytes()


@pytest.mark.usefixtures("alone")
def test_other_sources_than_before_are_refused(tmp_path: Path) -> None:
    source, output = press(tmp_path / "press.jsonl", 5), tmp_path / "out.jsonl"
    run(source, output)
    written = output.read_bytes()
    source.write_text(source.read_text("utf-8").replace("Beispiel 1", "Beispiel X"), encoding="utf-8")
    with pytest.raises(UnreadableSource, match="the first 5 documents have changed"):
        run(source, output, resume=True)
    assert output.read_bytes() == written


@pytest.mark.usefixtures("alone")
def test_packed_output_is_gzip_even_when_it_was_taken_up_again(source: Path, whole: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl.gz"
    run(source, output, stopped=lambda: output.stat().st_size == 0)
    run(source, output, resume=True)
    assert gzip.decompress(output.read_bytes()) == whole.read_bytes()


@pytest.mark.usefixtures("alone")
def test_an_output_that_is_there_is_never_overwritten(source: Path, whole: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="--resume"):
        run(source, whole)
    (tmp_path / "letter.jsonl").write_text("dear reader", encoding="utf-8")
    with pytest.raises(UnreadableSource, match=r"journal is missing"):
        run(source, tmp_path / "letter.jsonl", resume=True)
    assert (tmp_path / "letter.jsonl").read_text("utf-8") == "dear reader"


@pytest.mark.usefixtures("alone")
def test_a_journal_that_promises_more_than_there_is_is_refused(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    tally = run(source, output, stopped=lambda: True)
    os.truncate(output, 1)
    assert tally.output_size > 1
    with pytest.raises(UnreadableSource, match="shorter than its journal says"):
        run(source, output, resume=True)
    journal_of(output).write_text("[]", encoding="utf-8")
    with pytest.raises(UnreadableSource, match="is no journal"):
        run(source, output, resume=True)


@pytest.mark.usefixtures("alone")
def test_two_runs_do_not_write_to_one_output(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    with exclusive(output), pytest.raises(StoreBusy):
        run(source, output)


def test_a_document_that_takes_too_long_is_set_aside(source: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    terms = replace(Terms(processes=1), time_limit=0.0001)
    (tmp_path / "one.txt").write_text(TEXT * 50, encoding="utf-8")
    assert harvest([tmp_path / "one.txt"], output, DIRECTORIES, Namespace(), terms).failed == 1
    (failed,) = map(json.loads, failures_of(output).read_text("utf-8").splitlines())
    assert failed == {"name": "one.txt", "reason": "took longer than 0.0001 s of processor time"}


@pytest.fixture
def started(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    def start(source: Path, output: Path) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "numgraph",
            "extract",
            source,
            "--output",
            output,
            "--resume",
            "--workers",
            "1",
        ]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        began = time.monotonic()
        while not journal_of(output).exists() and process.poll() is None and time.monotonic() < began + 30:
            time.sleep(0.02)
        return process

    return start


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_killed_in_the_middle_loses_nothing_and_repeats_nothing(
    started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path, number: int
) -> None:
    source, output = press(tmp_path / "press.jsonl", 400), tmp_path / "out.jsonl"
    process = started(source, output)
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == (130 if number == signal.SIGINT else -signal.SIGKILL)
    tally = Tally(**json.loads(journal_of(output).read_bytes()))
    assert 0 < tally.documents < 400
    assert run(source, output, resume=True).documents == 400
    lines = output.read_bytes().splitlines()
    assert len(lines) == len(set(lines))
    named = dict.fromkeys(json.loads(line)["source"]["name"] for line in lines)
    assert list(named) == [f"press.jsonl/line {n + 1}/n{n}.txt" for n in range(400) if n % 7 != 3]
    assert len(failures_of(output).read_bytes().splitlines()) == len(range(3, 400, 7))
