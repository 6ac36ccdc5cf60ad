"""``numgraph extract --explain``: a text with its claims marked, in the terminal and as one page without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Console
from rich.style import Style
from rich.text import Text

from numgraph.extraction.explain import Explanation, Note, Segment
from numgraph.model import Document

SURE = 0.9

# Underlining says the same as colour, for those who do not see or do not have it.
_STYLES = {
    "sure": Style(color="green", underline=True),
    "fair": Style(color="yellow", underline=True),
    "weak": Style(color="red", underline=True),
}
_NUMBER = Style(bold=True, dim=True)
_UNREAD = Style(color="magenta", italic=True)


def level(confidence: float | None, threshold: float) -> str:
    """How sure: what the threshold queues for a steward is weak."""
    if confidence is None or confidence < threshold:
        return "weak"
    return "sure" if confidence >= SURE else "fair"


def to_terminal(explanation: Explanation, console: Console, threshold: float) -> None:
    """The marked text, and the claims as numbered notes below it."""
    document = explanation.document
    console.rule(Text(f"{document.name} ({document.layout}, {document.language})"), align="left")
    text = Text()
    for segment in explanation.segments:
        _append(text, segment, threshold)
    console.print(text)
    console.print(
        f"{len(explanation.notes)} claims, {len(explanation.unread)} sentences that may hold more:", style="bold"
    )
    for note in explanation.notes:
        console.print(_line(note, threshold))


def _line(note: Note, threshold: float) -> Text:
    predicate = f"{note.predicate} (planned)" if note.planned else note.predicate
    line = Text(f"{note.number:>4} ", _NUMBER)
    line.append(_printable(f"{note.subject} — {predicate} — {note.object}  "))
    line.append(f"{note.rule} ", Style(dim=True))
    return line.append(f"{note.confidence:.2f}", _STYLES[level(note.confidence, threshold)])


def runs(numbers: Sequence[int]) -> list[str]:
    """Numbers in a row as ranges.

    >>> runs([6, 7, 8, 11])
    ['6–8', '11']
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found]


def _append(text: Text, segment: Segment, threshold: float) -> None:
    shown = _printable(segment.text)
    if segment.notes:
        text.append(shown, _STYLES[level(segment.confidence, threshold)])
        if segment.ending:
            text.append(f"[{', '.join(runs(segment.ending))}]", _NUMBER)
    elif segment.unread:
        text.append(shown, _UNREAD)
        if segment.last:
            text.append(f" ‹unread: {_printable('; '.join(segment.unread.clues))}›", _NUMBER)
    else:
        text.append(shown)


def _printable(text: str) -> str:
    """Text that cannot steer the terminal: control characters as the pictures Unicode has for them."""
    return "".join(char if char.isprintable() or char in "\n\t" else _picture(char) for char in text)


def _picture(char: str) -> str:
    code = ord(char)
    if char in "\u00a0\u00ad\u2009\u202f":
        return " "
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"  # noqa: PLR2004 - the C0 controls have pictures


def to_html(explanations: Sequence[Explanation], threshold: float) -> str:
    """One page that needs nothing else: no script, no file, no network."""
    environment = Environment(
        loader=PackageLoader("numgraph.cli"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["level"] = lambda segment: level(segment.confidence, threshold)
    environment.filters["runs"] = runs
    environment.filters["title"] = _title
    return environment.get_template("explain.html").render(explanations=explanations, threshold=threshold, SURE=SURE)


def _title(document: Document) -> str:
    stated = next((field.value for field in document.fields if field.name == "title"), document.name)
    return " ".join(stated.split())
