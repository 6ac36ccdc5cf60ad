"""The W3C SHACL Core test suite, run through our own validation interface, all entries in one validator process."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from numgraph.validation import check, engine, worker
from numgraph.validation.findings import finding
from numgraph.validation.report import Report

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SUITE = Path(os.environ.get("NUMGRAPH_W3C") or Path(__file__).resolve().parents[2].parent / "shared" / "w3c")
CORE = SUITE / "shacl" / "core"

# Entry (folder/name) -> why its expected report is not ours.
EXCLUDED: dict[str, str] = {}


def entries() -> list[str]:
    """``folder/name`` of every entry that the manifests include."""
    if not CORE.is_dir():
        return []
    return sorted(
        f"{folder.name}/{Path(file).stem}"
        for folder in CORE.iterdir()
        if folder.is_dir()
        for file in included(folder / "manifest.ttl")
    )


def included(manifest: Path) -> list[str]:
    found = triples(manifest)
    return [str(t.object.value) for t in found if t.predicate == NamedNode(MF + "include")]  # type: ignore[union-attr]


def triples(file: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE, base_iri=file.as_uri())]


def graph_file(file: Path, role: str) -> Path:
    """The file that the entry names as its data or shapes graph; most name themselves."""
    named = [t.object.value for t in triples(file) if t.predicate == NamedNode(SHT + role)]  # type: ignore[union-attr]
    return file.parent / Path(named[0]).name
