"""What the workbench asks the server for: the vocabulary, names that are safe to link, and a page without it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from numgraph_api import wording, workbench

NUM = "https://w3id.org/numgraph/id/network/num"
MARKUP = "https://w3id.org/numgraph/id/organisation/markup"


def names(client: httpx.Client, *iris: str, **parameters: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = client.post(
        "/workbench/names", json={"iris": list(iris)}, params=parameters
    ).json()
    return found


def test_terms_tell_what_a_class_needs(client: httpx.Client) -> None:
    answer = client.get("/workbench/terms.json")
    needs = {
        one["name"]: {each["name"]: each["need"] for each in one["properties"]} for one in answer.json()["classes"]
    }
    assert needs["num:Conflict"]["num:winner"] == "mandatory"
    assert needs["num:FundingPhase"]["num:fundingStart"] == "recommended"
    assert needs["num:FundingPhase"]["num:fundingAmount"] == "optional"
    again = client.get("/workbench/terms.json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_a_name_is_in_the_readers_language_and_leads_to_the_page_here(client: httpx.Client) -> None:
    found = names(client, NUM, lang="de")[NUM]
    assert found["text"] == "Netzwerk Universitätsmedizin"
    assert str(found["href"]).startswith("/doc/network/num")
    assert found["external"] is False


def test_a_property_is_called_as_the_ontology_says(client: httpx.Client) -> None:
    iri = "https://w3id.org/numgraph/ontology#fundedBy"
    assert names(client, iri, lang="de")[iri]["text"] == "gefördert von"


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "urn:x", "not an IRI", "> } <", ""])
def test_what_is_no_web_address_gets_no_link(client: httpx.Client, iri: str) -> None:
    assert names(client, iri)[iri]["href"] is None


def test_a_label_with_markup_travels_as_text(client: httpx.Client) -> None:
    answer = client.post("/workbench/names", json={"iris": [MARKUP]})
    assert answer.headers["content-type"] == "application/json"
    assert "<script>" in answer.json()[MARKUP]["text"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{}", 400), (b"[]", 400), (b'{"iris": "x"}', 400), (b'{"iris": [1]}', 400), (b"\xff", 400),
        (json.dumps({"iris": ["urn:x"] * (workbench.MOST_NAMES + 1)}).encode(), 413),
        (b" " * (workbench.LARGEST_BODY + 1), 413),
    ],
)  # fmt: skip
def test_a_request_for_names_that_cannot_be_read_is_refused(client: httpx.Client, body: bytes, status: int) -> None:
    answer = client.post("/workbench/names", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_each_word_of_the_script_is_there_and_none_is_left_over(checkout: Path) -> None:
    source = "".join(path.read_text("utf-8") for path in (checkout / "api" / "ui" / "src").rglob("*.js"))
    words = {key.removeprefix("wb_") for key in wording.load()["en"].catalogue if key.startswith("wb_")}
    said = set(re.findall(r"""say\(\s*["']([\w-]+)["']""", source))
    assert said - words == set()
    built_up = ("view_", "chart_", "map_", "need_", "fault_", "zoom_")  # their keys are put together in the script
    assert [one for one in sorted(words - said) if not one.startswith(built_up) and f'"{one}"' not in source] == []


def page(client: httpx.Client, path: str = "/sparql") -> str:
    return client.get(path, headers={"Accept": "text/html"}).text


def test_the_page_tells_its_script_words_and_addresses_without_inline_code(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbench, "is_built", lambda: True)
    text = page(client, "/sparql?lang=de&query=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E")
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert [code for attributes, code in scripts if code.strip() and "application/json" not in attributes] == []
    (settings,) = [json.loads(code) for attributes, code in scripts if "application/json" in attributes]
    assert settings["words"]["stop"] == "Abbrechen"
    assert settings["sparql"] == "/sparql?lang=de"


def test_where_nobody_ran_the_front_end_build_the_page_is_the_plain_form(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert workbench.is_built(tmp_path) is False
    monkeypatch.setattr(workbench, "is_built", lambda: False)
    text = page(client)
    assert "<textarea" in text
    assert "static/built" not in text
