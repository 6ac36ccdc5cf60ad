"""A dataset as lines, and a hash of its content that follows a change at the cost of the change.

The hash is AdHash (M. Bellare, D. Micciancio: A New Paradigm for Collision-Free Hashing, EUROCRYPT 1997): the sum of
the SHAKE-256 of every line, modulo 2^4096. 4096 bits, because the generalised birthday attack (D. Wagner, CRYPTO 2002)
makes short sums easy to collide. What is published is the SHA-256 of that sum. Anybody can compute it:

    total = sum(int.from_bytes(shake_256(line).digest(512)) for line in open("dataset.nq", "rb")) % 2**4096
    print(sha256(total.to_bytes(512)).hexdigest())
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256, shake_256
from typing import IO, cast

from pyoxigraph import DefaultGraph, Quad, QuerySolutions, RdfFormat
from pyoxigraph import Store as Engine

from numgraph.store.patch import Patch

_BYTES = 512
_MODULUS = 1 << 8 * _BYTES


def line(quad: Quad) -> bytes:
    """A quad as its line in canonical N-Quads (https://www.w3.org/TR/rdf-canon/#canonical-quads)."""
    return f"{quad} .\n".encode()


def lines(engine: Engine) -> Iterator[bytes]:
    """Each quad of an engine as its line, in no order, with flat memory."""
    with tempfile.TemporaryFile() as dumped:
        engine.dump(cast("IO[bytes]", dumped), RdfFormat.N_QUADS)
        dumped.seek(0)
        yield from dumped


def as_stored(quads: Iterable[Quad]) -> list[Quad]:
    """The quads as the engine gives them back, each once: it writes some numbers in a form of its own."""
    engine = Engine()
    engine.extend(quads)
    return list(engine)


def total(content: Iterable[bytes]) -> int:
    """The sum over the lines of a set of quads, each of which must come once."""
    return sum(int.from_bytes(shake_256(one).digest(_BYTES), "big") for one in content) % _MODULUS


def content_hash(summed: int) -> str:
    """The published form of a sum: 64 hexadecimal digits."""
    return sha256(summed.to_bytes(_BYTES, "big")).hexdigest()


@dataclass(slots=True)
class Content:
    """What is known of a dataset without looking at it: the sum of its lines, and how many statements a graph has."""

    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, engine: Engine) -> Content:
        """By looking at everything."""
        return cls(total(lines(engine)), _all_counted(engine))

    def apply(self, patch: Patch) -> None:
        """Follow a patch of which every row changed something."""
        self.total = (self.total + total(map(line, patch.added)) - total(map(line, patch.removed))) % _MODULUS
        self.counts.update(_counted(patch.added))
        self.counts.subtract(_counted(patch.removed))
        for graph in [graph for graph, count in self.counts.items() if not count]:
            del self.counts[graph]

    @property
    def hash(self) -> str:
        return content_hash(self.total)


def _all_counted(engine: Engine) -> Counter[str]:
    query = "SELECT ?g (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } GROUP BY ?g"
    rows = cast("QuerySolutions", engine.query(query))
    return Counter({row["g"].value if row["g"] else "": int(row["n"].value) for row in rows})


def _counted(quads: Iterable[Quad]) -> Counter[str]:
    names = (quad.graph_name for quad in quads)
    return Counter("" if isinstance(name, DefaultGraph) else name.value for name in names)
