from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from numgraph import resources, scoring
from numgraph.errors import UnreadableSource
from numgraph.extraction import Gazetteer, extract, record
from numgraph.iris import Namespace
from numgraph.model import Claim, Document, Entity, Evidence, Value
from numgraph.scoring import Gold, Share, likeness, matches, same_value
from numgraph.sources import read, read_bytes

TEXT = "Das Netzwerk\n\nDas Netzwerk Beispielmedizin wird vom Land Sachsen gefördert, und zwar bis 2030.\n"
NET = Entity("network/nbm", "Netzwerk Beispielmedizin", "Network", aliases=("NBM",))
LAND = Entity("funder/sachsen", "Land Sachsen", "Funder")


@pytest.fixture(scope="module")
def document() -> Document:
    return read_bytes(TEXT.encode(), "a.txt")


@pytest.fixture
def claim(document: Document) -> Callable[..., Claim]:
    def make(subject: Entity | None, predicate: str, obj: Entity | Value, sure: float = 0.9, **more: Any) -> Claim:
        return Claim(subject, predicate, obj, Evidence.at(document, 14, 60), "by hand", sure, **more)

    return make


def fact(subject: str, predicate: str, obj: Any, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "predicate": predicate, "object": obj, "evidence": {"start": 14, "end": 40}} | more


@pytest.fixture
def gold(tmp_path: Path) -> Callable[..., Gold]:
    def make(*facts: dict[str, Any], must_not: tuple[dict[str, Any], ...] = ()) -> Gold:
        entities = [
            {"id": "n", "label": "Netzwerk Beispielmedizin", "aliases": ["NBM"]},
            {"id": "l", "label": "Freistaat Sachsen", "label_alt": ["Land Sachsen"]},
            {"id": "s", "label": "Sachsen"},
        ]
        data = {"document": {"file": "a.txt", "chars": len(TEXT)}, "entities": entities, "facts": list(facts)}
        (tmp_path / "a.json").write_text(json.dumps(data | {"must_not": list(must_not)}), encoding="utf-8")
        (found,) = scoring.load(tmp_path)
        return found

    return make


def test_recall_precision_and_forbidden_facts_are_counted(
    gold: Callable[..., Gold], document: Document, claim: Callable[..., Claim]
) -> None:
    wanted = gold(
        fact("n", "funded_by", "l"),
        fact("n", "funding_end", {"value": "2030", "datatype": "gYear"}, level="stretch"),
        fact("n", "phase_of", "s"),
        must_not=(fact("n", "funded_by", "s"),),
    )
    claims = [
        claim(NET, "fundedBy", LAND),
        claim(NET, "fundedBy", Entity("place/sachsen", "Sachsen", "Place"), 0.6),
        claim(NET, "fundingEnd", Value("2030", "gYear")),
        claim(NET, "leads", LAND),  # a predicate that the gold does not use is not judged
    ]
    found = scoring.score(wanted, document, claims)
    assert (scoring.recall([found], "core"), scoring.recall([found], "stretch")) == (Share(1, 2), Share(1, 1))
    assert scoring.precision([found]) == Share(2, 3)
    assert found.grounded == 2
    assert [one.confidence for _, one in found.forbidden] == [0.6]
    assert scoring.by_predicate([found]) == {
        "fundedBy": (Share(1, 1), Share(1, 2)),
        "fundingEnd": (Share(1, 1), Share(1, 1)),
        "phaseOf": (Share(0, 1), Share(0, 0)),
    }


def test_calibration_tells_how_many_of_the_claims_said_to_be_so_sure_are_right(
    gold: Callable[..., Gold], document: Document, claim: Callable[..., Claim]
) -> None:
    wanted = gold(fact("n", "funded_by", "l"))
    other = Entity("company/x", "Etwas ganz anderes", "Company")
    claims = [
        claim(NET, "fundedBy", LAND, 0.92),
        claim(NET, "fundedBy", other, 0.94),
        claim(NET, "fundedBy", LAND, 1.0),
    ]
    bins, brier = scoring.calibration([scoring.score(wanted, document, claims)])
    assert [(one.low, round(one.said, 2), one.right) for one in bins] == [
        (0.9, 0.93, Share(1, 2)),
        (0.95, 1.0, Share(1, 1)),
    ]
    assert brier == pytest.approx((0.08**2 + 0.94**2) / 3)


def test_no_claims_and_no_gold_give_no_bins() -> None:
    assert scoring.calibration([]) == ([], 0.0)
    assert Share().value == 1.0


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Mini-Puls", "MINI PULS", True),
        ("Universitätsklinikum Dresden", "Universitätsklinikums Dresden", True),
        ("NUM", "NUM2", False),
        ("NUM", "num", True),
        ("", "", False),
        ("Universität Leipzig", "Universität Dresden", False),
    ],
)
def test_names_are_alike_whatever_their_case_and_hyphens_but_short_ones_must_be_equal(
    one: str, other: str, alike: bool
) -> None:
    assert (likeness(one, other, 0.88) >= 0.88) is alike


