"""Documents in the styles of other sites: their gold is sound, and the extractor reads them as well as stated here.

The documents in ``unseen/`` and all persons, networks and projects in them are invented; phones and mail addresses are
reserved for fiction. They were written by a reader who did not know the rules, and unseen they were only once: what the
extractor missed in them has since been used to widen the rules, so the figures here are above what a new site yields.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from numgraph import resources, terms
from numgraph.extraction import extract
from numgraph.extraction.gazetteer import Gazetteer
from numgraph.extraction.records import record
from numgraph.iris import Namespace
from numgraph.sources import read

UNSEEN = Path(__file__).resolve().parent / "unseen"
GOLD = sorted((UNSEEN / "gold").glob("*.json"))
MIN_FORBIDDEN_PER_DOCUMENT = 5

# A little below what was reached when they were set: raise them with the rules, never lower them to pass.
CORE_RECALL = 0.84
PRECISION = 0.96


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def text_of(gold):
    return (UNSEEN / gold["document"]["file"]).read_bytes().decode("utf-8")


def spans(fact):
    return [
        (key, fact[key]["start"], fact[key]["end"]) for key in ("evidence", "mention", "subject_mention") if key in fact
    ]


@pytest.fixture(params=GOLD, ids=[path.stem for path in GOLD])
def gold(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_every_document_has_gold():
    assert {path.stem for path in UNSEEN.glob("*.txt")} == {path.stem for path in GOLD}
    assert GOLD


def test_the_gold_is_for_this_very_file(gold):
    text = text_of(gold)
    assert gold["document"]["chars"] == len(text)
    assert gold["document"]["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_every_offset_is_in_the_text_and_no_evidence_is_blank(gold):
    text = text_of(gold)
    for fact in [*gold["facts"], *gold["must_not"]]:
        for key, start, end in spans(fact):
            assert 0 <= start < end <= len(text), (fact["id"], key)
            assert text[start:end].strip() == text[start:end], (fact["id"], key)


def test_mentions_lie_in_their_evidence(gold):
    for fact in [*gold["facts"], *gold["must_not"]]:
        (_, first, last), *mentions = spans(fact)
        assert all(first <= start and end <= last for _, start, end in mentions), fact["id"]


def test_facts_speak_of_listed_entities_in_terms_of_the_ontology(gold):
    listed = {entity["id"] for entity in gold["entities"]} | {"doc"}
    known = {*terms.RELATIONS, *terms.ATTRIBUTES}
    for fact in [*gold["facts"], *gold["must_not"]]:
        named = [fact["subject"], *fact.get("subject_alt", []), fact.get("at", "doc")]
        named += [fact["object"]] if isinstance(fact["object"], str) else []
        assert set(named) <= listed, fact["id"]
        assert {camel(name) for name in [fact["predicate"], *fact.get("predicate_alt", [])]} <= known, fact["id"]
    assert {entity["type"] for entity in gold["entities"]} <= set(terms.CLASSES)


def test_no_fact_is_stated_twice_or_both_stated_and_forbidden(gold):
    def said(fact):
        return fact["subject"], fact["predicate"], json.dumps(fact["object"], sort_keys=True)

    stated = Counter(map(said, gold["facts"]))
    assert max(stated.values()) == 1
    assert not {said(fact) for fact in gold["must_not"]} & set(stated)
    assert len(gold["must_not"]) >= MIN_FORBIDDEN_PER_DOCUMENT


def test_names_of_entities_stand_in_the_text(gold):
    text = text_of(gold)
    for entity in gold["entities"]:
        assert entity["aliases"], entity["id"]
        assert all(alias in text for alias in entity["aliases"]), entity["id"]


@pytest.fixture(scope="module")
def scores(scorer):
    """The scorer's result for each document, by its stem, with the gold it was compared with."""
    gazetteer = Gazetteer.load(resources.data() / "directories")
    namespace = Namespace()
    return {path.stem: _score(scorer, path, gazetteer, namespace) for path in GOLD}


def _score(scorer, path, gazetteer, namespace):
    gold = scorer.Gold(path)
    document = read(UNSEEN / gold.document["file"])
    claims = [record(claim, namespace) for claim in extract(document, gazetteer)]
    return gold, scorer.score(gold, claims, document.text)


def test_the_extractor_finds_the_facts_any_careful_reader_would_take(scores):
    core = [result["level"]["core"] for _, result in scores.values()]
    recall = sum(found for found, _ in core) / sum(stated for _, stated in core)
    assert recall >= CORE_RECALL, f"core recall {recall:.3f}"


def test_what_the_extractor_states_is_right(scores):
    results = [result for _, result in scores.values()]
    precision = sum(result["right"] for result in results) / sum(result["judged"] for result in results)
    assert precision >= PRECISION, f"precision {precision:.3f}"


def test_the_extractor_states_no_forbidden_fact(scores):
    found = {
        f"{stem}: {_words(gold, fact)}": fact["why"]
        for stem, (gold, result) in scores.items()
        for fact, _ in result["forbidden"]
    }
    assert found == {}


def test_every_quote_is_exact(scores):
    assert {stem: result["misquoted"] for stem, (_, result) in scores.items() if result["misquoted"]} == {}


def _words(gold, fact):
    subject, value = (_name(gold, fact[key]) for key in ("subject", "object"))
    return f"{subject} {fact['predicate']} {value}"


def _name(gold, node):
    if isinstance(node, dict):
        return node["value"]
    return node if node == "doc" else gold.entities[node]["label"]
