"""Who asks: the address of a client, as far as it can be believed, and the name under which a client is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_HOUSE = 64  # bits of an IPv6 address that one customer has: the rest is for them to change at will
_PAIR = re.compile(r'(?:^|;)\s*(for|proto)\s*=\s*("[^"]*"|[^;,\s]*)', re.IGNORECASE)
_PORT = re.compile(r"(\[.*\]|[^:]*)(?::\d+)?")  # [v6]:port or v4:port; a bare v6 address is neither
_HEARSAY = (b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"via")


class Proxies:
    """ASGI middleware that believes trusted proxies, and nobody else, for whom and over what they ask.

    Their headers (Forwarded, RFC 7239, or else X-Forwarded-For and -Proto) become the client and the scheme of the
    request, and are used up by that: what stands in a request afterwards is hearsay.
    """

    def __init__(self, app: ASGIApp, trusted: Collection[Network]) -> None:
        self.app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = address_of(scope) if scope["type"] == "http" and self._trusted else None
        if peer is not None and is_in(peer, self._trusted):
            scope = self._believed(scope, peer)
        await self.app(scope, receive, send)

    def _believed(self, scope: Scope, peer: Address) -> Scope:
        """The request as its proxies tell it, from the nearest to the first that is not trusted."""
        client: Address | None = peer
        scheme = scope["scheme"]
        for address, proto in reversed(_hops(scope)):
            if client is None or not is_in(client, self._trusted):
                break
            client, scheme = _address(address), proto if proto in {"http", "https"} else scheme
        rest = [(name, value) for name, value in scope["headers"] if name not in _HEARSAY]
        return {**scope, "client": client and (str(client), 0), "scheme": scheme, "headers": rest}


def address_of(scope: Scope) -> Address | None:
    """The address that a request comes from; None where nothing tells, as with a socket in the file system."""
    return _address((scope.get("client") or ("",))[0])


def is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def is_hearsay(scope: Scope) -> bool:
    """Whether somebody says to ask for somebody else, and is no trusted proxy."""
    return any(name in _HEARSAY for name, _ in scope["headers"])


def name_of(address: Address | None) -> str:
    """The name under which an address is counted: itself, or for IPv6 its network of 64 bits."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HOUSE), strict=False))
    return str(address or "unknown")


def _hops(scope: Scope) -> list[tuple[str, str]]:
    """For whom and over what each proxy asks, the farthest first."""
    told = _field(scope, b"forwarded")
    if told:
        pairs = [{name.lower(): value.strip('"') for name, value in _PAIR.findall(one)} for one in told.split(",")]
        return [(pair.get("for", ""), pair.get("proto", "").lower()) for pair in pairs]
    addresses = _field(scope, b"x-forwarded-for").split(",")
    protos = _field(scope, b"x-forwarded-proto").lower().split(",")
    protos = [*[""] * (len(addresses) - len(protos)), *protos][-len(addresses) :]
    return [(address, proto.strip()) for address, proto in zip(addresses, protos, strict=True) if address.strip()]


def _field(scope: Scope, wanted: bytes) -> str:
    return b",".join(value for name, value in scope["headers"] if name == wanted).decode("latin-1")


def _address(text: str) -> Address | None:
    text = text.strip().strip('"')
    found = _PORT.fullmatch(text)
    try:
        address = ip_address((found[1] if found else text).strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
