"""Headers that every answer carries, and CORS for whoever wants to read from a script on another site.

Written as plain ASGI: a response that is aborted half-way must stay aborted, and a buffering middleware would hide it.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# No inline script or style, nothing from other hosts, no embedding in other sites' frames (CSP Level 3).
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Any origin may read, none with credentials: there is nothing here that a cookie would open (Fetch, "CORS protocol").
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Allow, Cache-Status, ETag, Last-Modified, Link, Location, Retry-After, WWW-Authenticate, X-Numgraph-Edition, "
        "X-Numgraph-Row-Limit"
    ),
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Match"
    ),
    "Access-Control-Max-Age": "86400",
}


class Headers:
    """ASGI middleware that adds the security and CORS headers and answers preflight requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name, value in {**SECURITY, **CORS}.items():
                    found.setdefault(name, value)
            await send(message)

        if scope["method"] == "OPTIONS" and _is_preflight(scope):
            await _answer_preflight(send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def _is_preflight(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])


async def _answer_preflight(send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in PREFLIGHT.items()]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class RootPath:
    """ASGI middleware for a server that a proxy publishes under a path, whether or not the proxy cuts the path off.

    The ASGI specification wants ``path`` to hold the whole path and ``root_path`` its beginning.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app = app
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.path and scope["type"] == "http":
            found = scope["path"]
            is_whole = found == self.path or found.startswith(self.path + "/")
            scope = {**scope, "root_path": self.path, "path": found if is_whole else self.path + found}
        await self.app(scope, receive, send)
