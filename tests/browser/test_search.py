"""Search as people use it: suggestions while typing, Enter, narrowing by a facet, and all of it by keyboard."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

NUMBER = re.compile(r"[\d,]+")


@pytest.fixture(autouse=True, scope="module")
def _index(site: Any) -> None:
    """The demo's build made the index: it is there at once."""
    assert httpx.get(f"{site.address}/search.json", timeout=30).status_code == 200


def box(page: Page) -> Any:
    return page.get_by_role("combobox", name="Search sources and things").first


def total(page: Page) -> int:
    return int(NUMBER.search(page.locator("#hits").inner_text())[0].replace(",", ""))


def test_typing_suggests_names_and_a_click_leads_there(visit: Any) -> None:
    page = visit().open("/")
    box(page).press_sequentially("racoo")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("RACOON")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    option.click()
    expect(page).to_have_url(re.compile(r"/doc/infrastructure/racoon$"))


def test_the_list_is_walked_by_keyboard_and_left_by_escape(visit: Any) -> None:
    page = visit().open("/browse")
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("dres")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    active = box(page).get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box(page)).to_have_value("dres")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    name = page.locator("[role=option][aria-selected=true] bdi").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_enter_searches_and_a_facet_narrows_to_its_count(visit: Any) -> None:
    page = visit().open("/")
    box(page).fill("Dresden")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=Dresden"))
    everything = total(page)
    choice = page.locator(".facet a").first
    n = int(choice.locator(".n").inner_text())
    choice.click()
    expect(page.locator(".facet a[aria-current]")).to_have_count(1)
    assert total(page) == n < everything
    page.locator(".facet a[aria-current]").click()
    expect(page.locator(".facet a[aria-current]")).to_have_count(0)
    assert total(page) == everything


def test_a_sentence_leads_to_its_place_in_the_source(visit: Any) -> None:
    page = visit().open("/search?q=Dresden&kind=documents")
    link = page.locator(".hit .quote:not(.plain) a.place").first
    anchor = (link.get_attribute("href") or "").partition("#")[2]
    link.click()
    expect(page.locator(f'[id="{anchor}"]')).to_be_in_viewport()


def test_the_search_works_without_script(visit: Any) -> None:
    page = visit(java_script_enabled=False).open("/")
    page.locator("main input[name=q]").fill("Förderphase Dresden")
    page.locator("main form[role=search] button").click()
    expect(page.locator("#hits")).to_contain_text("hit")
    assert page.locator(".hit mark").count() > 0
    page.locator(".facet a").first.click()
    assert page.locator(".facet a[aria-current]").count() == 1


def test_markup_in_suggestions_stays_text(visit: Any, site: Any) -> None:
    page = visit().open("/")
    nasty = "<img src=x onerror=alert(1)>"
    said = f'["x", ["{nasty}"], ["{nasty}"], ["/"]]'
    page.route("**/suggest?*", lambda route: route.fulfill(body=said, content_type="application/x-suggestions+json"))
    box(page).press_sequentially("x")
    expect(page.get_by_role("option").first).to_contain_text(nasty)
    assert page.locator("[role=option] img").count() == 0


@pytest.mark.parametrize("path", ["/search?q=Dresden", "/search?q=(", "/search?q=xyzzy", "/browse/Organisation"])
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_people_with_screen_readers_find_their_way(visit: Any, axe: str, path: str, theme: str, width: int) -> None:
    page = visit(theme=theme, width=width).open(path)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window"


def test_the_open_list_of_suggestions_is_accessible(visit: Any, axe: str) -> None:
    page = visit().open("/")
    box(page).press_sequentially("dres")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.evaluate(axe)
    assert [one["id"] for one in page.evaluate("axe.run()")["violations"]] == []
