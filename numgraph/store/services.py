"""Where an allowed SERVICE may be: nowhere private, unless the operator listed that very address.

A name on the allow-list is under somebody else's control: whoever answers for it could point it at this machine or
its neighbours. Redirects are no way around either, for the engine follows none (a test holds it to that). Workers
import this module: it stays light.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from numgraph.errors import RefusedQuery


def expect_public(endpoint: str) -> None:
    """Raises RefusedQuery for an endpoint whose name leads to an address that is not on the open internet."""
    host = urlsplit(endpoint).hostname or ""
    if host == "localhost" or _is_number(host):
        return  # listed as what it is
    try:
        found = {str(row[4][0]) for row in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return  # the engine will not find it either, and says so
    private = next((one for one in sorted(found) if not ip_address(one).is_global), None)
    if private is not None:
        raise RefusedQuery(f"SERVICE asks {host}, which is at the private address {private}; allow it by that address")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
