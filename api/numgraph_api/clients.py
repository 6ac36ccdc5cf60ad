"""Who asks: the address of a client, as far as it can be believed, and the network that counts as one client."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from starlette.types import Scope

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_HOUSE = 64  # bits of an IPv6 address that one customer has: the rest is for them to change at will
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*("[^"]*"|[^;,\s]*)', re.IGNORECASE)
_PORT = re.compile(r"(\[.*\]|[^:]*)(?::\d+)?")  # [v6]:port or v4:port; a bare v6 address is neither
_FORWARDING = (b"forwarded", b"x-forwarded-for", b"via")


def address_of(scope: Scope, trusted: Collection[Network]) -> Address | None:
    """The address that a request comes from; None where nothing tells, as with a socket in the file system.

    Only a trusted proxy is believed when it says for whom it asks (Forwarded, RFC 7239, or else X-Forwarded-For), from
    the nearest hop to the farthest, up to the first that is no such proxy.
    """
    peer = _address((scope.get("client") or ("",))[0])
    for hop in reversed(_hops(scope)):
        if peer is None or not is_in(peer, trusted):
            break
        peer = _address(hop)
    return peer


def is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def is_forwarded(scope: Scope) -> bool:
    """Whether somebody says to ask for somebody else."""
    return any(name in _FORWARDING for name, _ in scope["headers"])


def name_of(address: Address | None) -> str:
    """The name under which an address is counted: itself, or for IPv6 its network of 64 bits."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HOUSE), strict=False))
    return str(address or "unknown")


def _hops(scope: Scope) -> list[str]:
    told = [value.decode("latin-1") for name, value in scope["headers"] if name == b"forwarded"]
    if told:
        return [found[1] if (found := _FOR.search(one)) else "" for one in ",".join(told).split(",")]
    told = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return ",".join(told).split(",") if told else []


def _address(text: str) -> Address | None:
    text = text.strip().strip('"')
    found = _PORT.fullmatch(text)
    try:
        address = ip_address((found[1] if found else text).strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
