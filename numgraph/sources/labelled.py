"""Lines that label what they say, as project profiles, programmes and imprints do: "Laufzeit: 07/2025 – 06/2030".

Such lines are neither headings nor parts of paragraphs, and an address among them is no contact's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from numgraph.sources.layout import Line

_PAIR = re.compile(r"(?P<label>[A-ZÄÖÜ0-9][^:.!?|]{1,45}):[ \t\u00a0]+(?P<value>\S.*)")
_MOST_WORDS = 5  # of a label
_LONGEST = 400  # a value may be a list of partners
_LEAST_RUN = 2
# Labels of profiles that stand on a line of their own, above what they label.
_LABEL = re.compile(
    r"(?:projekt)?(?:akronym|kurztitel|laufzeit|förder(?:summe|volumen|zeitraum|kennzeichen|programm|er|phase)"
    r"|projekt(?:laufzeit|titel|leitung|volumen|träger|partner|koordination|beginn|ende)|volumen|budget|gesamtvolumen"
    r"|koordination|konsortialführung|konsortialleitung"
    r"|(?:beteiligte )?(?:partner|einrichtungen|institutionen|standorte)"
    r"|zuwendungsgeber|fördergeber|mittelgeber|gefördert (?:durch|von)|kooperationspartner|sprecher(?:in)?"
    r"|zeitraum|beginn|ende|veranstalter|ort|datum|termin|zielgruppe|website|ansprechpartner(?:in)?"
    r"|acronym|duration|funding(?: period| amount| programme)?|funded by|funder|grant(?: number| agreement)?"
    r"|coordinator|coordination|partners|participants|start(?: date)?|end(?: date)?"
    r"|project (?:lead|leader|partners|duration|period)"
    r"|looptijd|subsidie|subsidiegever|gefinancierd door|financier|penvoerder|projectleider|deelnemers|begroting)",
    re.IGNORECASE,
)


def is_pair(text: str) -> bool:
    """Whether a line is a label and what it labels.

    >>> is_pair("Fördersumme: 2,3 Mio. Euro"), is_pair("Um 12:30 Uhr ist Pause."), is_pair("Ziele:")
    (True, False, False)
    """
    found = _PAIR.fullmatch(text) if len(text) <= _LONGEST else None
    return found is not None and len(found["label"].split()) <= _MOST_WORDS


def is_label(text: str) -> bool:
    """Whether a line of its own is the label of what stands below it."""
    return bool(_LABEL.fullmatch(text.rstrip(": ")))


def runs(lines: Sequence[Line]) -> frozenset[int]:
    """The indices of labelled lines that stand together, with at most one blank line between them."""
    found: set[int] = set()
    start = 0
    for at in range(len(lines) + 1):
        inside = at < len(lines) and is_pair(lines[at].text)
        if not inside or (at > start and lines[at].gap > 1):
            if at - start >= _LEAST_RUN:
                found.update(range(start, at))
            start = at if inside else at + 1
    return frozenset(found)