@pytest.mark.parametrize(
    ("datatype", "wanted", "stated", "same"),
    [
        ("date", "2030-07-31", "2030-07-31", True),
        ("date", "2030-07", "2030-07-31", False),
        ("url", "https://A.example/", "https://a.example", True),
        ("integer", "1.250", "1250", True),
        ("money", "3600000", "3600000.00", True),
        ("money", "3600000", "dreieinhalb", False),
        ("phone", "+49 30 23125101", "030 23125101", True),
        ("email", "A@example.org", "mailto:a@example.org", True),
        ("string", "Leiterin der Stabsstelle", "Leiterin der Stabstelle", True),
        ("string", "Direktor", "Geschäftsführender Direktor des Instituts", True),
        ("string", "Chef", "Chefarzt", False),
    ],
)
def test_values_are_the_same_by_the_rules_of_their_datatype(
    datatype: str, wanted: str, stated: str, same: bool
) -> None:
    assert same_value({"value": wanted, "datatype": datatype}, Value(stated)) is same


def test_the_entity_that_names_fit_best_is_meant_and_no_other(
    gold: Callable[..., Gold], claim: Callable[..., Claim]
) -> None:
    wanted = gold(fact("n", "funded_by", "s"))
    assert not matches(wanted, wanted.facts[0], claim(NET, "fundedBy", LAND))
    assert matches(wanted, wanted.facts[0], claim(NET, "fundedBy", Entity("place/s", "Sachsen", "Place")))


def test_a_role_counts_only_at_the_organisation_of_the_gold_where_both_name_one(
    gold: Callable[..., Gold], claim: Callable[..., Claim]
) -> None:
    wanted = gold(fact("n", "role", {"value": "Partner"}, at="l"))
    assert matches(wanted, wanted.facts[0], claim(NET, "role", Value("Partner")))
    assert matches(wanted, wanted.facts[0], claim(NET, "role", Value("Partner"), at=LAND))
    assert not matches(wanted, wanted.facts[0], claim(NET, "role", Value("Partner"), at=NET))


def test_a_claim_about_the_document_is_about_the_document(
    gold: Callable[..., Gold], claim: Callable[..., Claim]
) -> None:
    wanted = gold(fact("doc", "published_on", {"value": "2030", "datatype": "gYear"}))
    assert matches(wanted, wanted.facts[0], claim(None, "publishedOn", Value("2030")))
    assert not matches(wanted, wanted.facts[0], claim(NET, "publishedOn", Value("2030")))


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"document": {"file": "a"}, "entities": [{}], "facts": []}'])
def test_what_is_no_gold_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableSource, match=r"bad\.json is no gold file"):
        scoring.load(tmp_path)


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="there is no gold"):
        scoring.load(tmp_path)


def test_gold_for_another_text_is_refused(gold: Callable[..., Gold]) -> None:
    with pytest.raises(UnreadableSource, match="its offsets would point elsewhere"):
        scoring.score(gold(), read_bytes(b"ein anderer Text", "a.txt"), [])


@contextmanager
def nothing_written() -> Iterator[None]:
    """The shared material is for reading only: no compiled module beside it."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


@pytest.fixture(scope="module")
def score_claims(shared: Path) -> ModuleType:
    path = shared / "tools" / "score_claims.py"
    if not path.is_file():
        pytest.skip("the scorer is not in the shared material: tools/score_claims.py is missing")
    spec = importlib.util.spec_from_file_location("score_claims", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with nothing_written():
        spec.loader.exec_module(module)
    return module


def test_the_figures_are_those_of_the_other_scorer_on_the_acceptance_documents(
    shared: Path, score_claims: ModuleType
) -> None:
    """Each claim is also scored turned round and with another object: there must be something wrong to judge."""
    gazetteer = Gazetteer.load(resources.data() / "directories")
    for one in scoring.load(shared / "gold" / "seeds"):
        document = read(shared / "seeds" / one.file)
        claims = list(_and_false_ones(extract(document, gazetteer)))
        ours = scoring.score(one, document, claims)
        records = [record(claim, Namespace()) for claim in claims]
        path = shared / "gold" / "seeds" / f"{one.name}.json"
        theirs = score_claims.score(score_claims.Gold(path), records, document.text)
        for level in ("core", "stretch"):
            assert scoring.recall([ours], level) == Share(*theirs["level"][level])
        assert scoring.precision([ours]) == Share(theirs["right"], theirs["judged"])
        assert (len(ours.found), ours.grounded) == (theirs["matched"], theirs["grounded"])
        assert len(ours.forbidden) == len(theirs["forbidden"])
        found = {name: pair for name, (pair, _) in scoring.by_predicate([ours]).items() if pair.all}
        assert found == {scoring.camel(name): Share(*pair) for name, pair in theirs["by_predicate"].items()}


def _and_false_ones(claims: list[Claim]) -> Iterator[Claim]:
    for claim, following in zip(claims, [*claims[1:], claims[0]], strict=True):
        yield claim
        yield Claim(claim.subject, claim.predicate, following.object, claim.evidence, "false", 0.5, at=following.at)
        if claim.subject and isinstance(claim.object, Entity):
            yield Claim(claim.object, claim.predicate, claim.subject, claim.evidence, "false", 0.5)


def test_predicates_are_spelled_as_in_the_ontology() -> None:
    assert [scoring.camel(name) for name in ("goal", "funding_end", "count_of_projects")] == [
        "goal", "fundingEnd", "countOfProjects"
    ]  # fmt: skip
