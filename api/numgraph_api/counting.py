"""How many rows an answer has, counted from its bytes as they pass: by marks that stand in it once a row.

The engine writes each format in one way only, with everything escaped that could look like a mark. A CSV value with
its own line break of two characters counts once more; rows of JSON without any value are not seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Media type -> marks, each with its length, and how many of them stand in an answer without rows. In JSON the name of a
# variable follows at once; after a literal that ends like a mark comes } or a comma.
_MARKS: dict[str, tuple[tuple[tuple[re.Pattern[bytes], int], ...], int]] = {
    "application/sparql-results+json": (((re.compile(rb'\[\{"[^},]'), 4), (re.compile(rb'\}\},\{"[^},]'), 6)), 0),
    "application/sparql-results+xml": (((re.compile(rb"<result>"), 8),), 0),
    "text/csv": (((re.compile(rb"\r\n"), 2),), 1),
    "text/tab-separated-values": (((re.compile(rb"\n"), 1),), 1),
    "application/n-triples": (((re.compile(rb"\n"), 1),), 0),
    "application/n-quads": (((re.compile(rb"\n"), 1),), 0),
}
_LONGEST = 8


@dataclass(slots=True)
class Rows:
    """Counts the rows of one answer of a (registered) media type."""

    media_type: str
    _found: int = 0
    _tail: bytes = b""

    def see(self, chunk: bytes) -> None:
        """Count what ends in this chunk; a mark may have begun in the one before."""
        for mark, length in _MARKS.get(self.media_type, ((), 0))[0]:
            seam = self._tail[1 - length :] if length > 1 else b""
            self._found += sum(1 for _ in mark.finditer(chunk)) + len(mark.findall(seam + chunk[: length - 1]))
        self._tail = (self._tail + chunk[-_LONGEST:])[-_LONGEST:]

    @property
    def total(self) -> int | None:
        """The rows so far; None for a format that cannot be counted."""
        if self.media_type not in _MARKS:
            return None
        return max(0, self._found - _MARKS[self.media_type][1])
