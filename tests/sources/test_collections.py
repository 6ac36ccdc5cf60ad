from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from numgraph.errors import UnreadableSource
from numgraph.sources.collections import Limits, Member, Rejected, is_collection, members

SMALL = Limits(largest=1000, swelling=10, free=5000)


def names(*sources: Path, limits: Limits = SMALL) -> list[str]:
    return [found.name for found in members(sources, limits)]


def rejected(source: Path, limits: Limits = SMALL) -> list[str]:
    return [found.reason for found in members([source], limits) if isinstance(found, Rejected)]


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """Makes a tar archive of (name, content) pairs or ready headers."""

    def make(*inside: tuple[str, bytes] | tarfile.TarInfo, name: str = "press.tar", mode: str = "w") -> Path:
        with tarfile.open(tmp_path / name, mode) as archive:
            for one in inside:
                if isinstance(one, tarfile.TarInfo):
                    archive.addfile(one)
                    continue
                header = tarfile.TarInfo(one[0])
                header.size = len(one[1])
                archive.addfile(header, io.BytesIO(one[1]))
        return tmp_path / name

    return make


def header(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


def lines(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def test_a_folder_gives_its_documents_in_order_of_their_paths_without_hidden_and_other_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.html", "a/1.TXT", "a/table.csv", ".git/x.txt", "a/.hidden.txt", "c.tar"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"text")
    assert names(tmp_path) == ["a/1.TXT", "a/2.html", "b.txt"]


def test_a_file_that_is_named_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "README").write_bytes(b"text")
    assert list(members([tmp_path / "README"])) == [Member("README", b"text")]


def test_a_source_that_is_not_there_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"no file or folder .*nowhere"):
        members([tmp_path, tmp_path / "nowhere"])


@pytest.mark.parametrize(
    ("name", "mode"), [("p.tar", "w"), ("p.tar.gz", "w:gz"), ("p.txz", "w:xz"), ("p.tar.bz2", "w:bz2")]
)
def test_archives_are_read_member_by_member_in_their_own_order(pack: Callable[..., Path], name: str, mode: str) -> None:
    path = pack(("z.txt", b"last"), ("a/b.html", b"<p>"), ("a/pic.png", b"x"), name=name, mode=mode)
    assert is_collection(path)
    assert list(members([path])) == [Member(f"{name}/z.txt", b"last"), Member(f"{name}/a/b.html", b"<p>")]


def test_nothing_of_an_archive_is_written_to_disk(pack: Callable[..., Path], tmp_path: Path) -> None:
    path = pack(("../../outside.txt", b"x"), ("inside.txt", b"x"))
    list(members([path]))
    assert [one.name for one in tmp_path.rglob("*")] == ["press.tar"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "..\\a.txt", "a\x1b[31m.txt"])
def test_a_path_that_leads_out_or_cannot_be_shown_is_refused_and_the_rest_is_read(
    pack: Callable[..., Path], name: str
) -> None:
    bad, good = members([pack((name, b"x"), ("good.txt", b"y"))])
    assert isinstance(bad, Rejected)
    assert "path" in bad.reason
    assert bad.name.isprintable()
    assert isinstance(good, Member)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_in_an_archive_are_not_followed(pack: Callable[..., Path], kind: bytes) -> None:
    assert rejected(pack(header("a.txt", kind, "/etc/passwd"))) == ["is a link or a device, and those are not followed"]


def test_a_member_that_is_too_large_is_refused_alone(pack: Callable[..., Path]) -> None:
    path = pack(("big.txt", b"x" * 1001), ("good.txt", b"y"))
    assert names(path) == ["press.tar/big.txt", "press.tar/good.txt"]
    assert rejected(path) == ["has 1,001 bytes and at most 1,000 are read; split it"]


