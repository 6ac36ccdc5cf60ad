"""Decoding keeps every character, says what it had to guess, and refuses only what is no text."""

from __future__ import annotations

import pytest

from numgraph.errors import UnreadableSource
from numgraph.sources.decoding import decode

GERMAN = "Universitätsklinikum für Köln – „Förderung“ über 5 €\r\n"


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbfTitel\r\n", b"eins\rzwei\r\ndrei\n", b"Text\x00mit NUL", "Größe ½ 𝄞 \u2028".encode()],
    ids=["byte order mark", "line ends", "nul", "beyond the basic plane"],
)
def test_utf8_is_what_python_reads_without_newline_translation(data):
    decoded = decode(data, "a.txt")
    assert decoded.text == data.decode("utf-8")
    assert decoded.notes == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_byte_order_mark_tells_wide_encodings(encoding):
    assert decode(GERMAN.encode(encoding), "a.txt").text == GERMAN


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [
        ("iso-8859-15", '<meta charset="iso-8859-15">'),
        ("cp1250", "<meta http-equiv=content-type content='text/html; charset=windows-1250'>"),
        ("iso-8859-5", '<?xml version="1.0" encoding="iso-8859-5"?>'),
    ],
)
def test_markup_is_read_in_the_encoding_it_declares(encoding, declaration):
    word = "Ж" if encoding == "iso-8859-5" else "ß"
    decoded = decode((declaration + word).encode(encoding), "a.html", markup=True)
    assert decoded.text == declaration + word
    assert "as the file declares" in decoded.notes[0]


def test_a_declaration_in_plain_text_is_only_text():
    data = '<meta charset="iso-8859-5"> Größe'.encode("cp1252")
    assert decode(data, "a.txt").text.endswith("Größe")


def test_undeclared_western_text_is_windows_1252_and_says_so():
    decoded = decode(GERMAN.encode("cp1252"), "a.txt")
    assert decoded.text == GERMAN
    assert "guessed" in decoded.notes[0]


def test_letter_statistics_tell_other_alphabets():
    text = "Это русский текст о сетевой медицине и здравоохранении. " * 5
    assert decode(text.encode("cp1251"), "a.txt").text == text


def test_a_few_broken_bytes_do_not_make_utf8_another_encoding():
    decoded = decode("Größe ".encode() + b"\xff" + " und Förderung".encode() + b"\xfe!", "a.txt")
    assert decoded.text == "Größe \ufffd und Förderung\ufffd!"
    assert "unreadable places" in decoded.notes[0]
    assert decoded.notes[0].endswith(": 2")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\x00", "is empty"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (bytes(range(128, 256)) + bytes(range(1, 32)) * 3, "no text"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(data, what):
    with pytest.raises(UnreadableSource, match=what) as refusal:
        decode(data, "brief.txt")
    assert "brief.txt" in str(refusal.value)
    assert ";" in str(refusal.value), "the sentence goes on to say what to do"
