"""Documents written by somebody who did not know the rules, harder than most pages: ellipsis, asides, former things.

All of them, their persons and projects are invented. At first contact, before any rule was tuned to them, core recall
was 0.283 and precision 0.742. The rules were then tuned on those at odd places of the alphabet alone; the others were
only measured. They are development data now. The gold's offsets are those of the file, so pages are scored by what is
said, not by where.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from numgraph import resources, scoring
from numgraph.extraction import Gazetteer, extract
from numgraph.sources import read

FRESH = Path(__file__).resolve().parent / "fresh"
GOLD = sorted((FRESH / "gold").glob("*.json"))

# A little below what was reached when they were set: raise them with the rules, never lower them to pass.
CORE_RECALL, PRECISION = 0.40, 0.85
UNSEEN_CORE_RECALL, UNSEEN_PRECISION = 0.33, 0.80
MOST_FORBIDDEN = 7


@pytest.fixture(scope="module")
def scores():
    gazetteer = Gazetteer.load(resources.data() / "directories")
    return [_score(gold, gazetteer) for gold in scoring.load(FRESH / "gold")]


def _score(gold, gazetteer):
    document = read(FRESH / "docs" / gold.file)
    return scoring.score(dataclasses.replace(gold, characters=None), document, extract(document, gazetteer))


@pytest.mark.parametrize("path", GOLD, ids=[path.stem for path in GOLD])
def test_the_gold_is_for_this_very_file(path):
    document = json.loads(path.read_text(encoding="utf-8"))["document"]
    data = (FRESH / "docs" / document["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == document["sha256"]


def test_the_fresh_documents_are_read_as_well_as_they_were(scores):
    assert scoring.recall(scores, "core").value >= CORE_RECALL
    assert scoring.precision(scores).value >= PRECISION


def test_those_that_no_rule_was_tuned_on_are_too(scores):
    assert scoring.recall(scores[1::2], "core").value >= UNSEEN_CORE_RECALL
    assert scoring.precision(scores[1::2]).value >= UNSEEN_PRECISION


def test_no_further_forbidden_fact_is_stated(scores):
    assert sum(len(one.forbidden) for one in scores) <= MOST_FORBIDDEN
