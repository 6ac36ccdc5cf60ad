"""The words that a pattern of the packs cannot do without, read from the pattern itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from numgraph.extraction.languages import Pack

_SLOT = re.compile(r"\{(\w+):(\w+)(\*?)\}")
_LITERAL = re.compile(r"[A-Za-zÀ-ÿ]{3,}|\+")
_LEAST = 3  # letters: "am" stands everywhere
_EITHER_CASE = re.compile(r"\[([A-ZÄÖÜ])((?i:\1))\]")  # "[Hh]ead": words are looked for without regard to case
_SHIELDED = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[.^$*+]|\{[\d,]*\}")  # of a regular expression, no literals
_MAYBE = re.compile(r".\?", re.DOTALL)


def spelled(text: str, words: Pack) -> str:
    """The phrase with the pack's words in the place of ``%members%`` and the like."""
    return re.sub(r"%(\w+)%", lambda m: "|".join(map(re.escape, getattr(words, m.group(1)))), text)


def needed(text: str) -> tuple[str, ...]:
    """Words of which every match of a phrase or cue holds at least one; none where there are no such words.

    >>> needed(r"{s:work} (?:wird|wurde) ~ von {o:org} ~ (?:gefördert|finanziert)")
    ('gefördert', 'finanziert')
    """
    plain = _EITHER_CASE.sub(r"\2", _SLOT.sub("\n", text)).replace(" ~ ", "\n").replace(" ~~ ", "\n")
    best = _required(plain)
    return best if best and _telling(best) >= _LEAST else ()


def _telling(words: tuple[str, ...]) -> int:
    """How much the commonest of the words tells: its letters; a plus sign, with which phone numbers begin, is rare."""
    return min(len(word) if word.isalpha() else _LEAST for word in words)


def _required(text: str) -> tuple[str, ...]:
    """The words of which any match of a regular expression holds one; of a sequence its most telling part."""
    alternatives = _alternatives(text)
    if len(alternatives) > 1:
        every = [_required(one) for one in alternatives]
        return tuple(dict.fromkeys(word for words in every for word in words)) if all(every) else ()
    return max(_parts(text), key=_telling, default=())


def _unshielded(shielded: re.Match[str]) -> str:
    return "+" if shielded[0] == r"\+" else "\n"


def _alternatives(text: str) -> list[str]:
    """The alternatives of a regular expression at its top level."""
    parts, depth, place = [""], 0, 0
    while place < len(text):
        char = text[place : place + 2] if text[place] == "\\" else text[place]
        depth += (char in ("(", "[")) - (char in (")", "]"))
        if char == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
        place += len(char)
    return parts


def _parts(text: str) -> Iterator[tuple[str, ...]]:
    """The words that each part of a sequence asks for; what may be missing asks for none."""
    flat, depth, start = [], 0, 0
    for place, char in enumerate(text):
        escaped = place > 0 and text[place - 1] == "\\"
        if char == "(" and not escaped:
            start = place if depth == 0 else start
            depth += 1
        elif char == ")" and not escaped:
            depth -= 1
            if depth == 0:
                flat.append("\n")
                if text[start : start + 3] in ("(?:", "(?i") and text[place + 1 : place + 2] not in ("?", "*", "{"):
                    yield from filter(None, [_required(text[text.index(":", start) + 1 : place])])
        elif depth == 0:
            flat.append(char)
    # What follows a group with a question mark is that mark alone: harmless, it shields the line break before it.
    outside = _MAYBE.sub("\n", _SHIELDED.sub(_unshielded, "".join(flat)))
    yield from ((word,) for word in _LITERAL.findall(outside))


_PLACE = re.compile(r"\{(?:name|proper|city)\}")


def needed_in_slot(form: str) -> tuple[str, ...]:
    """The words of which every match of a place for unknown names holds one."""
    return needed(_PLACE.sub("\n", form))
