"""Every kind of page is read well by everybody: nothing for axe to find, in either theme, on every screen, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .axe import violations

PAGES = {
    "start": "/",
    "kinds": "/browse",
    "members": "/browse/Infrastructure",
    "sources": "/sources",
    "disagreements": "/conflicts",
    "contradictions": "/conflicts?kind=contradicts",
    "timeline": "/timeline",
    "timeline of centuries": "/timeline?first=1300&last=2040",
    "map": "/map",
    "map of Germany": "/map?area=de",
    "terms": "/ontology",
    "problems": "/problems",
    "a problem": "/doc/nothing/here",
    "a place": "/doc/place/dresden",
    "an organisation": "/doc/organisation/hochschulmedizin-dresden",
    "a funding phase": "/doc/funding-phase/num-3",
    "a person": "/doc/person/martin-sedlmayr",
    "a network in one source": "/doc/network/num?view=all",
    "dataset": "/dataset",
    "editions": "/editions",
    "an edition": "/editions/1",
    "a scheme": "/scheme/subject-area",
    "nothing found": "/search?q=xyzzy",
    "mentions": "/mentions/place/deutschland?property=num:locatedIn",
    "why": "/why/place/dresden?property=rdf:type&value=prov:Location",
}
# Pages whose addresses hold a digest, by the page and the link that lead there.
BEHIND = {
    "a press release": ("/sources", r"/doc/source/dresden-traegt-[^\"?#]+"),
    "a directory": ("/sources", r"/doc/source/directory-of-the-netzwerk[^\"?#]*"),
    "a claim": ("/doc/funding-phase/num-3", r"/doc/claim/[^\"?#]+"),
    "a conflict": ("/conflicts", r"/doc/conflict/[^\"?#]+"),
}
EVERY = [*PAGES, *BEHIND]
WIDTHS = [360, 768, 1280, 1920]
LOOKS = [("light", 390), ("dark", 820), ("light", 1440)]  # the other three were looked at by hand
TITLE, DESCRIPTION = range(8, 160), range(20, 400)  # characters
HEAVIEST = 300_000  # bytes of a page with all that it loads


def opened(visit: Callable, name: str, **options: object) -> Page:
    window = visit(**options)
    if name in PAGES:
        return window.open(PAGES[name])
    path, link = BEHIND[name]
    page = window.open(path)
    found = re.search(link, page.content())
    assert found, f"{path} leads to no {name}"
    page.goto(window.site.address + found[0])
    return page


@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing_wrong_in_either_theme_at_three_widths(visit: Callable, axe: str, name: str) -> None:
    page = opened(visit, name, language="de")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page, axe) == [], f"{theme}, {width} px"


SHIFTS = """
window.moved = 0;
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.moved += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("name", EVERY)
def test_a_page_says_what_it_is_and_nothing_moves_once_it_stands(visit: Callable, name: str) -> None:
    """What Lighthouse asks of titles, descriptions, language, viewport and layout shift."""
    window = visit(language="de", width=390)
    window.context.add_init_script(SHIFTS)
    page = opened(lambda **_: window, name)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.lang") == "de"
    assert len(page.title()) in TITLE
    assert len(page.locator("meta[name=description]").get_attribute("content") or "") in DESCRIPTION
    assert "width=device-width" in (page.locator("meta[name=viewport]").get_attribute("content") or "")
    assert page.evaluate("window.moved") < 0.05


@pytest.mark.parametrize("name", EVERY)
def test_a_page_is_light_fits_every_screen_and_has_headings_and_landmarks(visit: Callable, name: str) -> None:
    page = opened(visit, name, language="de")
    weights: dict[str, int] = {}
    page.on("requestfinished", lambda one: weights.update({one.url: one.sizes()["responseBodySize"]}))
    page.reload(wait_until="networkidle")
    assert sum(weights.values()) < HEAVIEST, weights
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width} px"
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map((one) => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip([0, *levels], levels, strict=False)), levels
    for landmark in ("banner", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1, landmark


def test_the_first_stop_of_the_keyboard_leads_to_the_content(visit: Callable) -> None:
    page = visit().open("/doc/organisation/hochschulmedizin-dresden")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


@pytest.mark.parametrize("name", ["an organisation", "a press release", "disagreements", "timeline"])
def test_on_paper_there_are_no_menus_and_no_colours_behind_text(visit: Callable, name: str) -> None:
    page = opened(visit, name, theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.get_by_role("navigation").filter(visible=True).count()
    assert not page.get_by_role("search").filter(visible=True).count()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
