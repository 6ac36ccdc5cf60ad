"""Where the ontology, the shapes and the repository's own data are: in the checkout, or inside the wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds ``ontology/``, ``shapes/`` and ``data/``."""
    packaged = _PACKAGE / "_resources"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def ontology() -> Path:
    return root() / "ontology"


def shapes() -> Path:
    return root() / "shapes"


def data() -> Path:
    return root() / "data"
