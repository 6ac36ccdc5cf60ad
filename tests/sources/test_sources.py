"""Reading: one document for one file, exact text, sound blocks, and errors that say what to do."""

from __future__ import annotations

import hashlib
import random
import time
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numgraph.errors import UnreadableSource
from numgraph.sources import find, read, read_bytes

RAW = b"\xef\xbb\xbfTitel der Seite\r\n\r\nEin Text\x00 mit NUL.\rNoch einer."
PIECES = [
    *("Dr. Eva Muster", "Kontakt", "- Punkt", "30.01.2026", "\n", "\n\n", "\r\n", " ", "Foto: x", "Tel. 030 1234567"),
    *(
        "a@example.org",
        "07/01/2025 16:31",
        "Criteria of this press release:",
        "Images",
        "\ufeff",
        "\x00",
        "•",
        ":",
        "<p>",
    ),
    "idw – Informationsdienst Wissenschaft",
    "Ein Satz mit vielen Worten, der lang genug ist, um als Absatz zu gelten, denn er hört nicht mehr auf.",
]


def sound(document):
    """Whether blocks and fields are in the text, in order, and not blank."""
    assert all(one.end <= other.start for one, other in pairwise(document.blocks))
    assert all(document.slice(one).strip() for one in document.blocks)
    assert all(document.text[one.start : one.end].strip() for one in document.fields)
    assert all(document.slice(one.heading).strip() for one in document.blocks if one.heading)
    return True


def test_the_text_of_a_plain_file_is_untouched(tmp_path):
    path = tmp_path / "seite.txt"
    path.write_bytes(RAW)
    document = read(path)
    assert document.text == path.read_bytes().decode("utf-8")
    assert document.sha256 == hashlib.sha256(RAW).hexdigest()
    assert (document.name, document.media_type, document.layout) == ("seite.txt", "text/plain", "page")
    assert document.id == f"titel-der-seite-{document.sha256[:8]}"
    assert sound(document)


def test_the_suffix_tells_html_from_text_and_the_content_helps_where_there_is_none():
    page = b"<!doctype html><h1>Titel</h1><p>Text"
    assert read_bytes(page, "a.htm").text == "Titel\n\nText"
    assert read_bytes(page, "upload").media_type == "text/html"
    as_text = read_bytes(page, "a.txt")
    assert as_text.text == page.decode()
    assert "looks like HTML" in as_text.notes[0]


def test_reading_twice_gives_the_same_document():
    assert read_bytes(RAW, "a.txt") == read_bytes(RAW, "a.txt")


def test_a_page_too_short_to_tell_is_in_the_language_it_states():
    assert read_bytes(b'<html lang="nl-NL"><p>Hallo', "a.html").language == "nl"
    assert read_bytes(b"<p>Hallo", "a.html").language == "und"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Das Netzwerk verbindet die Kliniken des Landes miteinander.", "de"),
        ("Het netwerk verbindt de ziekenhuizen van het land met elkaar.", "nl"),
        ("The network connects the hospitals of the country with each other.", "en"),
        ("Le réseau relie les hôpitaux universitaires du pays entre eux et avec la recherche.", "fr"),
    ],
)
def test_the_language_is_that_of_the_body(text, language):
    assert read_bytes(text.encode(), "a.txt").language == language


def test_find_lists_readable_files_once_and_in_order(tmp_path):
    for name in ("b.txt", "a.html", "c.pdf", ".hidden.txt", "sub/d.md", ".git/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = find([tmp_path, tmp_path / "b.txt"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["a.html", "b.txt", "sub/d.md"]
    assert find([tmp_path / "c.pdf"]) == [tmp_path / "c.pdf"], "a file that is named is not skipped in silence"


def test_a_missing_path_is_a_clear_error(tmp_path):
    with pytest.raises(UnreadableSource, match="there is no file or folder"):
        find([tmp_path / "fehlt"])
    with pytest.raises(UnreadableSource, match="check the path"):
        read(tmp_path / "fehlt.txt")


def test_files_above_the_limit_are_refused_with_both_sizes(tmp_path):
    path = tmp_path / "groß.txt"
    path.write_text("x" * 2000)
    with pytest.raises(UnreadableSource, match=r"2,00\d bytes and at most 1,000"):
        read(path, largest=1000)
    assert read(path, largest=3000).text == "x" * 2000


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a"])
def test_random_bytes_are_read_or_refused(name):
    dice = random.Random(7)  # noqa: S311 (the same bytes in every run)
    for size in (1, 10, 100, 5000) * 5:
        with suppress(UnreadableSource):
            assert sound(read_bytes(dice.randbytes(size), name))


@pytest.mark.parametrize("line", ["abc defg ", "a", "1 ", "<p>", "Dr. ", "- ", "> "])
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_line_of_many_megabytes_is_no_problem(line, name):
    started = time.perf_counter()
    with suppress(UnreadableSource):  # where the line is two million elements
        read_bytes((line * (8_000_000 // len(line))).encode() + b" Ende", name)
    assert time.perf_counter() - started < 5


def test_a_text_longer_than_any_report_keeps_its_end_and_says_so():
    document = read_bytes(("Ein kurzer Satz.\n" * 20_000).encode(), "a.txt")
    assert document.blocks[-1].end >= len(document.text) - 1
    assert "only about the first" in document.notes[0]
    assert sound(document)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(["a.txt", "a.html"]))
def test_blocks_and_fields_are_sound_for_any_mixture(pieces, name):
    try:
        sound(read_bytes("\n".join(pieces).encode(), name))
    except UnreadableSource:
        assert not "".join(pieces).strip(" \r\n\ufeff\x00") or name == "a.html"


def test_every_seed_is_read_soundly_and_exactly(shared):
    for path in sorted((shared / "seeds").glob("*.txt")):
        document = read(path)
        assert document.text == path.read_bytes().decode("utf-8")
        assert sound(document)
