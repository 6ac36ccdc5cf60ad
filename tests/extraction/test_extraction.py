"""The promises of ``extract`` for any text whatever."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from numgraph.extraction import Gazetteer, extract, record
from numgraph.extraction.gazetteer import Entry
from numgraph.iris import Namespace
from numgraph.sources import read_bytes

CASES = Path(__file__).resolve().parent / "cases"
KNOWN = Gazetteer([Entry("network/fb", "Network", {"de": "Netzwerk Fernblick"}, ("FB",))])
# Words that rules look for, in no order at all.
WORDS = " ".join(path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.txt"))).split()
SECONDS = 5


def document(text):
    return read_bytes(text.encode("utf-8", "surrogatepass"), "any.txt")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=80))
def test_every_claim_quotes_what_stands_there(words):
    made = extract(document("x " + " ".join(words)), KNOWN)
    for claim in made:
        evidence = claim.evidence
        assert evidence.document.text[evidence.start : evidence.end] == evidence.quote
        assert claim.subject is None or claim.subject != claim.object
    assert made == extract(document("x " + " ".join(words)), KNOWN)


def test_no_claim_is_made_twice_and_their_order_is_that_of_the_text():
    text = "Das Netzwerk Fernblick wurde im April 2020 gegründet. Das Netzwerk Fernblick wurde im April 2020 gegründet."
    made = [claim for claim in extract(document(f"Titel der Seite\n\n{text}"), KNOWN) if claim.predicate == "foundedOn"]
    assert len(made) == 1
    claims = extract(document(f"Titel der Seite\n\n{text}"), KNOWN)
    assert [c.evidence.start for c in claims] == sorted(c.evidence.start for c in claims)


def test_captions_say_nothing():
    text = "Titel der Seite\n\nHier steht ein Satz über das Meer.\n\nFoto: Das Netzwerk Fernblick wurde 2020 gegründet."
    assert "foundedOn" not in {claim.predicate for claim in extract(document(text), KNOWN)}


@pytest.mark.parametrize(
    "text",
    [
        "A" * 200_000,
        "Prof. Dr. med. " * 12_000,
        "Institut für Aa und Bb, Cc " * 6_000,
        "(" * 100_000,
        "FB, RACOON und NUKLEUS, " * 8_000,
        "a.b at c.d " * 15_000,
        "„" * 50_000 + "“" * 50_000,
        "Universität Leipzig\n" * 8_000,
        "1.234.567 " * 15_000,
        "".join(chr(code) for code in range(32, 0x20000) if not 0xD800 <= code < 0xE000),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_hostile_text_is_read_in_time(text):
    given_text = document(f"x{text}")
    extract(document("Ein Satz zum Aufwärmen der Muster."), KNOWN)
    start = time.process_time()
    extract(given_text, KNOWN)
    assert time.process_time() - start < SECONDS


def test_a_record_is_json_with_iris_and_the_exact_quote():
    text = "Titel der Seite\n\nDas Netzwerk Fernblick wurde im April 2020 gegründet."
    given_document = document(text)
    (claim,) = [claim for claim in extract(given_document, KNOWN) if claim.predicate == "foundedOn"]
    made = json.loads(json.dumps(record(claim, Namespace("https://example.org/x"))))
    assert made["subject"]["iri"] == "https://example.org/x/id/network/fb"
    assert made["source"]["iri"] == f"https://example.org/x/id/source/{given_document.id}"
    assert made["predicate"] == "num:foundedOn"
    assert made["object"] == {"value": "2020-04", "datatype": "gYearMonth"}
    assert made["quote"] == given_document.text[made["start"] : made["end"]]


def test_a_claim_about_the_document_has_the_source_as_subject():
    (claim,) = [
        claim for claim in extract(document("Titel der Seite\n\nEin Satz."), KNOWN) if claim.predicate == "title"
    ]
    made = record(claim, Namespace())
    assert made["subject"]["iri"] == made["source"]["iri"]
