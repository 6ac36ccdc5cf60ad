"""The house keeps its shape: imports point down, siblings keep apart, the core knows no web framework."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

# Lower floors first. A module may import from its own room and from lower floors; rooms of one floor are siblings.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("terms", "errors"),
    ("model", "settings", "resources", "ontology_docs"),
    ("iris", "formats", "jsonld", "vocabulary", "owl_rl"),
    ("sources",),
    ("extraction", "mapping"),
    ("reading", "disagreement"),
    ("agreement", "inference", "validation", "store"),
    ("dataset",),
    ("build",),
    ("export",),
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


@pytest.mark.parametrize("path", modules("numgraph") + modules("api"), ids=identify)
def test_a_module_stays_one_idea_of_readable_length(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= 400
