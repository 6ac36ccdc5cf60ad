"""Messages as mail programs save them (RFC 5322, MIME: RFC 2045 to 2047): headers decoded, and the text people see.

Attachments are not read. The text is what :mod:`numgraph.sources.mail` reads: From, Date, Subject and
the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import cast

from numgraph.errors import UnreadableSource
from numgraph.sources import html
from numgraph.sources.decoding import decode
from numgraph.sources.layout import Hints, Rendered

MEDIA_TYPE = "message/rfc822"
_SHOWN = ("From", "Date", "Subject")
_HEADER = rb"(?:received|return-path|mime-version|message-id|delivered-to|dkim-signature|x-[a-z-]+)"
_BEGINS = re.compile(
    rb"\s*(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?" + _HEADER + rb":", re.IGNORECASE
)
_LONGEST_HEADER = 1000
_LEAST_TEXT = 200  # characters; a shorter plain part beside a page only asks for another mail program
_DEEPEST = 50  # parts inside parts


def looks_like(data: bytes) -> bool:
    """Whether the bytes begin with headers that only mail has."""
    return bool(_BEGINS.match(data[:8192]))


def render(data: bytes, name: str) -> Rendered:
    """The text of a message. Raises UnreadableSource where there is none."""
    message = _parsed(data, name)
    head = "".join(f"{header}: {said}\n" for header in _SHOWN if (said := _header(message, header)))
    parts = list(_parts(message, 0))
    body = _body([part for part in parts if not _is_attached(part)], name)
    if body is None:
        raise UnreadableSource(f"{name} is a mail without text; save what is attached to it and give that")
    head += "\n" if head else ""
    hints = Hints(tuple(body.hints.behind(len(head))), "", "", body.hints.language, "mail")
    return Rendered(head + body.text, hints, body.notes + tuple(_left_out(parts)))


def _parsed(data: bytes, name: str) -> Message:
    try:
        return BytesParser(policy=compat32).parsebytes(data.lstrip())
    except RecursionError as error:
        raise UnreadableSource(
            f"{name} has mails inside mails without end; save the innermost and give that"
        ) from error


def _header(message: Message, name: str) -> str:
    """A header on one line, its encoded words decoded (RFC 2047)."""
    said = str(message.get(name, ""))[:_LONGEST_HEADER]
    try:
        words = decode_header(said)
    except HeaderParseError:  # a broken encoded word is shown as it is
        words = [(said, None)]
    return " ".join("".join(_word(*one) for one in words).split())


def _word(said: bytes | str, charset: str | None) -> str:
    return said if isinstance(said, str) else _decoded(said, charset)


def _decoded(data: bytes, charset: str | None) -> str:
    try:
        return data.decode({"us-ascii": "utf-8"}.get(charset or "", charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):  # an unknown or wrong charset
        return decode(data, "a part of the mail").text if data.strip() else ""


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The parts that hold something themselves, in order; forwarded messages are opened."""
    if not message.is_multipart():
        yield message
    elif depth < _DEEPEST:
        for part in cast("list[Message]", message.get_payload()):
            yield from _parts(part, depth + 1)


def _is_attached(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).strip().lower()
    return disposition.startswith("attachment") or part.get_content_maintype() != "text" or bool(part.get_filename())


def _body(parts: list[Message], name: str) -> Rendered | None:
    """The plain text, unless it is next to nothing beside a page."""
    plain = "\n\n".join(filter(None, (_text(part) for part in parts if part.get_content_subtype() == "plain")))
    if len(plain) >= _LEAST_TEXT:
        return Rendered(plain, Hints())
    page = next((_text(part) for part in parts if part.get_content_subtype() == "html"), "")
    if page:
        try:
            return html.render(page, name)
        except UnreadableSource:
            pass
    return Rendered(plain, Hints()) if plain.strip() else None


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset()
    return _decoded(payload, charset).replace("\r\n", "\n").strip("\n") if isinstance(payload, bytes) else ""


def _left_out(parts: list[Message]) -> Iterator[str]:
    names = [part.get_filename() or part.get_content_type() for part in parts if _is_attached(part)]
    if names:
        yield f"attachments are not read: {', '.join(names)}"