def test_an_archive_bomb_is_left_where_it_swells(pack: Callable[..., Path]) -> None:
    path = pack(("good.txt", b"y"), ("bomb.png", bytes(10**6)), ("late.txt", b"z"), name="b.tar.gz", mode="w:gz")
    assert names(path) == ["b.tar.gz/good.txt", "b.tar.gz"]
    assert "archive bomb" in rejected(path)[0]


def test_a_header_that_promises_gigabytes_is_refused_without_reading_them(tmp_path: Path) -> None:
    liar = tarfile.TarInfo("long")
    liar.type, liar.size = tarfile.GNUTYPE_LONGNAME, 8 * 1024**3
    (tmp_path / "liar.tar").write_bytes(liar.tobuf(tarfile.GNU_FORMAT))
    assert "header of 8,589,934,592 bytes" in rejected(tmp_path / "liar.tar")[0]


def test_what_stands_before_a_break_in_an_archive_is_read(pack: Callable[..., Path]) -> None:
    path = pack(("good.txt", b"y" * 900), ("cut.txt", b"z" * 900))
    os.truncate(path, 512 + 1024 + 512 + 100)
    assert names(path) == ["press.tar/good.txt", "press.tar"]
    assert "is broken from here on" in rejected(path)[0]


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.zip", "x.jsonl.gz", "x.tar.xz"])
def test_a_file_that_is_no_archive_is_reported_as_broken(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"this is no archive at all" * 40)
    assert "is broken" in rejected(tmp_path / name)[0]


def test_a_zip_is_read_like_a_tar(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("a.txt", b"one"), ("../b.txt", b"two"), ("c.txt", b"x" * 1001), ("d.txt", b"four")):
            archive.writestr(name, data)
    found = list(members([tmp_path / "p.zip"], SMALL))
    assert [type(one) for one in found] == [Member, Rejected, Rejected, Member]
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", bytes(999))
    assert "archive bomb" in rejected(tmp_path / "bomb.zip")[0]


def test_a_record_of_json_lines_is_a_document_named_as_it_says(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "p.jsonl",
        {"text": "Guten Tag", "name": "gruss", "url": "https://example.org/1"},
        {"html": "<p>Tag</p>", "text": "Tag", "id": 17},
        {"text": "ohne Namen"},
    )
    assert list(members([path])) == [
        Member("p.jsonl/line 1/gruss.txt", b"Guten Tag", "https://example.org/1"),
        Member("p.jsonl/line 2/17.html", b"<p>Tag</p>"),
        Member("p.jsonl/line 3.txt", b"ohne Namen"),
    ]


@pytest.mark.parametrize(
    "line", ["{", "[]", '"text"', '{"text": 7}', '{"title": "x"}', '{"text": " "}', "[" * 100_000, '{"text": "\\ud800']
)
def test_a_line_that_is_no_record_is_set_aside_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "p.jsonl").write_text(f'{line}\n\n{{"text": "good"}}\n', encoding="utf-8")
    bad, good = members([tmp_path / "p.jsonl"])
    assert (type(bad), bad.name) == (Rejected, "p.jsonl/line 1")
    assert good == Member("p.jsonl/line 3.txt", b"good")


def test_a_line_that_is_too_long_is_skipped_to_its_end(tmp_path: Path) -> None:
    path = lines(tmp_path / "p.jsonl", {"text": "x" * 5000}, {"text": "good"})
    assert names(path) == ["p.jsonl/line 1", "p.jsonl/line 2.txt"]


def test_packed_json_lines_that_swell_are_left(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "p.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines('{"text": "again"}\n' for _ in range(10_000))
    *read, last = members([tmp_path / "p.jsonl.gz"], SMALL)
    assert len(read) < 1000
    assert "archive bomb" in last.reason


def test_a_lone_surrogate_in_a_record_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_text('{"text": "a \\ud800 b", "name": "\\udfff"}\n', encoding="utf-8")
    (found,) = members([tmp_path / "p.jsonl"])
    assert isinstance(found, Member)
    assert found.data == b"a ? b"
