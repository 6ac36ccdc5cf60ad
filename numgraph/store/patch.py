"""What leads from one dataset to another, and its text form RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html).

    TX .
    D <http://example.org/s> <http://example.org/p> "old" .
    A <http://example.org/s> <http://example.org/p> "new" <http://example.org/graph> .
    TC .

Blank nodes go by the label that the store has for them, in both directions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO

from pyoxigraph import Quad, RdfFormat, parse
from pyoxigraph import Store as Engine

from numgraph.errors import MalformedRdf
from numgraph.store.lexer import tokens

_UNESCAPED = str.maketrans("", "", "\\")


@dataclass(frozen=True, slots=True)
class Patch:
    """Quads to remove and quads to add; one that is in both is added."""

    added: frozenset[Quad] = frozenset()
    removed: frozenset[Quad] = frozenset()

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)

    def inverse(self) -> Patch:
        """What undoes this patch, where each of its rows changed something."""
        return Patch(self.removed - self.added, self.added)

    def then(self, later: Patch) -> Patch:
        """The net change of this patch and a later one, where each row of both changed something."""
        return Patch(
            (self.added - later.removed) | (later.added - self.removed),
            (self.removed - later.added) | (later.removed - self.added),
        )

    def effective(self, engine: Engine) -> Patch:
        """The rows that change something in an engine."""
        return Patch(
            frozenset(quad for quad in self.added if quad not in engine),
            frozenset(quad for quad in self.removed if quad in engine and quad not in self.added),
        )

    def write(self, output: IO[bytes], header: Mapping[str, str] | None = None) -> None:
        """As RDF Patch, rows sorted, so that equal patches are equal bytes; header values are terms in N-Triples."""
        rows = [f"H {name} {term} ." for name, term in (header or {}).items()]
        removed = sorted(f"D {quad} ." for quad in self.removed - self.added)
        for row in (*rows, "TX .", *removed, *sorted(f"A {quad} ." for quad in self.added), "TC ."):
            output.write(f"{row}\n".encode())

    @classmethod
    def read(cls, source: IO[bytes]) -> Patch:
        """The net change of a file in RDF Patch; raises MalformedRdf with the line where it is wrong."""
        return _Reading().all(source)


class _Reading:
    """The rows of a patch, taken one after the other."""

    def __init__(self) -> None:
        self._prefixes: dict[str, str] = {}
        self._kept: dict[Quad, bool] = {}  # whether the last word on a quad is to add it
        self._open: dict[Quad, bool] | None = None  # of the transaction at hand

    def all(self, source: Iterable[bytes]) -> Patch:
        for number, row in enumerate(source, 1):
            try:
                self._take(row.decode().strip())
            except (ValueError, SyntaxError) as fault:
                raise MalformedRdf(f"line {number} is not RDF Patch: {fault}", line=number) from fault
        if self._open is not None:
            raise MalformedRdf("the patch breaks off: its transaction has no TC")
        added = frozenset(quad for quad, kept in self._kept.items() if kept)
        return Patch(added, frozenset(self._kept) - added)

    def _take(self, row: str) -> None:
        code, _, rest = row.partition(" ")
        match code.rstrip("."):
            case "" | "#" | "H":
                pass
            case "A" | "D":
                quad = next(parse(self._expanded(rest).encode(), format=RdfFormat.N_QUADS))
                (self._kept if self._open is None else self._open)[quad] = code == "A"
            case "PA" | "PD":
                self._prefix(code, rest)
            case "TX" | "TC" | "TA":
                self._transaction(code.rstrip("."))
            case _:
                if not code.startswith("#"):
                    raise ValueError(f"a row begins with H, TX, PA, PD, A, D, TC or TA, not with {code[:20]!r}")

    def _transaction(self, code: str) -> None:
        if (self._open is None) != (code == "TX"):
            raise ValueError(f"{code} {'inside' if code == 'TX' else 'outside'} a transaction")
        if code == "TC":
            self._kept.update(self._open or {})
        self._open = {} if code == "TX" else None

    def _prefix(self, code: str, rest: str) -> None:
        name, *iri = rest.rstrip(" .").split()
        name = name.strip('"').rstrip(":")
        if code == "PD":
            self._prefixes.pop(name, None)
        elif len(iri) == 1:
            self._prefixes[name] = iri[0].strip("<>")
        else:
            raise ValueError("PA gives a prefix and its IRI")

    def _expanded(self, row: str) -> str:
        """A row with every prefixed name as the IRI that it stands for."""
        return "".join(self._spelled(row)) if self._prefixes else row

    def _spelled(self, row: str) -> Iterator[str]:
        end = 0
        for token in tokens(row):
            yield row[end : token.start]
            end = token.start + len(token.text)
            if token.kind == "name":
                prefix, _, local = token.text.partition(":")
                if prefix not in self._prefixes:
                    raise ValueError(f"the prefix {prefix}: is not declared")
                yield f"<{self._prefixes[prefix]}{local.translate(_UNESCAPED)}>"
            else:
                yield token.text
        yield row[end:]
