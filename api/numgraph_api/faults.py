"""The faults that only a web server has; ``problems`` gives each its status."""

from __future__ import annotations

from numgraph.errors import NumgraphError


class NoSuchThing(NumgraphError):
    """Nothing in this edition has that address."""


class Erased(NumgraphError):
    """Something that was here and was erased for good."""


class BadRequest(NumgraphError):
    """A request whose parameters contradict each other or cannot be read."""


class TooLarge(NumgraphError):
    """A request body beyond the limit."""


class TooMuch(NumgraphError):
    """An answer that is longer than its reader can take in one piece."""


class UnsupportedMediaType(NumgraphError):
    """A request body in a format that this address does not take."""


class Hidden(NumgraphError):
    """Something that is not for this client's eyes."""


class OverBudget(NumgraphError):
    """A client that has used up its share of the readers' time. ``retry_after`` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unauthenticated(NumgraphError):
    """A request that needs a token and has none, or one that is no good."""

    def __init__(self, message: str, *, is_given: bool = False) -> None:
        super().__init__(message)
        self.is_given = is_given


class Forbidden(NumgraphError):
    """A token without the right that the request needs."""


class PreconditionFailed(NumgraphError):
    """A write whose If-Match or If-None-Match is not true any more."""
