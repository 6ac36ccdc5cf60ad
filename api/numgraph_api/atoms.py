"""The smallest pieces of a page, of which it has hundreds, as functions that templates call.

As macros of the templates they took a third of the time of a page. Everything that comes from the graph is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from .display import Shown, unturned
from .marking import Piece
from .wording import Wording

if TYPE_CHECKING:
    from .evidence import Voice


def value(shown: Shown, css: str = "v") -> Markup:
    """A value: isolated, so that right-to-left controls cannot reorder the page; linked only where that is safe."""
    tongue = f' lang="{escape(shown.language)}"' if shown.language else ""
    text = f"<bdi{tongue}>{escape(shown.text)}</bdi>"
    if shown.href:
        outside = ' class="external" rel="external noopener nofollow"' if shown.external else ""
        text = f'<a href="{escape(shown.href)}"{outside}>{text}</a>'
    return Markup(f'<span class="{css}{" long" if shown.is_long else ""}">{text}</span>')  # noqa: S704 - escaped above


def marked(pieces: Iterable[Piece], language: str | None = None) -> Markup:
    """Text with some of its words marked."""
    said = "".join(f"<mark>{escape(one.text)}</mark>" if one.marked else escape(one.text) for one in pieces)
    tongue = f' lang="{escape(language)}"' if language else ""
    return Markup(f"<bdi{tongue}>{said}</bdi>")  # noqa: S704 - escaped above


def voices(said: Iterable[Voice], wording: Wording) -> Markup:
    """The numbers of the sentences that say a value."""
    by, hidden = escape(wording.say("said_by")), escape(wording.say("opened"))
    marks = "".join(
        f'<a href="{escape(one.href)}" title="{by}: {escape(unturned(one.source))}">{one.number}'
        f'<span class="visually-hidden"> ({hidden})</span></a>'
        for one in said
    )
    return Markup(f' <span class="note">{marks}</span>' if marks else "")  # noqa: S704 - escaped above


FUNCTIONS: Mapping[str, object] = {"value": value, "marked": marked, "voices": voices}
