"""Mails, as saved or pasted from a mail program in English, German or Dutch.

The headers give title, date and sender. Of a thread, the newest message that says something is
read, and the rest is noise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from numgraph.model import Block, BlockKind, Field, Span
from numgraph.sources import contacts, issuers, prose
from numgraph.sources.dates import first_date
from numgraph.sources.layout import Hints, Line, Reading, block, field, lines
from numgraph.sources.people import person

NAME = "mail"

_LABELS = {
    "from": "from von van absender afzender",
    "date": "date datum gesendet sent verzonden",
    "subject": "subject betreff onderwerp",
    "other": "to an aan cc bcc kopie cci reply-to antwort-an importance priorität wichtigkeit attachments attachment"
    " anlagen anlage anhang anhänge bijlagen bijlage message-id mime-version content-type received return-path",
}
_KINDS = {word: kind for kind, words in _LABELS.items() for word in words.split()}
_LABEL = re.compile(r"\*?(?P<label>[A-Za-zÄäÖöÜü-]{2,14})(?: am)?\*?[ \t]?:\*?[ \t]*(?P<value>.*)")
_FIRST = 12  # lines among which a mail's headers begin
_SURE = 0.9
_PREFIX = re.compile(
    r"(?:(?:re|aw|wg|fw|fwd|antw|antwort|doorst|vs|sv|tr)(?:\[\d+\])?\s?:\s*|\[[^\]]{1,40}\]\s*"
    r"|(?:pm|pi|pressemitteilung|pressemeldung|presseinformation|medieninformation|medienmitteilung|press release"
    r"|persbericht)(?: (?:nr\.? ?)?[\d/-]+)?\s?:\s*)+",
    re.IGNORECASE,
)
_SENDER = re.compile(r"""['"]?(?P<name>[^<>\[("'@]+?)['"]?\s*(?:[<\[(].*)?""")
_SURNAME_FIRST = re.compile(r"(?P<surname>[^,]+), (?P<name>[^,]+)")
_CUT = re.compile(
    r"[-_ ]*\s*(?:original message|ursprüngliche nachricht|original-nachricht|weitergeleitete nachricht"
    r"|forwarded message|oorspronkelijk bericht|doorgestuurd bericht)\s*[-_ ]*"
    r"|(?:anfang der weitergeleiteten nachricht|begin forwarded message|begin doorgestuurd bericht)\s?:"
    r"|(?:am|on|op)\b.{6,120}\b(?:schrieb|wrote|schreef)\b.{0,120}:",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?:>[ \t]?){1,20}")
_SIGNATURE = re.compile(r"--[ \t\u00a0]?")
_LIST_FOOTER = re.compile(r"_{20,}")
_GREETING = re.compile(
    r"(?:sehr geehrte|liebe[rs]?\b|guten (?:tag|morgen)|hallo|dear|hello|beste\b|geachte|goedemorgen|goedendag)"
    r"[^.!?]{0,90}[,!]?"
    r"|(?:mit (?:freundlichen|besten|herzlichen|vielen) grüßen|freundliche grüße|(?:viele|beste|herzliche) grüße"
    r"|(?:kind|best|warm) regards|(?:yours )?sincerely"
    r"|met vriendelijke groet(?:en)?|hartelijke groet(?:en)?)[,!]?",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"(?:diese (?:e-?mail|nachricht)|this (?:e-?mail|message)|deze (?:e-?mail|bericht)|dit (?:e-?mail)?bericht"
    r"|der inhalt dieser|the (?:content|information) (?:of|in|contained in) this|de informatie in d).{0,120}"
    r"(?:vertraulich|confidential|vertrouwelijk|rechtlich geschützt|privileged|bestimmt|intended|bestemd)"
    r"|(?:bitte denken sie an die umwelt|bitte prüfen sie,? ob|please consider the environment|denk aan het milieu)"
    r"|sie erhalten diese (?:e-?mail|nachricht|mitteilung)|you (?:are receiving|received) this|u ontvangt deze"
    r"|(?:newsletter )?(?:abbestellen|abmelden|unsubscribe|uitschrijven|afmelden)\b"
    r"|um sich (?:vom|aus dem).{0,60}abzumelden"
    r"|im browser (?:ansehen|anzeigen|öffnen)|view (?:this e-?mail )?in (?:your )?browser"
    r"|bekijk .{0,20}in (?:je|uw) browser"
    r"|wenn (?:diese|sie diese) (?:e-?mail|nachricht).{0,40}nicht (?:richtig|korrekt)",
    re.IGNORECASE,
)
_LONGEST_FORMALITY = 3000  # characters of a disclaimer on one line
_SAYS_SOMETHING = 200  # letters; less is "for your information"


@dataclass(frozen=True, slots=True)
class _Header:
    kind: str
    line: Line
    value: Span


@dataclass(frozen=True, slots=True)
class _Message:
    """The headers of one message of a thread and the lines up to the next."""

    headers: Sequence[_Header]
    body: Sequence[Line]

    def first(self, kind: str) -> _Header | None:
        return next((one for one in self.headers if one.kind == kind), None)

    def letters(self) -> int:
        return sum(len(line.text) for line in self.body if not (_QUOTED.match(line.text) or _is_formal(line.text)))


def recognises(text: str) -> float:
    """Sure where a subject and a sender or date stand under each other at the top."""
    every = lines(text[:8000])[: 3 * _FIRST]
    for at in range(min(_FIRST, len(every))):
        kinds = {one.kind for one in _headers(every, at)}
        if "subject" in kinds and kinds & {"from", "date"}:
            return _SURE
    return 0.0


def _headers(every: Sequence[Line], at: int) -> list[_Header]:
    """The headers that begin at line ``at``; a header folded onto further lines keeps its first."""
    found: list[_Header] = []
    for line in every[at:]:
        header = _header(line)
        folded = bool(found) and line.gap == 0 and line.indent > 0
        if (found and line.gap > 1) or (header is None and not folded):
            break
        found.append(header or _Header("other", line, line.span))
    return found


def _header(line: Line) -> _Header | None:
    found = _LABEL.fullmatch(line.text)
    kind = _KINDS.get(found["label"].casefold()) if found else None
    if found is None or kind is None:
        return None
    return _Header(kind, line, Span(line.start + found.start("value"), line.start + found.end("value")))


def read(text: str, hints: Hints) -> Reading:
    """Headline, date line and sender from the headers, then the body of the message that says something."""
    before, thread = _thread(lines(text))
    if not thread:
        return Reading(tuple(prose.blocks(before, hints)), ())
    main = next((one for one in thread if one.letters() >= _SAYS_SOMETHING), thread[0])
    blocks = [block(BlockKind.NOISE, [line]) for line in before]
    fields: list[Field] = []
    for message in thread:
        if message is main:
            fields += _fields(text, message)
            blocks += [*_head(message), *_body(message.body, hints)]
        else:
            blocks += [block(BlockKind.NOISE, [line]) for line in (*(h.line for h in message.headers), *message.body)]
    return Reading(tuple(sorted(blocks, key=lambda one: one.start)), tuple(sorted(fields, key=lambda one: one.start)))


def _thread(every: Sequence[Line]) -> tuple[Sequence[Line], list[_Message]]:
    """What stands above the first headers, and the messages from top to bottom."""
    starts: list[tuple[int, list[_Header]]] = []
    at = 0
    while at < len(every):
        headers = _headers(every, at) if _header(every[at]) else []
        kinds = {one.kind for one in headers}
        telling = kinds & {"from", "date", "subject"}
        if len(telling) > 1 or (telling and at == 0):
            starts.append((at, headers))
        at += max(1, len(headers))
    stops = [*(start for start, _ in starts[1:]), len(every)] if starts else []
    messages = [
        _Message(headers, every[start + len(headers) : stop])
        for (start, headers), stop in zip(starts, stops, strict=True)
    ]
    return every[: starts[0][0]] if starts else every, messages


def _head(message: _Message) -> Iterator[Block]:
    kinds = {"subject": BlockKind.HEADLINE, "date": BlockKind.DATE_LINE, "from": BlockKind.ISSUER}
    for header in message.headers:
        kind = kinds.get(header.kind) if message.first(header.kind) is header else None
        value = _title(header) if kind is BlockKind.HEADLINE else header.value
        if kind and value.start < value.end:
            yield Block(kind, value.start, value.end)
        else:
            yield block(BlockKind.NOISE, [header.line])


def _title(subject: _Header) -> Span:
    """The subject without the marks of replies, lists and press offices."""
    said = subject.line.text[subject.value.start - subject.line.start :]
    prefix = _PREFIX.match(said)
    cut = prefix.end() if prefix and prefix.end() < len(said) else 0
    return Span(subject.value.start + cut, subject.value.end)


def _fields(text: str, message: _Message) -> Iterator[Field]:
    subject, date, sender = (message.first(kind) for kind in ("subject", "date", "from"))
    if subject and (title := _title(subject)).start < title.end:
        yield field("title", title, " ".join(text[title.start : title.end].split()))
    if date and (stated := first_date(text[date.value.start : date.value.end])):
        start = date.value.start
        yield field("published_on", Span(start + stated.start, start + stated.end), stated.value)
    if sender and (named := _SENDER.fullmatch(text[sender.value.start : sender.value.end])):
        yield from _sender(named["name"].rstrip(), sender.value.start + named.start("name"))


def _sender(name: str, start: int) -> Iterator[Field]:
    """A person is the press contact, an institution the publisher; "Muster, Anna" is Anna Muster."""
    turned = _SURNAME_FIRST.fullmatch(name)
    as_said = f"{turned['name']} {turned['surname']}" if turned else name
    if person(as_said):
        yield field("press_contact", Span(start, start + len(name)), as_said)
    elif place := issuers.institution(name):
        yield field("publisher", Span(start + place[0], start + place[1]), name[slice(*place)])


def _body(body: Sequence[Line], hints: Hints) -> Iterator[Block]:
    """Paragraphs, the signature as a contact, quotations and formalities as noise."""
    stop = next((at for at, line in enumerate(body) if _CUT.fullmatch(line.text)), len(body))
    footer = next((at for at, line in enumerate(body) if _LIST_FOOTER.fullmatch(line.text)), len(body))
    signed = next((at for at, line in enumerate(body) if _SIGNATURE.fullmatch(line.text)), len(body))
    end = min(stop, footer)
    said = body[: min(signed, end)]
    formal = _formal(said)
    only_quotes = sum(len(line.text) for line in said if not _QUOTED.match(line.text)) < _SAYS_SOMETHING
    quoted = {at for at, line in enumerate(said) if _QUOTED.match(line.text)}
    yield from prose.blocks(prose.without(said, formal | quoted), hints)
    for at in sorted(formal | quoted):
        yield _quotation(said[at]) if at in quoted - formal and only_quotes else block(BlockKind.NOISE, [said[at]])
    yield from _signature(body[min(signed, end) : end])
    yield from (block(BlockKind.NOISE, [line]) for line in body[end:])


def _quotation(line: Line) -> Block:
    """A line of a mail that is nothing but a quotation: what it says without its marks."""
    mark = _QUOTED.match(line.text)
    start = line.start + (mark.end() if mark else 0)
    return Block(BlockKind.BODY, start, line.end) if start < line.end else block(BlockKind.NOISE, [line])


def _formal(said: Sequence[Line]) -> set[int]:
    """The lines that greet, and those from a disclaimer to the end of its paragraph."""
    found: set[int] = set()
    if len(said) > 1 and _GREETING.fullmatch(said[-2].text) and person(said[-1].text):
        found.add(len(said) - 1)  # the name under "kind regards", where a signature follows
    for at, line in enumerate(said):
        rest_of_disclaimer = at - 1 in found and line.gap == 0 and not _GREETING.fullmatch(said[at - 1].text)
        if _is_formal(line.text) or rest_of_disclaimer:
            found.add(at)
    return found


def _is_formal(text: str) -> bool:
    return len(text) <= _LONGEST_FORMALITY and bool(_DISCLAIMER.search(text) or _GREETING.fullmatch(text))


def _signature(signed: Sequence[Line]) -> Iterator[Block]:
    """The dashes, then who signed, up to a disclaimer."""
    if not signed:
        return
    yield block(BlockKind.NOISE, signed[:1])
    formal = _formal(signed)
    stop = next((at for at in range(1, len(signed)) if at in formal or _CUT.fullmatch(signed[at].text)), len(signed))
    contact = signed[1:stop]
    if contact:
        reached = any(contacts.cue(line) in (contacts.Cue.REACH, contacts.Cue.PERSON) for line in contact)
        yield block(BlockKind.CONTACT if reached else BlockKind.NOISE, contact)
    yield from (block(BlockKind.NOISE, [line]) for line in signed[stop:])
