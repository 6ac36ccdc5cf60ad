"""Each rule of ontology/checks holds of the ontology and the shapes, and catches what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store

CHECKOUT = Path(__file__).resolve().parents[2]
CHECKS = sorted((CHECKOUT / "ontology" / "checks").glob("*.rq"))
BROKEN = Path(__file__).parent / "broken"
SUFFIX = "-violation.rq"


def name(check: Path) -> str:
    return check.name.removesuffix(SUFFIX)


def loaded(*paths: Path) -> Store:
    store = Store()
    for path in paths:
        store.load(path=str(path), format=RdfFormat.TURTLE)
    return store


def violations(store: Store, check: Path) -> list[tuple[str, str]]:
    """What the check reports: the term at fault, and what is wrong with it."""
    found = store.query(check.read_text(encoding="utf-8"))
    assert isinstance(found, QuerySolutions)
    return sorted((str(row["focus"]), str(row["detail"])) for row in found)


@pytest.fixture(scope="module")
def published() -> Store:
    """The ontology with its schemes, and the shapes without their cases."""
    return loaded(*(CHECKOUT / "ontology").rglob("*.ttl"), *(CHECKOUT / "shapes").glob("*.ttl"))


@pytest.mark.parametrize("check", CHECKS, ids=name)
def test_the_ontology_breaks_no_rule(check: Path, published: Store) -> None:
    assert violations(published, check) == []


@pytest.mark.parametrize("check", CHECKS, ids=name)
def test_a_rule_reports_the_fault_it_is_there_for_and_nothing_beside_it(check: Path) -> None:
    example = BROKEN / f"{name(check)}.ttl"
    lines = example.read_text(encoding="utf-8").splitlines()
    expected = {line.removeprefix("# expected: ") for line in lines if line.startswith("# expected: ")}
    assert expected, f"{example.name} does not say what must be reported"
    assert {focus for focus, _ in violations(loaded(example), check)} == expected


@pytest.mark.parametrize("check", CHECKS, ids=name)
def test_a_rule_says_in_its_file_what_it_asks_and_why(check: Path) -> None:
    assert check.name.endswith(SUFFIX)
    assert check.read_text(encoding="utf-8").startswith("# ")


def test_every_broken_example_belongs_to_a_rule() -> None:
    assert {path.stem for path in BROKEN.glob("*.ttl")} == {name(check) for check in CHECKS}
