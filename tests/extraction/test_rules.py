"""Each rule makes the claims of its cases and none of those it must not make; see cases/README.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from numgraph.extraction import extract
from numgraph.extraction.gazetteer import Entry, Gazetteer
from numgraph.extraction.rules import RULES
from numgraph.model import Entity
from numgraph.sources import read_bytes

CASES = Path(__file__).resolve().parent / "cases"
LAYOUT_ONLY = {"title", "publishedOn", "language"}

HEADLINE = "Neues von der Küste"  # what a case of a single line stands under
KNOWN = Gazetteer(
    [
        Entry("place/dresden", "Place", {"de": "Dresden"}),
        Entry("university/nordhafen", "University", {"de": "Universität Nordhafen"}, ("UNH",), city="Nordhafen"),
    ]
)


@dataclass
class Case:
    where: str
    lines: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)


def cases():
    for path in sorted(CASES.glob("*.txt")):
        for number, part in enumerate(path.read_text(encoding="utf-8").split("\n\n"), start=1):
            case = Case(f"{path.stem}-{number}")
            for line in part.splitlines():
                {">": case.lines, "+": case.wanted, "-": case.unwanted}[line[0]].append(line[2:])
            yield case


ALL = list(cases())


def said(claim):
    subject = "doc" if claim.subject is None else claim.subject.label
    obj = claim.object.label if isinstance(claim.object, Entity) else claim.object.value
    return [subject, claim.predicate, obj, *([claim.at.label] if claim.at else [])]


def fits(pattern, claim):
    parts = [part.strip() for part in pattern.split("|")]
    return all(part in ("*", name) for part, name in zip(parts, [*said(claim), ""], strict=False))


@pytest.fixture(params=ALL, ids=[case.where for case in ALL])
def case(request):
    return request.param


@pytest.fixture
def claims(case):
    text = "\n".join(case.lines) if len(case.lines) > 1 else f"{HEADLINE}\n\n{case.lines[0]}"
    return extract(read_bytes(text.encode(), "case.txt"), KNOWN)


def test_every_case_gets_its_claims(case, claims):
    missing = [pattern for pattern in case.wanted if not any(fits(pattern, claim) for claim in claims)]
    assert not missing, [said(claim) for claim in claims]


def test_no_case_gets_a_claim_it_must_not(case, claims):
    wrong = [
        said(claim)
        for claim in claims
        if claim.predicate not in LAYOUT_ONLY or case.where.startswith("metadata")
        if any(fits(pattern, claim) for pattern in case.unwanted)
    ]
    assert not wrong


def test_every_rule_module_has_cases_for_and_against():
    modules = {rule.__module__.rsplit(".", 1)[-1] for rule in RULES}
    told = {name: [c for c in ALL if c.where.rsplit("-", 1)[0] == name] for name in modules}
    assert all(any(c.wanted for c in found) and any(c.unwanted for c in found) for found in told.values()), told
