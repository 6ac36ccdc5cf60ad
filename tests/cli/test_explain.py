from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from numgraph.cli.explain import level, runs, to_html, to_terminal
from numgraph.extraction import Gazetteer
from numgraph.extraction.explain import Explanation, explain
from numgraph.model import Claim, Entity, Evidence, Value
from numgraph.sources import read_bytes

EVIL = "<script>alert('x')</script> & \"Zitat\""
TEXT = f"Titel {EVIL}\n\nAlpha Beta Gamma {EVIL}. Das Land gibt 3,5 Mio. Euro für \x1b[31m{EVIL}.\n"


@pytest.fixture
def explanation() -> Explanation:
    document = read_bytes(TEXT.encode(), f"a{EVIL.replace('/', '')}.txt")
    start = document.text.index("Alpha Beta")
    evidence = Evidence.at(document, start, start + 10)
    subject = Entity("network/x", f"Netz {EVIL} \x1b[2J", "Network")
    claims = [Claim(subject, "title", Value(EVIL), evidence, f"rule {EVIL}", sure) for sure in (0.95, 0.6, 0.3)]
    return explain(document, claims, Gazetteer.empty())


def terminal(explanation: Explanation, **options: object) -> str:
    out = io.StringIO()
    to_terminal(explanation, Console(file=out, width=300, **options), 0.5)  # type: ignore[arg-type]
    return out.getvalue()


def test_what_is_sure_fair_and_weak_follows_the_threshold_of_the_steward() -> None:
    assert [level(sure, 0.5) for sure in (0.95, 0.9, 0.6, 0.5, 0.49, None)] == [
        "sure", "sure", "fair", "fair", "weak", "weak"
    ]  # fmt: skip


def test_numbers_in_a_row_are_shown_as_ranges() -> None:
    assert runs([1, 2, 3, 7, 9, 10]) == ["1–3", "7", "9–10"]
    assert runs([]) == []


def test_the_terminal_shows_text_numbers_and_notes(explanation: Explanation) -> None:
    shown = terminal(explanation)
    assert "Alpha Beta[1–3] Gamma" in shown
    assert "‹unread: money: 3,5 Mio. Euro›" in shown
    assert re.search(r"1 Netz .* — title — .* rule .* 0\.95", shown, re.DOTALL)
    assert "3 claims, 1 sentences that may hold more" in shown


def test_a_text_cannot_steer_the_terminal(explanation: Explanation) -> None:
    assert "\x1b" not in terminal(explanation)
    coloured = terminal(explanation, force_terminal=True, color_system="truecolor")
    assert "\x1b[31mAl" not in coloured
    assert "\x1b[2J" not in coloured
    assert "\u241b[31m" in coloured


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.tags.append(tag)
        self.targets += [value for key in ("href", "src") if (value := named.get(key))]
        self.ids += [value for key, value in named.items() if key == "id" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_and_escapes_every_value(explanation: Explanation) -> None:
    page = _Page()
    html = to_html([explanation, explanation], 0.5)
    page.feed(html)
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert page.targets
    assert all(target.startswith("#") and target[1:] in page.ids for target in page.targets)
    assert len(page.ids) == len(set(page.ids))
    assert "url(" not in html
    assert "@import" not in html
    assert page.text.count(EVIL) >= 10


def test_the_page_holds_the_text_as_it_is(explanation: Explanation) -> None:
    html = to_html([explanation], 0.5)
    inside = html[html.index('<div class="text"') : html.index('<section class="notes"')]
    page = _Page()
    page.feed(re.sub(r"<sup>.*?</sup>|<span class=\"clues\">.*?</span>", "", inside))
    assert page.text.strip() == explanation.document.text.strip()


def test_a_document_without_claims_is_shown_too() -> None:
    document = read_bytes(b"Guten Tag, das ist alles.", "a.txt")
    assert "No rule found a claim here." in to_html([explain(document, [], Gazetteer.empty())], 0.5)
