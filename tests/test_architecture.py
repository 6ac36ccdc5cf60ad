"""The house keeps its shape: imports point down, siblings keep apart, the core knows no web framework."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

# Lower floors first. A module may import from its own room and from lower floors; rooms of one floor are siblings.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("terms", "errors"),
    ("model", "settings", "resources", "ontology_docs"),
    ("iris", "formats", "logs", "processes", "confine", "jsonld", "vocabulary", "needs", "grouping"),
    ("sources", "endpoint"),
    ("extraction", "mapping"),
    ("reading", "scoring"),
    ("agreement", "inference", "validation", "store", "search"),
    ("dataset", "explanation", "access"),
    ("indexing", "checking", "resettling"),
    ("build", "harvest", "amending"),
    ("export", "dumps", "reverting", "writing"),
    ("description", "service_description", "scribe"),
    ("cli",),
)
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
RDF_LIBRARIES = {"rdflib", "pyoxigraph", "pyshacl", "owlrl"}
CHECKOUT = Path(__file__).resolve().parent.parent


def modules(folder: str) -> list[Path]:
    return sorted((CHECKOUT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The absolute names that a module imports, relative imports resolved."""
    names: set[str] = set()
    package = path.relative_to(CHECKOUT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level]) if node.level else ""
            stem = ".".join(part for part in (above, node.module) if part)
            names.update(f"{stem}.{alias.name}" for alias in node.names)
    return names


def room(path: Path) -> str:
    part = path.relative_to(CHECKOUT / "numgraph").parts[0]
    return part.removesuffix(".py")


def identify(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("path", modules("numgraph"), ids=identify)
def test_imports_of_the_core_point_down(path: Path) -> None:
    here = room(path)
    if here in {"__init__", "__main__"}:
        return
    assert here in LEVEL, f"numgraph/{here} stands on no floor: add it to FLOORS and to ARCHITECTURE.md"
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "numgraph" or len(parts) == 1 or parts[1] not in LEVEL or parts[1] == here:
            continue
        assert LEVEL[parts[1]] < LEVEL[here], f"{identify(path)} imports {name}, which is not below it"


@pytest.mark.parametrize("path", modules("numgraph"), ids=identify)
def test_the_core_never_imports_the_web_application(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & {"numgraph_api", "fastapi", "starlette"}


@pytest.mark.parametrize("path", modules("numgraph/sources") + modules("numgraph/extraction"), ids=identify)
def test_reading_and_extraction_know_no_rdf_library(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & RDF_LIBRARIES


CODE = [path for path in (*modules("numgraph"), *modules("api")) if path.parent.name != "languages"]  # packs are data


@pytest.mark.parametrize("path", CODE, ids=identify)
def test_a_module_stays_one_idea_of_readable_length(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 400


# Import names that differ from the names of their distributions.
DISTRIBUTION = {
    "argon2": "argon2-cffi",
    "ahocorasick": "pyahocorasick",
    "jsonpath": "python-jsonpath",
    "python_calamine": "python-calamine",
    "Stemmer": "pystemmer",
    "yaml": "pyyaml",
}
COMES_WITH = {"starlette": "fastapi", "pydantic": "fastapi", "anyio": "fastapi"}
# Declared and never imported by us, each with its reason.
NEEDED_BY_OTHERS = {
    "python-multipart": "Starlette reads multipart bodies with it",
    "lxml-html-clean": "trafilatura cannot be imported without it",
    "owlrl": "the oracle of our inference, and the card's choice for who prefers it",
}


def declared() -> set[str]:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[\[<>=~!]", row)[0] for row in project["dependencies"]}


def third_parties() -> set[str]:
    roots = {name.split(".")[0] for path in (*modules("numgraph"), *modules("api")) for name in imported(path)}
    ours = {"numgraph", "numgraph_api", "api", ""}
    found = {COMES_WITH.get(root, root) for root in roots if root not in sys.stdlib_module_names and root not in ours}
    return {DISTRIBUTION.get(root, root).replace("_", "-") for root in found}


def test_every_imported_library_is_declared_and_every_declared_one_is_needed() -> None:
    assert third_parties() - declared() == set()
    assert declared() - third_parties() - NEEDED_BY_OTHERS.keys() == set()
