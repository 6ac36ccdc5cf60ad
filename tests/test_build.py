from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from numgraph import reading, resources
from numgraph.build import BuildResult, build
from numgraph.errors import InvalidData, UnreadableSource, WrongKind
from numgraph.settings import Settings
from numgraph.store import EmbeddedStore
from numgraph.store.kinds import Kind, settle
from numgraph.terms import num

FIRST = """Neue Förderphase für das Netzwerk Universitätsmedizin

01.07.2025

Das Netzwerk Universitätsmedizin (NUM) wurde im April 2020 gegründet. Die dritte Förderphase läuft bis zum
31. Dezember 2030.
"""
SECOND = """Netzwerk Universitätsmedizin wächst

30.01.2026

Das Netzwerk Universitätsmedizin (NUM) wurde 2020 gegründet. Die dritte Förderphase des NUM läuft bis zum 30.06.2030.

Kontakt:
Dr. Erika Beispiel
Leiterin der Geschäftsstelle
Tel.: +49 30 98765432
E-Mail: erika@beispielnetz.example
"""


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("press")
    (folder / "first.txt").write_text(FIRST, "utf-8")
    (folder / "second.txt").write_text(SECOND, "utf-8")
    return folder


@dataclass(frozen=True)
class Built:
    folder: Path
    result: BuildResult
    stages: dict[str, tuple[int, int]]


@pytest.fixture(scope="module")
def built(press: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Both documents and one that cannot be read, built once for the tests that only look."""
    folder = tmp_path_factory.mktemp("built")
    empty = folder / "empty.txt"
    empty.write_bytes(b"")
    stages: dict[str, tuple[int, int]] = {}
    result = build(
        [press, empty],
        folder / "g",
        Settings(workers=1, publish_directories=False),
        progress=lambda stage, done, total: stages.update({stage: (done, total)}),
    )
    return Built(folder / "g", result, stages)


def made(sources: list[Path], into: Path, **chosen: object) -> BuildResult:
    return build(sources, into, Settings(**{"publish_directories": False} | chosen))


def test_a_folder_of_documents_becomes_an_edition_with_its_archive(built: Built) -> None:
    result = built.result
    assert (result.created, result.documents, result.edition.number) == (True, 2, 1)
    assert result.report.conforms
    edition = EmbeddedStore(built.folder).current()
    assert edition.content_hash == result.dataset.content_hash
    assert edition.findings() == result.report.findings
    texts = {edition.archived(f"{part.source.value.rpartition('/')[2]}.txt") for part in result.dataset.contributions}
    assert texts == {FIRST.encode(), SECOND.encode()}


def test_each_stage_of_a_build_tells_how_far_it_is(built: Built) -> None:
    assert built.stages == {"read": (3, 3), "agree": (1, 1), "validate": (1, 1), "publish": (1, 1)}


def test_a_file_that_cannot_be_read_is_set_aside_with_its_reason(built: Built) -> None:
    assert [one.name for one in built.result.rejected] == ["empty.txt"]
    assert built.result.rejected[0].reason


def test_claims_of_real_documents_are_agreed_and_their_quotes_stand_in_the_text(built: Built) -> None:
    agreed = built.result.dataset.agreement.agreed
    assert any(triple.predicate.value == num("foundedOn") and triple.object.value == "2020-04" for triple in agreed)
    for statements in agreed.values():
        assert all(one.evidence.quote in one.evidence.document.text for one in statements)


def test_building_the_same_again_in_another_order_makes_no_new_edition(built: Built, press: Path) -> None:
    again = made([press / "second.txt", press / "first.txt"], built.folder)
    assert (again.created, again.edition.number) == (False, 1)
    assert again.report.findings == built.result.report.findings


def test_two_builds_in_two_folders_are_equal_byte_for_byte(built: Built, press: Path, tmp_path: Path) -> None:
    copy = shutil.copy(press / "first.txt", tmp_path / "zz-copy-of-first.txt")
    made([press / "second.txt", Path(copy), press / "first.txt"], tmp_path / "g")
    assert list(EmbeddedStore(tmp_path / "g").reader().canonical()) == list(
        EmbeddedStore(built.folder).reader().canonical()
    )


def test_more_documents_make_a_new_edition(press: Path, tmp_path: Path) -> None:
    made([press / "first.txt"], tmp_path / "g")
    grown = made([press], tmp_path / "g")
    assert (grown.created, grown.edition.number) == (True, 2)


def test_nothing_is_published_when_no_file_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(UnreadableSource, match=r"empty\.txt"):
        made([tmp_path], tmp_path / "g")
    (tmp_path / "none").mkdir()
    with pytest.raises(UnreadableSource, match="there is no"):
        made([tmp_path / "none"], tmp_path / "g")
    assert not (tmp_path / "g").exists()


def test_a_violation_stops_the_commit_and_names_the_sentence_behind_it(
    press: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = tmp_path / "shapes"
    shapes.mkdir()
    (shapes / "strict.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix num: <https://w3id.org/numgraph/ontology#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <http://e/s> a sh:NodeShape ; sh:targetSubjectsOf num:foundedOn ; sh:property <http://e/p> .
        <http://e/p> sh:path num:foundedOn ; sh:datatype xsd:gYear ; sh:severity sh:Violation ;
            sh:message "Give the year alone."@en , "Nur das Jahr."@de .""",
        "utf-8",
    )
    monkeypatch.setattr(resources, "shapes", lambda: shapes)
    with pytest.raises(InvalidData, match=r"Give the year alone") as stopped:
        made([press], tmp_path / "g")
    (finding,) = stopped.value.findings
    assert [quote for _, quote in finding.sources] == [
        "Das Netzwerk Universitätsmedizin (NUM) wurde im April 2020 gegründet."
    ]
    assert not (tmp_path / "g").exists()


