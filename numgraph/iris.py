"""How IRIs are made: things, documents about them, graphs, and slugs that stay readable in ASCII.

Pure functions over a base; see MODEL in ARCHITECTURE.md for the graphs of the dataset.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

DEFAULT_BASE = "https://w3id.org/numgraph"

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "&": " and "})


def slug(text: str, longest: int = 80) -> str:
    """A stable, readable ASCII name for ``text``; never empty.

    >>> slug("Universitätsklinikum Carl Gustav Carus")
    'universitaetsklinikum-carl-gustav-carus'
    >>> slug("Health Challenges & Solutions")
    'health-challenges-and-solutions'
    >>> slug("北京")
    'x-68c77e15'
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SPELLED_OUT)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not words:
        return "x-" + digest(text, 8)
    return words[:longest].rstrip("-")


def kind(class_name: str) -> str:
    """The path segment of a class: ``UniversityHospital`` gives ``university-hospital``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", class_name).lower()


def digest(text: str, length: int = 16) -> str:
    """The first ``length`` hexadecimal digits of the SHA-256 of ``text``."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Namespace:
    """Every IRI of one dataset. The base is a setting; data never depend on the host that serves them."""

    base: str = DEFAULT_BASE

    def thing(self, key: str) -> str:
        """The IRI of ``<kind>/<slug>``."""
        return f"{self.base}/id/{key}"

    def source(self, document_id: str) -> str:
        """The IRI of a source document, which is a thing like others."""
        return self.thing(f"source/{document_id}")

    def claim(self, document_id: str, fingerprint: str) -> str:
        return self.thing(f"claim/{document_id}/{fingerprint}")

    def source_graph(self, document_id: str) -> str:
        return f"{self.base}/source/{document_id}"

    def evidence_graph(self, document_id: str) -> str:
        return f"{self.base}/evidence/{document_id}"

    def graph(self, name: str) -> str:
        """One of the named graphs of the house: catalogue, entailed, ontology, shapes."""
        return f"{self.base}/graph/{name}"
