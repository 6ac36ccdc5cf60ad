"""The language of a text, as a BCP 47 tag."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNDETERMINED = "und"  # BCP 47, section 4.1
_SAMPLE = 20_000  # characters that are enough to tell
_LEAST_LETTERS = 25
_SURE = 0.8  # share of certainty at which a language outside the project's three is believed
_LETTER = re.compile(r"[^\W\d_]")
_EXPECTED = ("de", "nl", "en")


def detect(pieces: Iterable[str]) -> str:
    """The language most of ``pieces`` is in; "und" where there is too little text to say."""
    text = _sample(pieces)
    if len(_LETTER.findall(text)) < _LEAST_LETTERS:
        return UNDETERMINED
    ranked = _identifier().rank(text)
    language, certainty = ranked[0]
    if language not in _EXPECTED and certainty < _SURE:
        language = next(one for one, _ in ranked if one in _EXPECTED)
    return str(language)


def _sample(pieces: Iterable[str]) -> str:
    taken, length = [], 0
    for piece in pieces:
        taken.append(piece[: _SAMPLE - length])
        length += len(taken[-1])
        if length >= _SAMPLE:
            break
    return "\n".join(taken)


@cache
def _identifier() -> LanguageIdentifier:
    """The model, loaded once (about 0.2 s)."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
