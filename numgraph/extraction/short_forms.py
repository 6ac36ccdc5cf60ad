"""Short forms that a document defines: "Netzwerk Universitätsmedizin (NUM)", "NUM (Netzwerk Universitätsmedizin)"."""

from __future__ import annotations

import re
from functools import cache

from numgraph.extraction.languages import lexicon


@cache
def short_form() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(lexicon().short_for, key=len, reverse=True)))
    return re.compile(rf" ?\((?:(?:{words or '(?!)'}):? )?[„“\"]?(?P<short>[A-Za-zÄÖÜäöü][\w.&/ -]{{1,18}}?)[“”\"]?\)")


@cache
def long_form() -> re.Pattern[str]:
    words = "|".join(map(re.escape, lexicon().name_links))
    return re.compile(rf" ?\((?P<long>[A-ZÄÖÜ][\w’'&-]+(?: (?:{words}|[A-ZÄÖÜ][\w’'&-]+)){{1,12}})\)")


def is_short_form(text: str) -> bool:
    return (
        (sum(map(str.isupper, text)) > 1 or any(map(str.isdigit, text)))
        and not text.replace(".", "").isdigit()
        and "," not in text
        and not (" " in text and text[0].islower())  # "seit Januar 2025"
    )


def abbreviates(short: str, long: str) -> bool:
    initials = "".join(word[0] for word in re.findall(r"\w+", long) if word[0].isupper()).lower()
    letters = [char for char in short.lower() if char.isalpha()]
    return (
        bool(letters)
        and short[:1].lower() == long[:1].lower()
        and sum(char in letters for char in initials) >= min(3, len(initials) - 1)
    )
