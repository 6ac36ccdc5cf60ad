"""A page of a hospital, university, project or annual report: the layout of what has none of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from numgraph.model import Block, BlockKind, Field, Span
from numgraph.sources import chrome, contacts, prose
from numgraph.sources.dates import Stated, date_in_strip, date_line, first_date, opening_date, says_published
from numgraph.sources.layout import Hints, Line, MarkKind, Reading, block, field, lines
from numgraph.sources.people import person

NAME = "page"

_SURE = 0.4  # any layout that is recognised at all is surer
_LONGEST_HEADLINE = 250
_HEAD = 8  # lines among which a page states its date
_PROSE = 120
_NEAR = 4
_LEAST_MENU = 2  # words
_UPDATED = re.compile(
    r"(?:©[^|]{0,40}\|\s*)?(?:stand|letzte (?:änderung|aktualisierung)|zuletzt (?:geändert|aktualisiert)(?: am)?|(?:page |last )?updated"  # noqa: E501 - a pattern is read best on one line
    r"|last (?:modified|reviewed)|laatst (?:bijgewerkt|gewijzigd)(?: op)?|pagina bijgewerkt)\b[:\s]*(?:on |op |am )?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^:]{2,30}:\s")
_LEAST_TITLE = 3  # characters
_LEAST_WORDS, _MOST_WORDS_OF_KICKER = 4, 2
_TITLE_PART = re.compile(r"\s+[|–—·•»:-]{1,2}\s+")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?!\.?\d)")
_BYLINE = 40  # characters that may stand beside a <time>: "published ... by the press office"


def recognises(text: str) -> float:
    """Every text is a page; a layout that is recognised wins over it."""
    return _SURE if text else 0.0


def read(text: str, hints: Hints) -> Reading:
    """Headline, date line, captions and everything that :mod:`numgraph.sources.prose` finds."""
    every = lines(text)
    headline = _headline(every, hints)
    date = _date(every, headline, hints)
    # The date stands in the first paragraph, or is the headline.
    opens = date is not None and (date[0] == headline or len(every[date[0]].text) > _PROSE)
    head = [at for at in (headline, date[0] if date and not opens else None) if at is not None]
    before = [_above(every[at], hints) for at in range(headline or 0) if at not in head]
    by = _byline(every, headline)
    before += [block(BlockKind.ISSUER, [every[at]]) for at in by if at not in head]
    caption = _caption(every, headline, head, hints)
    removed = {*range(headline or 0), *head, *by} | ({caption} if caption is not None else set())
    rest = prose.without(every, removed)
    found = [*before, *prose.blocks(rest, _without_boilerplate(hints))]
    fields: list[Field] = []
    if headline is not None:
        found.append(block(BlockKind.HEADLINE, [every[headline]]))
        fields.append(field("title", every[headline].span, " ".join(every[headline].text.split())))
    if caption is not None:
        found.append(block(BlockKind.CAPTION, [every[caption]]))
    if date and not opens:
        found.append(block(BlockKind.DATE_LINE, [every[date[0]]]))
    if date:
        fields.append(_published(every[date[0]], date[1]))
    return Reading(tuple(sorted(found, key=lambda one: one.start)), tuple(sorted(fields, key=lambda one: one.start)))


def _without_boilerplate(hints: Hints) -> Hints:
    """Hints in which what a library takes for boilerplate is noise; for headline and date only our own signs count."""
    marks = (replace(mark, kind=MarkKind.NOISE) if mark.kind is MarkKind.OUTSIDE else mark for mark in hints.marks)
    return replace(hints, marks=tuple(marks))


def _published(line: Line, date: Stated) -> Field:
    return field("published_on", Span(line.start + date.start, line.start + date.end), date.value)


def _above(line: Line, hints: Hints) -> Block:
    """What stands above the headline is chrome, unless it reads like a paragraph."""
    return block(
        BlockKind.BODY if len(line.text) > _PROSE and not chrome.is_noise(line.text) else BlockKind.NOISE, [line]
    )


def _byline(every: Sequence[Line], headline: int | None) -> list[int]:
    """The line near the headline that says which person wrote the page."""
    near = range(headline + 1, min(len(every), headline + _HEAD)) if headline is not None else ()
    return [at for at in near if (name := chrome.byline(every[at].text)) and person(name)][:1]


def _headline(every: Sequence[Line], hints: Hints) -> int | None:
    noise = prose.Marked(hints, MarkKind.NOISE)
    wanted = _titles(hints)
    marked = prose.Marked(hints, MarkKind.HEADLINE)
    titles = [at for at, line in enumerate(every) if marked.covers(line) and not noise.covers(line)]
    named = [at for at in titles if _plain(every[at].text) in wanted]
    if titles and (named or not _is_of_section(every[titles[0]].text, hints)):
        return (named or titles)[0]
    head = [at for at, line in enumerate(every[: _HEAD * 4]) if not noise.covers(line)]
    stated = next((at for at in head if wanted and _plain(every[at].text) in wanted), None)
    if stated is not None or titles:
        return stated if stated is not None else titles[0]
    candidates = [at for at in head if _may_be_headline(every[at])]
    return _named_by_title(every, hints, _below_kicker(every, candidates, _past_menu(every, candidates)))


def _titles(hints: Hints) -> frozenset[str]:
    """What a page calls itself, without the name of its site: its title and the longest part of it."""
    parts = _TITLE_PART.split(hints.title)
    return frozenset(_plain(one) for one in (hints.title, max(parts, key=len)) if len(one) > _LEAST_TITLE)


def _is_of_section(text: str, hints: Hints) -> bool:
    """Whether a headline only names a section of the site, or the site, which stands at the end of every title."""
    parts = _TITLE_PART.split(hints.title)
    return chrome.is_kicker(text) or (len(parts) > 1 and _plain(parts[-1]) == _plain(text))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _past_menu(every: Sequence[Line], candidates: Sequence[int]) -> int | None:
    """The first candidate that is no menu word; but a menu word before a person is the headline of a contact page."""
    below = _below_menu(every)
    first = next((at for at in candidates if at >= below and not _is_letterhead(every, at)), None)
    if first is None or person(every[first].text):
        return candidates[0] if candidates else None
    return first


def _is_letterhead(every: Sequence[Line], at: int) -> bool:
    """Whether a line names the section or, right above the word for a press release, the house."""
    under = every[at + 1].text if at + 1 < len(every) and every[at + 1].gap == 0 else ""
    return chrome.is_kicker(every[at].text) or (bool(under) and chrome.is_kicker(under))


def _below_kicker(every: Sequence[Line], candidates: Sequence[int], first: int | None) -> int | None:
    """The headline below a word or two that only name its genre or the house: "Interview", "Netzwerk X"."""
    if first is None or len(every[first].text.split()) > _MOST_WORDS_OF_KICKER or _is_page_name(every[first].text):
        return first
    nearest = (at for at in candidates if at > first and every[at].gap)
    below = next(nearest, None)
    if below is None or below > first + _NEAR or len(every[below].text.split()) < _LEAST_WORDS or _labels(every[below]):
        return first
    return below if not any(len(line.text) > _PROSE for line in every[first:below]) else first


def _labels(line: Line) -> bool:
    return len(line.text) > _PROSE or line.text.endswith((".", ":", ",")) or bool(_LABEL.match(line.text))


def _is_page_name(text: str) -> bool:
    return chrome.is_noise(text) or chrome.is_kicker(text)


def _below_menu(every: Sequence[Line]) -> int:
    """The first line below the menu that a page begins with: lines without a gap, at least half of them menu words."""
    stop = next((at for at in range(1, min(len(every), _HEAD * 4)) if every[at].gap), 0)
    known = sum(chrome.is_kicker(line.text) or chrome.is_noise(line.text) for line in every[:stop])
    return stop if known >= _LEAST_MENU and 2 * known >= stop else 0


def _named_by_title(every: Sequence[Line], hints: Hints, first: int | None) -> int | None:
    """The line that the <title> begins with, else the first candidate."""
    if hints.title:
        for at, line in enumerate(every[: _HEAD * 4]):
            if len(line.text) > 8 and hints.title.startswith(line.text):  # noqa: PLR2004 (shorter lines are menu words)
                return at
    return first


def _may_be_headline(line: Line) -> bool:
    text = line.text
    return (
        len(text) <= _LONGEST_HEADLINE
        and date_line(text) is None
        and not (chrome.is_strip(text) or chrome.is_credit(text))
        and (not chrome.is_noise(text) or (line.start == 0 and chrome.is_imprint(text)))
    )


def _date(every: Sequence[Line], headline: int | None, hints: Hints) -> tuple[int, Stated] | None:
    """The line of its own that states when the page was published: near the headline, or wherever it says so."""
    if every and every[0].text == hints.published_on:  # the line that html.render makes of a <meta>
        stated = first_date(every[0].text)
        return (0, stated) if stated else None
    noise = prose.Marked(hints, MarkKind.NOISE)
    near = _near_headline(every, headline or 0)
    found = []
    for at, line in enumerate(every):
        if at not in near and not says_published(line.text):
            continue
        stated = date_line(line.text) or _time(line, hints) or date_in_strip(line.text)
        if stated and not noise.covers(line) and not _is_of_an_event(every, at):
            found.append((at, stated))
    told = first_date(hints.published_on)
    agreeing = [one for one in found if told and one[1].value == told.value]
    opening = _dateline(every, range(1 + (-1 if headline is None else headline), near.stop))
    return next(iter(agreeing or found), None) or opening or _updated(every)


def _updated(every: Sequence[Line]) -> tuple[int, Stated] | None:
    """The day a page was last changed, which stands at its end where it states no other."""
    for at, line in enumerate(every):
        found = _UPDATED.match(line.text)
        stated = first_date(line.text[found.end() :]) if found and len(line.text) <= _PROSE else None
        if found and stated and stated.start < _NEAR:
            return at, Stated(stated.value, found.end() + stated.start, found.end() + stated.end)
    return None


def _dateline(every: Sequence[Line], near: range) -> tuple[int, Stated] | None:
    """The place and date that the first paragraph begins with: "Oldenburg, 24.08.2023 – Freude an der Hunte"."""
    opening = next(
        (at for at in range(near.start, min(near.stop + 1, len(every))) if len(every[at].text) > _PROSE), None
    )
    stated = opening_date(every[opening].text) if opening is not None else None
    return (opening, stated) if opening is not None and stated else None


def _time(line: Line, hints: Hints) -> Stated | None:
    """The date of a <time> that is a short line of its own, or most of it."""
    for mark in hints.of_kind(MarkKind.TIME):
        inside = line.start <= mark.start < mark.end <= line.end
        if inside and len(line.text) < 2 * (mark.end - mark.start) + _BYLINE:
            stated = first_date(mark.value) or first_date(line.text[mark.start - line.start : mark.end - line.start])
            return Stated(stated.value, mark.start - line.start, mark.end - line.start) if stated else None
    return None


def _near_headline(every: Sequence[Line], headline: int) -> range:
    """The lines around the headline, up to the first paragraph below it."""
    stop = next((at for at in range(headline + 1, len(every)) if len(every[at].text) > 2 * _PROSE), len(every))
    return range(max(0, headline - _HEAD), min(stop, headline + _HEAD))


def _is_of_an_event(every: Sequence[Line], at: int) -> bool:
    near = every[max(0, at - _NEAR) : at + _NEAR + 1]
    timed = any(_CLOCK.match(line.text) for line in every[at + 1 : at + 3])
    return timed or any(contacts.EVENT_LABEL.match(line.text) for line in near)


def _caption(every: Sequence[Line], headline: int | None, head: Sequence[int], hints: Hints) -> int | None:
    """The short line right below the headline that names what a photo shows."""
    if headline is None:
        return None
    following = next((at for at in range(headline + 1, len(every)) if at not in head), None)
    if (
        following is None
        or following + 1 >= len(every)
        or prose.Marked(hints, MarkKind.HEADING).covers(every[following])
    ):
        return None
    return following if chrome.is_bare_caption(every[following].text) else None
