"""Lengths of time that something lasts ("über drei Jahre", "a four-year project"), and when it then ends."""

from __future__ import annotations

import datetime
import re
from functools import cache

from numgraph.extraction.languages import cue, lexicon
from numgraph.model import Value

_LONGEST = 240  # months
_LONGEST_NUMBER = 24  # characters
_MONTHS = 12  # of a year


@cache
def _span() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<span>{'|'.join(sorted(map(re.escape, lexicon().spans), key=len, reverse=True))})(?P<more>[a-z]*)"
    )


@cache
def _number() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, lexicon().numbers), key=len, reverse=True))
    return re.compile(rf"(?<![\w.,])(?P<number>\d{{1,3}}|(?i:{words}))[ \u00a0-]?$")


def months_lasting(text: str) -> int | None:
    """The months that a text says something lasts; none where it says how long ago something was.

    >>> months_lasting("wird über drei Jahre gefördert"), months_lasting("the 36-month project")
    (36, 36)
    >>> months_lasting("vor drei Jahren") is None
    True
    """
    for span in _span().finditer(text):
        number = _number().search(text, max(0, span.start() - _LONGEST_NUMBER), span.start())
        if number is None:
            continue
        lasting = cue("lasting").search(text[: number.start()]) or cue("lasting_noun").match(text, span.end())
        word = number["number"].lower()
        months = (int(word) if word.isdigit() else lexicon().numbers[word]) * lexicon().spans[span["span"]]
        if lasting and 0 < months <= _LONGEST:
            return months
    return None


def end_after(start: Value, months: int) -> Value | None:
    """The last day or month of a time of so many months, as exact as its start; of a bare year nothing is known.

    >>> end_after(Value("2024-09-01", "date"), 48).value, end_after(Value("2024-03", "gYearMonth"), 36).value
    ('2028-08-31', '2027-02')
    """
    if start.datatype not in ("date", "gYearMonth"):
        return None
    year, month = map(int, start.value.split("-")[:2])
    after = year * _MONTHS + month - 1 + months  # the month in which it no longer runs
    if start.datatype == "gYearMonth":
        return Value(f"{(after - 1) // _MONTHS:04}-{(after - 1) % _MONTHS + 1:02}", "gYearMonth")
    day = int(start.value.split("-")[2])
    first = datetime.date(after // _MONTHS, after % _MONTHS + 1, 1)
    return Value((first + datetime.timedelta(days=day - 2)).isoformat(), "date")
