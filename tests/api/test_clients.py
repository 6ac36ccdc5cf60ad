"""Only trusted proxies are believed, from the nearest to the farthest, and an IPv6 customer counts once."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address, ip_network

import pytest
from starlette.types import Scope

from numgraph_api.clients import Proxies, address_of, is_hearsay, name_of

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("fd00::/8"), ip_network("127.0.0.1")]


def seen(peer: str | None, trusted: object = TRUSTED, **headers: str) -> Scope:
    """The request as the application sees it."""
    found: list[Scope] = []

    async def app(scope: Scope, receive: object, send: object) -> None:
        found.append(scope)

    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": "http", "client": peer and (peer, 1234), "headers": told}
    asyncio.run(Proxies(app, trusted)(scope, None, None))  # type: ignore[arg-type]
    return found[0]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("192.0.2.1", {}, "192.0.2.1"),
        ("192.0.2.1", {"x_forwarded_for": "198.51.100.1"}, "192.0.2.1"),
        ("10.1.1.1", {"x_forwarded_for": "198.51.100.1"}, "198.51.100.1"),
        ("10.1.1.1", {"x_forwarded_for": "203.0.113.9, 198.51.100.1"}, "198.51.100.1"),
        ("10.1.1.1", {"x_forwarded_for": "203.0.113.9, 198.51.100.1, 10.2.2.2"}, "198.51.100.1"),
        ("10.1.1.1", {"x_forwarded_for": "198.51.100.1:4711"}, "198.51.100.1"),
        ("10.1.1.1", {"x_forwarded_for": "2001:db8::1"}, "2001:db8::1"),
        ("10.1.1.1", {"forwarded": 'for="[2001:db8::1]:4711";proto=https'}, "2001:db8::1"),
        ("10.1.1.1", {"forwarded": "for=203.0.113.9, proto=https;For=198.51.100.1"}, "198.51.100.1"),
        ("10.1.1.1", {"forwarded": "for=198.51.100.1", "x_forwarded_for": "203.0.113.9"}, "198.51.100.1"),
        ("10.1.1.1", {"forwarded": "for=_hidden"}, None),
        ("10.1.1.1", {"x_forwarded_for": "nonsense"}, None),
        ("10.1.1.1", {"x_forwarded_for": ""}, "10.1.1.1"),
        ("::ffff:10.1.1.1", {"x_forwarded_for": "198.51.100.1"}, "198.51.100.1"),
        ("fd00::1", {"x_forwarded_for": "198.51.100.1"}, "198.51.100.1"),
        (None, {"x_forwarded_for": "198.51.100.1"}, None),
    ],
)
def test_the_client_is_the_nearest_that_is_no_trusted_proxy(
    peer: str | None, headers: dict[str, str], client: str | None
) -> None:
    assert address_of(seen(peer, **headers)) == (client and ip_address(client))


def test_without_trusted_proxies_nobody_is_believed() -> None:
    scope = seen("127.0.0.1", (), x_forwarded_for="198.51.100.1", x_forwarded_proto="https")
    assert (address_of(scope), scope["scheme"]) == (ip_address("127.0.0.1"), "http")
    assert is_hearsay(scope)


def test_what_a_trusted_proxy_says_is_used_up() -> None:
    scope = seen("127.0.0.1", x_forwarded_for="198.51.100.1", x_forwarded_proto="https")
    assert scope["scheme"] == "https"
    assert not is_hearsay(scope)
    assert seen("127.0.0.1", forwarded="for=1.2.3.4;proto=javascript")["scheme"] == "http"


def test_an_ipv6_customer_counts_once_and_others_count_apart() -> None:
    assert name_of(ip_address("2001:db8:1:2:3::4")) == name_of(ip_address("2001:db8:1:2::9"))
    assert name_of(ip_address("2001:db8:1:2::1")) != name_of(ip_address("2001:db8:1:3::1"))
    assert name_of(ip_address("192.0.2.1")) == "192.0.2.1"
