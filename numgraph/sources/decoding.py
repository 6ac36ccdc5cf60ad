"""Bytes to text, without losing a character: encodings, byte order marks, and what is no text at all."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from numgraph.errors import UnreadableSource

_SAMPLE = 65_536  # bytes that are enough to tell an encoding

# First bytes of files that people hand in by mistake, and what they are.
_BINARY = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a RIFF image, sound or film",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"{\\rtf": "a rich text file",
}

# Longer marks first: the UTF-32 little endian mark begins with the UTF-16 one.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# HTML Standard, section 4.2.5.4, and XML 1.0, section 4.3.3.
_DECLARED = re.compile(
    rb"""<(?:meta\b[^>]{0,400}?charset|\?xml\b[^>]{0,200}?encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# What windows-1252 is used for in German, Dutch and English text.
_WESTERN = frozenset("äöüßÄÖÜéèëêïîíôóòáàâçñåøæúùûÉ„“”‚‘’–—…€§°·«»©®™½²³µ×•†\u00a0\u00ad")
_WESTERN_SHARE = 0.9
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "iso8859_5", "koi8_r", "gb18030", "big5", "shift_jis", "euc_kr",
]  # fmt: skip
_NOT_WORDS = 0.05  # control characters among the bytes of a file that is no text


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str, *, markup: bool = False) -> Decoded:
    """The text of ``data``. A byte order mark stays for UTF-8, as do line ends and NUL.

    ``markup`` allows the declared encoding of HTML and XML. Bytes that cannot be read become U+FFFD, with a note.
    Raises UnreadableSource for what is empty or no text.
    """
    _refuse_what_is_no_text(data, name)
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if marked:
        return _lenient(data, marked, f"read as {marked.upper()} by its byte order mark")
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _not_utf8(data, name, _declared(data) if markup else None)


def _refuse_what_is_no_text(data: bytes, name: str) -> None:
    if not data.strip(b" \t\r\n\f\v\x00\xef\xbb\xbf"):
        raise UnreadableSource(f"{name} is empty; give a text or HTML file with something in it")
    what = next((what for first, what in _BINARY.items() if data.startswith(first)), None)
    if what:
        raise UnreadableSource(f"{name} is {what}, not text; save its text as .txt or the page as .html and give that")


def _declared(data: bytes) -> str | None:
    """The encoding that the markup declares, if Python knows it. HTML means windows-1252 where it says latin-1."""
    found = _DECLARED.search(data, 0, 4096)
    if not found:
        return None
    try:
        known = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(known, known)


def _not_utf8(data: bytes, name: str, declared: str | None) -> Decoded:
    if declared and not declared.startswith(("utf-16", "utf-32")):
        return _lenient(data, declared, f"read as {declared}, as the file declares")
    if _mostly_utf8(data):
        return _lenient(data, "utf-8", "read as UTF-8")
    sample = data[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > _NOT_WORDS * len(sample):
        raise UnreadableSource(f"{name} is no text in any known encoding; save it as UTF-8 text and give that")
    guessed = _guess(sample)
    return _lenient(data, guessed, f"read as {guessed}, guessed from the bytes: it is not UTF-8 and declares nothing")


def _mostly_utf8(data: bytes) -> bool:
    """Whether the file is UTF-8 with a few broken bytes rather than another encoding."""
    sample = data[:_SAMPLE].decode("utf-8", "replace")
    broken = sample.count("\ufffd")
    return sum(character > "\x7f" for character in sample) - broken > broken


def _guess(sample: bytes) -> str:
    """Windows-1252 for what reads like western text in it, else what the letter statistics say."""
    special = [character for character in sample.decode("cp1252", "replace") if character > "\x7f"]
    if sum(character in _WESTERN for character in special) >= _WESTERN_SHARE * len(special):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    return str(best.encoding) if best else "cp1252"


def _lenient(data: bytes, encoding: str, how: str) -> Decoded:
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if not broken:
        return Decoded(text, (how,))
    return Decoded(text, (f"{how}; unreadable places shown as \ufffd: {broken}",))
