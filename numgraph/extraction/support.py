"""Which known names are meant: those that the rest of the document supports; and the site that it speaks from."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from numgraph.extraction.gazetteer import Entry, Hit
from numgraph.extraction.languages import lexicon
from numgraph.model import Document

_FAMILY = 3  # names of one parent that vouch for each other
SITES = ("UniversityHospital", "University", "Organisation")


@cache
def _local() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, lexicon().site_nouns))}) ([A-ZÄÖÜ][a-zäöüß]+)")


def supported(hits: list[Hit]) -> list[tuple[Hit, Entry]]:
    """Each hit with the entry it means. Weak hits need their entry, its parent, child or sibling named in full."""
    strong = {entry.key for hit in hits if not hit.weak for entry in hit.entries}
    parents = {entry.parent for hit in hits if not hit.weak for entry in hit.entries if entry.parent}
    families = Counter(
        entry.parent for hit in hits for entry in {e.key: e for e in hit.entries}.values() if entry.parent
    )
    cities = {entry.city for hit in hits if not hit.weak for entry in hit.entries if entry.city}
    cities |= {
        label for hit in hits for entry in hit.entries if entry.type == "Place" for label in entry.labels.values()
    }

    def support(entry: Entry) -> int:
        return (
            4 * (entry.key in strong)
            + 2 * (entry.key in parents)
            + 2 * (entry.parent in strong)
            + (families[entry.parent] >= _FAMILY if entry.parent else 0)
            + (entry.city in cities if entry.city else 0)
        )

    chosen = []
    for hit in hits:
        best = max(hit.entries, key=lambda entry: (support(entry), entry.key))
        equal = [entry for entry in hit.entries if support(entry) == support(best)]
        if (not hit.weak or support(best)) and (len(equal) == 1 or support(best)):
            chosen.append((hit, best))
    return chosen


def site(chosen: list[tuple[Hit, Entry]], document: Document) -> str:
    """The city of the site a document speaks from: that of its publisher, else of the most named organisation."""
    publisher = [f for f in document.fields if f.name == "publisher"]
    votes: Counter[str] = Counter()
    for hit, entry in chosen:
        if entry.type in SITES and entry.city:
            issued = any(f.start <= hit.start < f.end for f in publisher)
            votes[entry.city] += 20 if issued else 1
    for match in (
        _local().finditer(document.text) if any(noun in document.text for noun in lexicon().site_nouns) else ()
    ):
        votes[match.group(1)] += 1
    return max(sorted(votes), key=lambda city: votes[city]) if votes else ""
