"""A client pays for what its queries took, waits when that was too much, and no other client notices."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from ipaddress import ip_network
from pathlib import Path

import httpx
import pytest

from numgraph.access import Keyring, Right
from numgraph.settings import Settings
from numgraph_api import fairness
from numgraph_api.fairness import Budgets
from numgraph_api.faults import OverBudget

Serve = Callable[[Settings], AbstractContextManager[str]]
# A product that takes seconds, never the same text twice.
VALUES = "VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }}"
WORK = f"SELECT (COUNT(*) AS ?n) {{{{ {VALUES} FILTER(?a + ?b > ?c + {{1}}) }}}}"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def spend(budgets: Budgets, client: str, seconds: float) -> None:
    fairness._CLIENT.set(client)
    budgets.expect()
    budgets.charge(seconds)


def test_the_budget_fills_up_evenly_and_a_debt_is_paid_off_first(clock: Clock) -> None:
    budgets = Budgets(30, clock)
    spend(budgets, "a", 20)
    spend(budgets, "a", 25)
    with pytest.raises(OverBudget) as refused:
        spend(budgets, "a", 1)
    assert refused.value.retry_after == 30  # 15 seconds of debt at half a second a second
    clock.now += 29
    with pytest.raises(OverBudget):
        spend(budgets, "a", 1)
    clock.now += 2
    spend(budgets, "a", 1)
    clock.now += 3600
    spend(budgets, "a", 29)
    spend(budgets, "a", 29)


def test_each_client_has_a_budget_of_its_own(clock: Clock) -> None:
    budgets = Budgets(10, clock)
    spend(budgets, "a", 100)
    spend(budgets, "b", 1)
    with pytest.raises(OverBudget):
        spend(budgets, "a", 1)


def test_the_table_of_clients_is_bounded(clock: Clock) -> None:
    budgets = Budgets(10, clock)
    for number in range(fairness._MOST + 100):
        spend(budgets, str(number), 100)
    assert len(budgets._spent) == fairness._MOST


def test_no_budget_refuses_nobody(clock: Clock) -> None:
    budgets = Budgets(0, clock)
    for _ in range(3):
        spend(budgets, "a", 1e6)


def work(number: int, size: int = 120) -> str:
    return WORK.format(" ".join(map(str, range(size))), number)


def ask(address: str, query: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{address}/sparql", params={"query": query, "format": "csv"}, headers=headers, timeout=30)


def test_who_has_used_the_budget_gets_429_and_others_are_served(data: Path, serve: Serve, tmp_path: Path) -> None:
    settings = Settings(data=data, compute_budget=0.3, trusted_proxies=frozenset({ip_network("127.0.0.1")}))
    one, other = {"X-Forwarded-For": "2001:db8::1"}, {"X-Forwarded-For": "2001:db8:0:1::1"}
    with serve(settings) as address:
        assert ask(address, work(1), **one).status_code == 200
        time.sleep(0.1)
        refused = ask(address, work(2), **one)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"].endswith("/problems#over-budget")
        neighbour = {"X-Forwarded-For": "2001:db8::2"}
        assert ask(address, work(2), **neighbour).status_code == 429  # the same house
        assert ask(address, "ASK {}", **other).status_code == 200
        assert ask(address, work(1), **one).status_code == 200  # kept: costs nobody anything


def test_a_query_that_was_stopped_is_paid_for_too(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data, compute_budget=0.3, time_limit=0.7)) as address:
        assert ask(address, work(1, 1000)).status_code == 503
        assert ask(address, "ASK {}").status_code == 429
        assert httpx.get(f"{address}/healthz").status_code == 200


def test_headers_that_nobody_vouches_for_buy_no_new_budget(data: Path, serve: Serve) -> None:
    with serve(Settings(data=data, compute_budget=0.3, time_limit=0.7)) as address:
        assert ask(address, work(1, 1000)).status_code == 503
        for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Authorization": "Bearer ng_000000000000_" + "x" * 43}):
            assert ask(address, "ASK {}", **headers).status_code == 429


def test_a_token_has_a_budget_of_its_own(data: Path, serve: Serve) -> None:
    bearer = Keyring(data).make("fair", [Right.WRITE])
    try:
        with serve(Settings(data=data, compute_budget=0.3, time_limit=0.7)) as address:
            assert ask(address, work(1, 1000)).status_code == 503
            assert ask(address, "ASK {}", Authorization=f"Bearer {bearer}").status_code == 200
    finally:
        Keyring(data).revoke("fair")
