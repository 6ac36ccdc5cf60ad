"""Fair use: each client has a budget of reader time that fills up again evenly (a token bucket).

Charged is what a client's queries really took, when they end; so a budget can be overdrawn once, and the client waits
until the debt is paid off. What is answered from memory costs nothing and is never refused.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from numgraph.access import Keyring
from numgraph.errors import NumgraphError

from . import clients
from .faults import OverBudget

_MINUTE = 60.0  # seconds
_MOST = 10_000  # clients that are remembered; who has not asked for longest is forgotten first
_CLIENT: ContextVar[str | None] = ContextVar("client", default=None)


class Budgets:
    """Seconds of reader time by client; ``budget`` of them a minute, 0 for no limit."""

    def __init__(self, budget: float, now: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._now = now
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # seconds that were spent at a time

    def __bool__(self) -> bool:
        return self._budget > 0

    def expect(self) -> None:
        """Raises OverBudget when the client of this request has used its time up."""
        client = _CLIENT.get()
        over = self._owed(client) - self._budget if client else -1.0
        if self._budget and over >= 0:
            wait = max(1, math.ceil(over * _MINUTE / self._budget))
            used = f"this client has used its {self._budget:g} seconds of query time a minute"
            raise OverBudget(f"{used}; go on in {wait} seconds", wait)

    def charge(self, seconds: float) -> None:
        """Write down what a query of this request's client took."""
        client = _CLIENT.get()
        if not self._budget or client is None:
            return
        self._spent[client] = self._owed(client) + seconds, self._now()
        self._spent.move_to_end(client)
        if len(self._spent) > _MOST:
            self._spent.popitem(last=False)

    def _owed(self, client: str) -> float:
        spent, at = self._spent.get(client, (0.0, 0.0))
        return max(0.0, spent - (self._now() - at) * self._budget / _MINUTE)


class Clients:
    """ASGI middleware that names the client of each request, where budgets are kept."""

    def __init__(self, app: ASGIApp, budgets: Budgets, keyring: Keyring) -> None:
        self.app = app
        self._budgets, self._keyring = budgets, keyring

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._budgets and scope["type"] == "http":
            _CLIENT.set(await self._name(scope))
        await self.app(scope, receive, send)

    async def _name(self, scope: Scope) -> str:
        """The name of the token that a request proves, or its address: a wrong token must not buy a new budget."""
        said = next((value for name, value in scope["headers"] if name == b"authorization"), b"").decode("latin-1")
        scheme, _, bearer = said.partition(" ")
        if scheme.lower() == "bearer":
            try:
                token = await anyio.to_thread.run_sync(self._keyring.whose, bearer.strip())
            except NumgraphError:  # whoever needs the token will say so
                token = None
            if token is not None:
                return f"token {token.id}"
        return clients.name_of(clients.address_of(scope))
