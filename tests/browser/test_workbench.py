"""The query workbench as people use it: open an example, run it, change it, see an error, stop, share."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations

HEAVY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o . FILTER(?a != ?o) }"
PREFIXES = """PREFIX num: <https://w3id.org/numgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX schema: <https://schema.org/>
"""
PLACES = PREFIXES + "SELECT ?name ?lat ?lon { ?p skos:prefLabel ?name ; schema:latitude ?lat ; schema:longitude ?lon }"
COUNTS = PREFIXES + "SELECT ?class (COUNT(?s) AS ?things) { ?s a ?class } GROUP BY ?class"
TRIPLES = PREFIXES + "CONSTRUCT WHERE { ?a num:partOf ?b }"


def write(page: Page, query: str) -> None:
    """Types ``query`` over what is in the editor."""
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(query)


def run(page: Page) -> None:
    page.get_by_role("button", name="Run query").click()


def ask(page: Page, query: str) -> None:
    write(page, query)
    run(page)
    expect(page.locator(".status")).to_contain_text("edition")


def rows(page: Page) -> list[str]:
    return page.locator("#outcome tbody tr").all_inner_texts()


def test_an_example_is_opened_run_and_changed(visit: Any) -> None:
    page = visit().open("/sparql")
    page.get_by_role("link", name="Which sources are there").click()
    expect(page.locator(".status")).to_contain_text("In the editor")
    run(page)
    expect(page.locator(".status")).to_contain_text("edition 1")
    before = rows(page)
    assert len(before) > 3
    query = page.evaluate("document.querySelector('textarea[name=query]').value")
    ask(page, f"{query.rstrip()}\nLIMIT 2")
    assert rows(page) == before[:2]
    expect(page.locator(".status")).to_contain_text("2 rows")


def test_things_are_links_to_pages_here_by_their_names(visit: Any) -> None:
    page = visit().open("/sparql")
    ask(page, "SELECT ?network { VALUES ?network { <https://w3id.org/numgraph/id/network/num> } }")
    link = page.locator("#outcome tbody a")
    expect(link).to_have_text("Network of University Medicine")
    link.click()
    expect(page.locator("h1")).to_contain_text("Network of University Medicine")


def test_an_error_is_marked_at_its_line(visit: Any) -> None:
    page = visit().open("/sparql")
    write(page, "SELECT * WHERE {\n  ?s ?p ?o .\n  ?s ?p }\n}")
    run(page)
    fault = page.get_by_role("alert")
    expect(fault).to_contain_text("This is not SPARQL yet")
    marked = page.locator(".CodeMirror-code > div", has=page.locator(".faulty"))
    expect(marked).to_have_count(1)
    expect(marked.locator(".CodeMirror-linenumber")).to_have_text("3")
    fault.get_by_role("button", name="Go to line 3").click()
    page.keyboard.insert_text("?o ")
    expect(page.locator(".CodeMirror .faulty")).to_have_count(0)
    write(page, "SELECT * WHERE { ?s ?p ?o } LIMIT 3")
    run(page)
    expect(page.locator("#outcome tbody tr")).to_have_count(3)
    expect(fault).to_have_count(0)


def test_a_runaway_query_is_stopped_and_its_reader_with_it(visit: Any) -> None:
    window = visit()
    page = window.open("/sparql")
    ask(page, "ASK {}")
    write(page, HEAVY)
    run(page)
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    time.sleep(0.7)
    busy = window.site.busy_readers()
    assert busy, "a reader should be at work"
    stop.click()
    expect(page.locator(".status")).to_contain_text("Stopped")
    asked = time.monotonic()
    answer = httpx.get(f"{window.site.address}/sparql", params={"query": "ASK {}"}, timeout=10)
    assert answer.json()["boolean"] is True
    assert time.monotonic() - asked < 1.5, "the pool should be free at once"
    assert not window.site.busy_readers()


def test_leaving_the_page_stops_its_query(visit: Any) -> None:
    window = visit()
    page = window.open("/sparql")
    ask(page, "ASK {}")
    write(page, HEAVY)
    run(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    time.sleep(0.5)
    assert window.site.busy_readers()
    page.close()
    time.sleep(1)
    assert not window.site.busy_readers()


def test_the_link_to_a_query_brings_it_back_in_another_session(visit: Any) -> None:
    page = visit().open("/sparql")
    ask(page, PREFIXES + "SELECT ?label { ?e a num:FundingPhase ; skos:prefLabel ?label } ORDER BY ?label")
    said, query = rows(page), page.locator("textarea[name=query]").input_value()
    page.get_by_role("button", name="Permanent link").click()
    address = page.get_by_role("textbox", name="Permanent link to this query").input_value()
    other = visit()
    assert address.startswith(other.site.address + "/q/")
    page = other.open(address.removeprefix(other.site.address))
    assert "edition=1" in page.url
    expect(page.locator(".status")).to_contain_text("edition 1")
    assert page.locator("textarea[name=query]").input_value().strip() == query.strip()
    assert rows(page) == said
    assert said


def test_a_link_with_a_query_is_asked_once(visit: Any) -> None:
    window = visit()
    page = window.open("/sparql?query=" + quote("SELECT ?x { VALUES ?x { 1 2 '</script><b>3' } }"))
    expect(page.locator(".status")).to_contain_text("3 rows")
    assert sorted(rows(page)) == ["1", "2", "</script><b>3"]
    assert [one for one in window.requests if re.search(r"/sparql(?!\?query=)", one)] == []


def test_completion_offers_the_mandatory_properties_of_the_class_first(visit: Any) -> None:
    page = visit().open("/sparql")
    with page.expect_response("**/workbench/terms.json*"):
        page.reload()
    write(page, "SELECT * WHERE {\n  ?d a num:Conflict ; ")
    page.keyboard.type("num:w")
    hints = page.locator(".CodeMirror-hints li")
    expect(hints.first).to_contain_text("num:winner")
    expect(hints.first).to_contain_text("mandatory")
    page.keyboard.press("Enter")
    query = page.locator("textarea[name=query]")
    assert query.input_value() == (
        "PREFIX num: <https://w3id.org/numgraph/ontology#>\nSELECT * WHERE {\n  ?d a num:Conflict ; num:winner"
    )


def test_completion_tells_optional_properties_apart_in_the_readers_language(visit: Any) -> None:
    page = visit(language="de").open("/sparql")
    with page.expect_response("**/workbench/terms.json*"):
        page.reload()
    write(page, "SELECT * WHERE {\n  ?d a num:FundingPhase ; ")
    page.keyboard.press("Control+Space")
    hints = page.locator(".CodeMirror-hints li")
    expect(hints.filter(has_text="skos:prefLabel")).to_contain_text("Pflicht")
    expect(hints.filter(has_text="num:fundingStart")).to_contain_text("empfohlen")
    expect(hints.filter(has_text="num:fundingAmount")).to_contain_text("möglich")
    expect(hints.filter(has_text="num:fundingAmount")).to_contain_text("Fördersumme")


PICTURES = [(COUNTS, "Chart", "canvas"), (TRIPLES, "Graph", ".graph canvas"), (PLACES, "Map", ".map .spot")]


@pytest.mark.parametrize(("query", "tab", "drawn"), PICTURES)
def test_an_answer_can_be_seen_as_picture(visit: Any, axe: str, query: str, tab: str, drawn: str) -> None:
    theme = "dark" if tab == "Map" else "light"
    page = visit(theme=theme).open("/sparql")
    ask(page, query)
    page.get_by_role("tab", name=tab).click()
    expect(page.locator(f"#view {drawn}").first).to_be_visible()
    assert violations(page, axe) == []
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#view tbody tr").first).to_be_visible()


def test_the_table_sorts_figures_as_figures_and_filters_by_names(visit: Any) -> None:
    page = visit().open("/sparql")
    ask(page, 'SELECT * { VALUES (?n ?s) { (10 "ten") (9 "nine") (100 "hundred") (UNDEF "none") } }')
    head = page.get_by_role("columnheader", name="n", exact=True)
    head.get_by_role("button").click()
    assert [row.split("\t")[-1] for row in rows(page)] == ["nine", "ten", "hundred", "none"]
    expect(head).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button").click()
    assert [row.split("\t")[-1] for row in rows(page)] == ["hundred", "ten", "nine", "none"]
    page.get_by_label("Filter").fill("HUN")
    assert [row.split("\t")[-1] for row in rows(page)] == ["hundred"]


def test_a_file_holds_the_whole_answer(visit: Any) -> None:
    page = visit().open("/sparql")
    ask(page, "SELECT ?n { VALUES ?n { 1 2 3 } }")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.path().read_text().split() == ["n", "1", "2", "3"]


def test_an_answer_too_large_for_a_page_is_offered_as_file(visit: Any) -> None:
    page = visit().open("/sparql")
    write(page, "SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH ?g { ?s ?q ?r } }")
    run(page)
    expect(page.get_by_role("alert")).to_contain_text("too large for a page")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.cancel()


def test_values_with_markup_stay_text_and_unsafe_addresses_are_no_links(visit: Any) -> None:
    page = visit().open("/sparql")
    ask(
        page,
        'SELECT ("<img src=x onerror=alert(1)>" AS ?x) (IRI("javascript:alert(1)") AS ?y) '
        '(IRI("https://w3id.org/numgraph/id/x/%22%3E%3Cscript%3E") AS ?z) {}',
    )
    assert "<img src=x onerror=alert(1)>" in rows(page)[0]
    expect(page.locator("#outcome img, #outcome script, #outcome a[href^='javascript']")).to_have_count(0)


def test_it_works_by_keyboard_alone(visit: Any) -> None:
    page = visit().open("/sparql")
    page.locator(".CodeMirror").click()
    write(page, "SELECT ?n { VALUES ?n { 1 2 } }")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#outcome tbody tr")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Run query")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("select[name=view]")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Permanent link")).to_be_focused()


def test_what_was_written_outlives_a_change_of_language(visit: Any) -> None:
    page = visit().open("/sparql")
    write(page, "SELECT ?mine {}")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("h1")).to_have_text("Abfrage")
    expect(page.locator(".CodeMirror-code")).to_contain_text("?mine")


def test_it_asks_the_edition_and_the_view_that_the_page_is_held_to(visit: Any) -> None:
    window = visit()
    page = window.open("/sparql?edition=1&view=all")
    ask(page, "SELECT ?n { VALUES ?n { 1 } }")
    assert any(one.endswith("/sparql?edition=1&view=all") for one in window.requests)
    page.get_by_role("button", name="Permanent link").click()
    page.goto(page.get_by_role("textbox", name="Permanent link to this query").input_value())
    assert "edition=1&view=all" in page.url


def test_the_view_of_the_form_is_asked_without_a_new_page(visit: Any) -> None:
    window = visit()
    page = window.open("/sparql")
    page.locator("select[name=view]").select_option("all")
    ask(page, "SELECT ?n { VALUES ?n { 1 } }")
    assert any(one.endswith("/sparql?view=all") for one in window.requests)
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", re.compile("view=all"))


def test_a_query_of_chance_gets_no_permanent_link_but_the_reason(visit: Any) -> None:
    page = visit().open("/sparql")
    ask(page, "SELECT (RAND() AS ?r) {}")
    page.get_by_role("button", name="Permanent link").click()
    expect(page.locator(".shared")).to_contain_text("RAND gives another answer each time")


def test_it_works_without_script(visit: Any) -> None:
    page = visit(java_script_enabled=False).open("/sparql")
    page.get_by_label("SPARQL query").fill("SELECT ?n { VALUES ?n { 1 2 3 } }")
    page.get_by_role("button", name="Run query").click()
    expect(page.locator("#outcome tbody tr")).to_have_count(3)


def test_it_fits_a_phone(visit: Any) -> None:
    page = visit(width=390).open("/sparql?query=" + quote(COUNTS))
    expect(page.locator(".status")).to_contain_text("edition")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_loads_the_pictures_only_when_asked_for(visit: Any) -> None:
    window = visit()
    page = window.open("/sparql")
    ask(page, COUNTS)
    assert not [one for one in window.requests if "chart-" in one or "graph-" in one or "map-" in one]
    page.get_by_role("tab", name="Chart").click()
    expect(page.locator("#view canvas")).to_be_visible()
    assert [one for one in window.requests if "/chart-" in one]
    assert all(one.startswith((window.site.address, "data:")) for one in window.requests), "nothing from other hosts"


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("de", "light"), ("en", "dark"), ("de", "dark")])
def test_axe_finds_nothing_wrong(visit: Any, axe: str, language: str, theme: str) -> None:
    page = visit(language, theme).open("/sparql")
    expect(page.locator(".CodeMirror")).to_be_visible()
    assert violations(page, axe) == []
    write(page, PREFIXES + "SELECT * { ?e a num:Event ; ")
    page.keyboard.type("num:e")
    expect(page.locator(".CodeMirror-hints")).to_be_visible()
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page, axe) == []
    write(page, COUNTS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#outcome tbody tr").first).to_be_visible()
    assert violations(page, axe) == []


@pytest.mark.parametrize("path", ["/", "/doc/network/num", "/sources", "/ontology"])
def test_other_pages_load_nothing_of_it(visit: Any, path: str) -> None:
    window = visit()
    window.open(path).wait_for_load_state("load")
    assert not [one for one in window.requests if "/built/workbench" in one]
