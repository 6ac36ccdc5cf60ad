"""From the IRIs of the data to the addresses of this server, which may be another host under another path.

Links are rewritten, data never are. Only http and https ever become an ``href``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

from numgraph.terms import NUM, SCHEMES

_KEY = re.compile(r"[^\s<>\"{}|\\^`\x00-\x20\x7f-\x9f]+")
_PLAIN = re.compile(r"[A-Za-z0-9/_.~-]*")  # nothing to quote, as in nearly every address of a page
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_PATH_SAFE = "/-._~!$&'()*+,;=:@"


@lru_cache(maxsize=4096)
def _encoded(asked: tuple[tuple[str, str | int], ...]) -> str:
    """A query string; the same ones come back on page after page."""
    return urlencode(asked)


def is_key(text: str) -> bool:
    """Whether ``<kind>/<slug>`` can be part of an IRI (RFC 3987): nothing that could leave the angle brackets."""
    return _KEY.fullmatch(text) is not None and "/" in text.strip("/")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses under one root path; what the reader chose by hand (language, edition, view) is carried along."""

    base: str
    root_path: str = ""
    language: str | None = None
    edition: int | None = None
    view: str | None = None

    def to(self, path: str, **query: str | int | None) -> str:
        """A path of this server, such as ``/browse/Person`` with ``page=2``."""
        if not query and _PLAIN.fullmatch(path) and (self.is_plain or path.startswith("/static/")):
            return self.root_path + path
        asked = {name: value for name, value in query.items() if value is not None}
        if not path.startswith("/static/"):
            chosen = {"lang": self.language, "edition": self.edition, "view": self.view}
            asked = {**asked, **{name: value for name, value in chosen.items() if value is not None}}
        path, _, fragment = path.partition("#")
        if not _PLAIN.fullmatch(path):
            path = quote(path, safe=_PATH_SAFE)
        tail = f"?{_encoded(tuple(asked.items()))}" if asked else ""
        return self.root_path + path + tail + (f"#{fragment}" if fragment else "")

    @property
    def is_plain(self) -> bool:
        """Whether the reader chose nothing that links would have to carry along."""
        return self.language is None and self.edition is None and self.view is None

    def doc(self, key: str, suffix: str = "") -> str:
        """The document about ``<kind>/<slug>``."""
        return self.to(f"/doc/{key}{suffix}")

    def key(self, iri: str) -> str | None:
        """``<kind>/<slug>`` of a thing of this dataset; None for every other IRI."""
        things = f"{self.base}/id/"
        return iri.removeprefix(things) if iri.startswith(things) else None

    def href(self, iri: str) -> str | None:
        """Where a click on this IRI may lead; None where following it would be no web address."""
        if (key := self.key(iri)) is not None:
            return self.doc(key)
        for graphs in ("source", "evidence"):
            if iri.startswith(f"{self.base}/{graphs}/"):
                return self.doc("source/" + iri.removeprefix(f"{self.base}/{graphs}/"))
        if iri.startswith(SCHEMES):
            return self.to(f"/scheme/{iri.removeprefix(SCHEMES)}")
        if iri.startswith(NUM):
            return self.to(f"/ontology#{quote(iri.removeprefix(NUM))}")
        return iri if _WEB.fullmatch(iri) else None

    def is_local(self, iri: str) -> bool:
        return iri.startswith((f"{self.base}/", NUM, SCHEMES))
