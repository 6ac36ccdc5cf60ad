"""What is boilerplate on messy pages is found, and what is content is kept; the library alone does worse.

In ``pages/`` the attribute ``data-is`` says what an element is. The pages are invented; nobody reads that attribute.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest
import trafilatura
from lxml import etree

from numgraph.model import BlockKind
from numgraph.sources import html, main_content, read, read_bytes
from numgraph.sources.markup import parse

PAGES = sorted((Path(__file__).resolve().parent / "pages").glob("*.html"))
HARMLESS = {BlockKind.NOISE, BlockKind.SUBHEADING, BlockKind.CAPTION}  # nothing is claimed from these alone


def annotated(path):
    """What an element is, and its text with single spaces."""
    for element in parse(path.read_text("utf-8"), path.name).iter():
        if element.get("data-is"):
            yield element.get("data-is"), " ".join(" ".join(element.itertext()).split())


def kinds_of(document, text):
    """The kinds of the blocks in which a text begins, for each place where it stands."""
    pattern = r"[\s|]+".join(map(re.escape, text.split()))
    places = [found.start() for found in re.finditer(pattern, document.text)]
    return [{block.kind for block in document.blocks if block.start <= at < block.end} for at in places]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_part_of_a_messy_page_is_what_it_is(path):
    document = read(path)
    for expected, text in annotated(path):
        kinds = kinds_of(document, text)
        if expected == "noise":
            assert any(found <= HARMLESS for found in kinds), (text, kinds)  # a word may be in the content, too
        else:
            assert any(BlockKind(expected) in found for found in kinds), (text, kinds)


def test_no_page_loses_body_text_to_the_library_and_the_library_alone_loses_much():
    alone = Counter()
    for path in PAGES:
        kept = re.sub(r"[\s|]", "", trafilatura.extract(path.read_text("utf-8")) or "")
        for expected, text in annotated(path):
            alone[expected, "all"] += 1
            alone[expected, "kept"] += re.sub(r"\s", "", text) in kept
    assert alone["list item", "kept"] < alone["list item", "all"] / 2
    assert alone["noise", "kept"] > 10


def boilerplate(markup):
    found = main_content.boilerplate(parse(markup, "a.html"))
    return sorted(" ".join("".join(element.itertext()).split()) for element in found)


PROSE = "<p>Das Netzwerk verbindet seit dem Frühjahr zwölf Kliniken des Landes, die gemeinsam forschen wollen.</p>" * 4


def test_what_stands_beside_content_is_content():
    page = f"<div><h2>Partner</h2>{PROSE}<ul><li><a href=x>Klinikum Nord</a><li><a href=y>Klinikum Süd</a></ul></div>"
    assert boilerplate(page) == []


def test_a_box_without_content_beside_the_content_is_boilerplate():
    page = f"<div>{PROSE}</div><div><a href=x>Besuchszeiten</a><a href=y>Karriere</a></div>"
    assert boilerplate(page) == ["BesuchszeitenKarriere"]


def test_a_box_that_names_a_person_is_left_to_our_own_signs():
    page = f"<div>{PROSE}</div><div><b>Dr. Eva Muster</b><a href=x>Profil</a></div>"
    assert boilerplate(page) == []


@pytest.mark.parametrize("heading", ["Weitere Meldungen", "Newsletter abonnieren", "Related news", "Volg ons"])
def test_a_box_is_known_by_its_heading(heading):
    page = f"<div>{PROSE}</div><div><div><h3>{heading}</h3></div>{PROSE}</div>"
    assert any(heading in text for text in boilerplate(page))


def test_a_heading_inside_the_content_condemns_nothing_above_it():
    page = f"<div>{PROSE}<h3>Weitere Meldungen</h3>{PROSE}</div>"
    assert boilerplate(page) == []


def test_the_text_and_its_offsets_are_those_of_the_rendering_alone():
    for path in PAGES:
        rendered = html.render(path.read_text("utf-8"), path.name)
        assert read(path).text == rendered.text


def test_a_page_of_the_portal_is_not_judged():
    page = "<p>idw – Informationsdienst Wissenschaft</p><p>07/02/2025 16:31</p><h1>T</h1><p>A<p>B<p>C"
    assert read_bytes(f"{page}<h3>Criteria of this press release:</h3><p>Medicine".encode(), "a.html").layout == "idw"


@pytest.mark.parametrize(
    "markup",
    ["<div><p>Ein Satz mit einigen Wörtern, der lang genug für alles ist.</p></div>" * 2000,
     "<div><a href=x>Wort</a></div>" * 2000, "<div>" * 100_000 + PROSE, "<b>" * 3000 + PROSE,
     "<table><tr><td>" * 400 + PROSE],
    ids=["paragraphs", "links", "nested", "inline", "tables"],
)  # fmt: skip
def test_large_pages_are_judged_in_time_or_not_at_all(markup):
    started = time.process_time()
    assert read_bytes(markup.encode(), "a.html").text
    assert time.process_time() - started < 5


def test_too_many_elements_are_not_judged():
    assert main_content.boilerplate(etree.fromstring("<body>" + "<p>x</p>" * 6_000 + "</body>")) == frozenset()
