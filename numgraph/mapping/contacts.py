"""Personal data that one setting switches off: e-mail addresses, phone numbers and postal addresses.

Leaving out the claims is not enough, for other claims quote the same lines and the archive keeps the whole text.
So the stretches that give contact details are blotted out in the document itself, one character for one, and every
offset still holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from numgraph.model import Claim, Document, Evidence, Span, Value

CONTACT_DETAILS = frozenset({"email", "phone", "address"})
BLOT = "\N{FULL BLOCK}"

_BETWEEN_DIGITS = r"[\s/().–-]{0,3}"
_SUBSCRIBER = 6  # last digits of a number that identify it in one document, however it writes the area code


def without_contact_details(document: Document, claims: Iterable[Claim]) -> tuple[Document, list[Claim]]:
    """The document with its contact details blotted out, and the other claims with quotes from it."""
    claims = list(claims)
    details = [one for one in claims if one.predicate in CONTACT_DETAILS]
    spans = [span for one in details for span in _places(one, document.text)]
    blotted = replace(document, text=_blot(document.text, spans))
    kept = (one for one in claims if one.predicate not in CONTACT_DETAILS)
    return blotted, [replace(one, evidence=Evidence.at(blotted, one.evidence.start, one.evidence.end)) for one in kept]


def _places(claim: Claim, text: str) -> Iterator[Span]:
    """Where the claim stands, and wherever else the document gives the same detail."""
    yield Span(claim.evidence.start, claim.evidence.end)
    if isinstance(claim.object, Value):
        for found in re.finditer(_pattern(claim.predicate, claim.object.value), text, re.IGNORECASE):
            yield Span(found.start(), found.end())


def _pattern(predicate: str, value: str) -> str:
    if predicate == "phone":
        digits = re.sub(r"\D", "", value)[-_SUBSCRIBER:]
        return rf"[+\d\s/().–-]{{0,20}}{_BETWEEN_DIGITS.join(digits)}(?!\d)"
    if predicate == "email":
        name, _, host = value.partition("@")
        return rf"{re.escape(name)}\s*(?:@|[(\[{{]\s*at\s*[)\]}}])\s*{re.escape(host)}"
    return r"\s+".join(map(re.escape, value.split()))


def _blot(text: str, spans: Iterable[Span]) -> str:
    characters = list(text)
    for span in spans:
        for place in range(span.start, span.end):
            if not characters[place].isspace():
                characters[place] = BLOT
    return "".join(characters)
