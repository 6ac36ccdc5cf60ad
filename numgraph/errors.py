"""The faults the core can name. Each carries what a person needs: where it is and what to do.

``numgraph_api`` turns them into problem details in one table, the command line into exit codes in another.
"""

from __future__ import annotations

from typing import Any


class NumgraphError(Exception):
    """Any fault that numgraph foresees. ``str(error)`` is a sentence for the person who caused it."""


class EvidenceMismatch(NumgraphError, ValueError):
    """A quote that is not the exact text at its offsets: a fault in a rule, never in the data."""

    def __init__(self, name: str, quote: str, start: int, end: int) -> None:
        super().__init__(f"{name}: the text at {start}-{end} is not {quote[:80]!r}; fix the rule that cut it")


class UnreadableSource(NumgraphError):
    """A file that no reader can turn into a document or a table."""


class MalformedRdf(UnreadableSource):
    """A file that is not the RDF its name promises. ``line`` and ``column`` count from 1 where they are known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class InvalidData(NumgraphError):
    """Data that the shapes refuse: the commit is stopped and nothing is written. ``findings`` say what to do."""

    def __init__(self, message: str, findings: tuple[Any, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class ValidationFailed(NumgraphError):
    """A validation without a verdict: the shapes cannot be loaded, or the validator died or took too long."""


class BadQuery(NumgraphError):
    """A query that is not SPARQL. ``line`` and ``column`` count from 1 where they are known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class RefusedQuery(NumgraphError):
    """A query that is understood and not allowed here, such as one with SERVICE."""


class QueryTimeout(NumgraphError):
    """A query that was stopped at its time limit; no part of its answer counts."""


class QueryFailed(NumgraphError):
    """A query whose reader died or ran out of memory; no part of its answer counts."""


class BrokenAnswer(NumgraphError):
    """An answer that broke after its first byte: what was sent must be visibly cut, never ended properly."""


class Busy(NumgraphError):
    """No reader was free in time. ``retry_after`` is in seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProcessFailed(NumgraphError):
    """The processes that should share the work cannot be started."""


class NotAcceptable(NumgraphError):
    """None of the offered formats is acceptable to the client. ``offered`` lists their media types."""

    def __init__(self, message: str, offered: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.offered = offered


class NoSuchEdition(NumgraphError):
    """A data folder without a published edition, or an edition number it does not have."""


class UnknownEdition(NoSuchEdition):
    """A number that no edition ever had here."""


class EditionGone(NoSuchEdition):
    """An edition that was published and is kept no longer."""


class EditionMoved(NumgraphError):
    """The edition that a change was made for is not the current one any more: look again and make the change anew."""


class DataExists(NumgraphError):
    """Something is there already in the place where something is to be put."""


class StoreBusy(NumgraphError):
    """Another process is writing to the same data folder."""


class WrongKind(NumgraphError):
    """A data folder of the other kind: plain where a managed one is needed, or managed where a plain one is."""


class BrokenStore(NumgraphError):
    """A data folder whose content is not what a writer of numgraph leaves behind."""


class NoSuchToken(NumgraphError):
    """A name or id that no token has."""


class TokenExists(NumgraphError):
    """A name that a token has already."""


class NoSuchGraph(NumgraphError):
    """A graph without a statement: this store keeps no empty graphs."""


class RefusedWrite(NumgraphError):
    """A write that is understood and not allowed here, such as one into a graph that is derived."""


class BadSearch(NumgraphError):
    """A question to the search that cannot be read. ``position`` counts characters from 1; ``kind`` names the fault."""

    def __init__(self, message: str, kind: str, position: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.position = position


class BadMapping(NumgraphError):
    """A mapping that cannot be executed: where it is wrong and what it lacks."""


class BadCell(NumgraphError):
    """A value that a mapping cannot turn into a term. Knows file, sheet, row and columns once the mapper adds them."""

    def __init__(self, reason: str, columns: tuple[str, ...] = (), place: str = "") -> None:
        where = ", ".join(part for part in (place, " and ".join(columns)) if part)
        super().__init__(f"{where}: {reason}" if where else reason)
        self.reason = reason
        self.columns = columns
