"""The hand-written gold of the project's own samples points at what it says, in samples that are our own words."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from numgraph import terms
from numgraph.model import BlockKind
from numgraph.sources import find, read

HERE = Path(__file__).resolve().parent
PRESS = HERE.parent.parent / "data" / "press"
GOLD = sorted((HERE / "gold").glob("*.json"))
EVIDENCE = ("evidence", "mention", "subject_mention", "context")


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def spans(fact):
    return [(key, fact[key]["start"], fact[key]["end"]) for key in EVIDENCE if key in fact]


@pytest.fixture(params=GOLD, ids=[path.stem for path in GOLD])
def gold(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


@pytest.fixture
def document(gold):
    return read(PRESS / gold["document"]["file"])


def test_every_sample_has_gold():
    assert {path.stem for path in find([PRESS])} == {path.stem for path in GOLD}


def test_the_gold_is_for_this_very_text(gold, document):
    assert gold["document"]["chars"] == len(document.text)
    assert gold["document"]["sha256"] == hashlib.sha256(document.text.encode()).hexdigest()


def test_every_offset_is_in_the_text_and_no_evidence_is_blank(gold, document):
    for fact in [*gold["facts"], *gold["must_not"]]:
        for key, start, end in spans(fact):
            assert 0 <= start < end <= len(document.text), (fact["id"], key)
            assert document.text[start:end].strip() == document.text[start:end], (fact["id"], key)


def test_mentions_lie_in_their_evidence_or_context(gold):
    for fact in [*gold["facts"], *gold["must_not"]]:
        places = {key: (start, end) for key, start, end in spans(fact)}
        around = [places[key] for key in ("evidence", "context") if key in places]
        for key in {"mention", "subject_mention"} & set(places):
            start, end = places[key]
            assert any(first <= start and end <= last for first, last in around), (fact["id"], key)


def test_what_a_value_looks_like_stands_in_its_evidence(gold, document):
    for fact in gold["facts"]:
        if isinstance(fact["object"], dict):
            evidence = document.text[fact["evidence"]["start"] : fact["evidence"]["end"]]
            assert any(form in evidence for form in fact["object"].get("surface", [fact["object"]["value"]])), fact[
                "id"
            ]


def test_facts_speak_of_listed_entities_in_terms_of_the_ontology(gold):
    listed = {entity["id"] for entity in gold["entities"]} | {"doc"}
    known = {*terms.RELATIONS, *terms.ATTRIBUTES}
    for fact in [*gold["facts"], *gold["must_not"]]:
        named = [fact["subject"], *([fact["object"]] if isinstance(fact["object"], str) else []), fact.get("at", "doc")]
        assert set(named) <= listed, fact["id"]
        assert {camel(name) for name in [fact["predicate"], *fact.get("predicate_alt", [])]} <= known, fact["id"]
    assert {entity["type"] for entity in gold["entities"]} <= set(terms.CLASSES)


def test_names_of_entities_stand_in_the_text(gold, document):
    for entity in gold["entities"]:
        assert all(alias in document.text for alias in entity["aliases"]), entity["id"]


def test_the_reader_agrees_with_the_gold_about_the_document(gold, document):
    stated = gold["document"]
    fields = {field.name: field.value for field in document.fields}
    assert document.language == stated["language"]
    assert fields["title"] == stated["title"]
    assert fields.get("published_on") == stated["published_on"]
    assert fields.get("publisher") == stated["publisher"]
    silent = {BlockKind.NOISE, BlockKind.CAPTION, BlockKind.SUBHEADING}
    for noise in stated.get("noise", []):
        inside = {one.kind for one in document.blocks if one.start < noise["end"] and noise["start"] < one.end}
        assert inside <= silent, noise["what"]


def test_the_samples_disagree_about_the_end_of_the_third_phase():
    ends = set()
    for path in GOLD:
        facts = json.loads(path.read_text(encoding="utf-8"))["facts"]
        ends |= {
            fact["object"]["value"] for fact in facts if (fact["subject"], fact["predicate"]) == ("p3", "funding_end")
        }
    assert ends == {"2030-12-31", "2030-06-30", "2030-07"}


@pytest.mark.parametrize("path", find([PRESS]), ids=lambda path: path.stem)
def test_phones_and_mails_are_reserved_for_fiction(path):
    text = path.read_text(encoding="utf-8")
    assert all(number.startswith("+49 30 23125 ") for number in re.findall(r"\+\d[\d ]{6,}", text))
    assert all(host.endswith("example.org") for host in re.findall(r"[\w.]+(?:@|\(at\))([\w.]+\w)", text))


def test_no_sentence_of_the_samples_is_taken_from_the_seeds(shared):
    seeds = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in (shared / "seeds").glob("*.txt"))
    for path in find([PRESS]):
        document = read(path)
        for block in document.of_kind(BlockKind.BODY, BlockKind.LIST_ITEM, BlockKind.CAPTION):
            for sentence in re.split(r"(?<=[.!?])\s+", document.slice(block)):
                words = " ".join(sentence.split())
                assert len(words.split()) < 6 or words not in seeds, (path.name, words)