def test_contact_details_stay_out_of_store_and_archive_when_they_are_switched_off(
    built: Built, press: Path, tmp_path: Path
) -> None:
    made([press], tmp_path / "g", publish_contacts=False)
    for folder, expected in ((built.folder, True), (tmp_path / "g", False)):
        published = b"".join(EmbeddedStore(folder).reader().canonical())
        archived = b"".join(path.read_bytes() for path in (folder / "archive").rglob("*") if path.is_file())
        for kept in (published, archived):
            assert (b"erika@beispielnetz.example" in kept, b"98765432" in kept) == (expected, expected)


def test_reading_in_several_processes_gives_the_same(
    built: Built, press: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_POOL_FROM", 2)
    (tmp_path / "empty.txt").write_bytes(b"")
    together = made([press, tmp_path / "empty.txt"], built.folder, workers=2)
    assert not together.created
    assert together.rejected == built.result.rejected


def test_the_projects_directories_are_published_beside_the_documents_each_statement_with_its_cell(
    built: Built, press: Path, tmp_path: Path
) -> None:
    result = made([press], tmp_path / "g", publish_directories=True)
    assert result.documents == 2
    assert len(result.dataset.contributions) > len(built.result.dataset.contributions)
    edition = EmbeddedStore(tmp_path / "g").current()
    table = next(one for one in result.dataset.contributions if one.statements[0].rule.startswith("mapping "))
    text = edition.archived(f"{table.source.value.rpartition('/')[2]}.txt").decode("utf-8")
    for one in table.statements:
        assert text[one.evidence.start : one.evidence.end] == one.evidence.quote


def test_the_acceptance_documents_show_the_three_ends_of_the_third_phase(shared: Path, tmp_path: Path) -> None:
    result = made([shared / "seeds"], tmp_path / "g")
    (conflict,) = [one for one in result.dataset.conflicts if one.predicate.value == num("fundingEnd")]
    assert conflict.winner.value.value == "2030-06-30"
    assert {loser.value.value for loser in conflict.losers} == {"2030-12-31", "2030-07"}


def test_a_plain_dataset_is_not_built_into(press: Path, tmp_path: Path) -> None:
    settle(tmp_path, Kind.PLAIN)
    with pytest.raises(WrongKind, match="plain"):
        build([press], tmp_path, Settings(data=tmp_path))
