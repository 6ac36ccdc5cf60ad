"""Journeys of people who have never seen the project: from a site to its funding, to the sentence, to the conflict."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Site, _address


@pytest.fixture(scope="session")
def seeds_site(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Site]:
    """The seed documents with our directories, served on a free port."""
    folder = tmp_path_factory.mktemp("seeds")
    numgraph = [sys.executable, "-m", "numgraph"]
    build = [*numgraph, "build", str(shared / "seeds"), "--into", str(folder)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    serve = [*numgraph, "serve", "--data", str(folder), "--port", "0"]
    environment = {**os.environ, "NUMGRAPH_READERS": "1"}
    with subprocess.Popen(serve, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Site(_address(process), process.pid)
        finally:
            process.terminate()


def answers_who_leads_num4rare(page: Page) -> None:
    """The page names who leads, and shows the sentence that says so."""
    expect(page.get_by_role("link", name="University Medicine Dresden").first).to_be_visible()
    sentence = page.locator(
        "blockquote", has_text="leitet den Aufbau eines Registers für Seltene Erkrankungen (NUM4Rare)"
    )
    expect(sentence.first).to_be_visible()


def test_two_clicks_from_the_start_tell_who_leads_num4rare(seeds_site: Site, browser: Browser) -> None:
    page = browser.new_page(locale="en-GB")
    page.goto(seeds_site.address)
    page.get_by_role("complementary").get_by_role("link", name="register", exact=False).first.click()
    page.get_by_role("link", name="NUM4Rare").click()
    answers_who_leads_num4rare(page)
    page.close()


def test_the_project_leads_to_its_register_in_three_clicks(seeds_site: Site, browser: Browser) -> None:
    page = browser.new_page(locale="en-GB")
    page.goto(seeds_site.address)
    page.get_by_role("complementary").get_by_role("link", name="research project").click()
    page.get_by_role("main").get_by_role("link", name="NUM4Rare", exact=True).click()
    page.get_by_role("link", name="Register für Seltene Erkrankungen (NUM4Rare)").first.click()
    answers_who_leads_num4rare(page)
    page.close()


def test_an_example_question_answers_it_in_two_clicks(seeds_site: Site, browser: Browser) -> None:
    page = browser.new_page(locale="en-GB", java_script_enabled=False)
    page.goto(seeds_site.address)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Query").click()
    page.get_by_role("link", name="Who builds up the register for rare diseases NUM4Rare").click()
    row = page.get_by_role("row").filter(has_text="leitet den Aufbau eines Registers").first
    expect(row).to_contain_text("University Medicine Dresden")
    expect(row).to_contain_text("NUM4Rare")
    page.close()


def test_from_a_site_to_its_funding_its_sentence_and_the_conflict(visit: Callable) -> None:
    page = visit().open("/")
    page.get_by_role("link", name="University Medicine Dresden").first.click()
    page.get_by_role("link", name="RACOON", exact=True).first.click()
    page.get_by_role("link", name="Network of University Medicine").first.click()
    page.get_by_role("link", name="Third funding phase of NUM").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Third funding phase of NUM")
    dispute = page.locator(".dispute").first
    expect(dispute).to_contain_text("Sources disagree")
    expect(dispute).to_contain_text("Why:")
    dispute.get_by_role("link", name="in context").first.click()
    place = page.locator(".said:target")
    expect(place).to_be_in_viewport()
    assert place.locator("mark").count() > 0
    page.go_back()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Disagreements").click()
    page.get_by_role("navigation", name="Kinds of disagreement").get_by_role("link", name="contradict").click()
    dispute = page.locator(".disagreement").filter(has_text="Third funding phase of NUM")
    expect(dispute).to_contain_text("31 December 2030")


def test_text_and_claims_light_up_together_both_ways(visit: Callable) -> None:
    page = source_of_the_third_phase(visit().open("/doc/funding-phase/num-3"))
    sentence = page.locator(".archive a.said").nth(3)
    sentence.hover()
    place = sentence.get_attribute("data-place")
    claim = page.locator(f'.claims li[data-place="{place}"]')
    expect(claim).to_have_class("lit")
    expect(claim).to_be_in_viewport()
    page.mouse.move(0, 0)
    expect(claim).not_to_have_class("lit")
    claim.locator("a").first.focus()
    expect(sentence).to_have_class("said lit")


def test_text_and_claims_lead_to_each_other_without_script(visit: Callable) -> None:
    page = source_of_the_third_phase(visit(java_script_enabled=False).open("/doc/funding-phase/num-3"))
    page.locator(".archive a.said").nth(2).click()
    claim = page.locator(".claims li:target")
    expect(claim).to_be_in_viewport()
    claim.get_by_role("link", name="The sentence").first.click()
    expect(page.locator(".archive a.said:target")).to_be_in_viewport()


def source_of_the_third_phase(page: Page) -> Page:
    page.locator(".dispute").get_by_role("link", name="in context").first.click()
    expect(page.locator(".archive")).to_be_visible()
    return page


def test_an_inferred_fact_is_explained_down_to_a_sentence(visit: Callable) -> None:
    page = visit().open("/doc/organisation/hochschulmedizin-dresden")
    page.get_by_text("These follow from the facts above").click()
    page.get_by_role("link", name="why?").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why does this follow?")
    expect(page.locator(".because .axiom").first).to_contain_text("the ontology says so")
    expect(page.locator(".because blockquote").first).to_be_visible()


def test_the_timeline_shows_every_end_of_the_third_phase_and_can_be_narrowed(visit: Callable) -> None:
    page = visit().open("/timeline")
    row = page.locator(".contested").filter(has_text="Third funding phase of NUM")
    expect(row).to_contain_text("also said")
    assert row.locator("line.other").count() == row.locator(".also").count() > 0
    page.get_by_role("link", name="closer").click()
    assert "first=" in page.url
    expect(page.get_by_role("heading", level=1)).to_have_text("Timeline")


def test_a_place_of_the_map_leads_to_its_page(visit: Callable) -> None:
    page = visit().open("/map?area=de")
    page.locator("svg.map a", has=page.locator("title", has_text="Dresden")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dresden")
    page.go_back()
    page.get_by_role("region", name="The places as a list").get_by_role("link", name="Leipzig").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leipzig")


def test_neighbours_are_links_in_the_picture_and_in_the_list(visit: Callable) -> None:
    page = visit().open("/doc/infrastructure/racoon")
    names = page.locator("svg.neighbours a text").all_text_contents()
    page.get_by_text("The same as a list").click()
    listed = page.locator(".edges").inner_text()
    assert names
    assert all(name.rstrip("…") in listed for name in names)
    page.locator("svg.neighbours a").first.click()
    assert "/doc/" in page.url
