"""Whose word counts: the agreed reading, all sources side by side, or one alone. One switch for pages and queries.

``?view=`` is ``agreed`` (the default), ``all`` or ``source:<id>``. To SPARQL, ``source:<id>`` is a short name for a
dataset of the protocol (section 2.1.4), and any client can say the same with ``default-graph-uri``. ``all`` makes every
graph of the store one: the agreed, what each source says, evidence, catalogue. A statement then counts once for each
graph that holds it, so that DISTINCT is advised. Naming the graphs of all sources instead would be purer and is
possible, but a join over 2,000 sources was measured at 9 s instead of 0.04 s. Pages do keep to the sources' graphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from numgraph.iris import Namespace

from .answers import Term
from .faults import BadRequest

if TYPE_CHECKING:  # they know the site, which knows the views
    from .display import Reader
    from .naming import Names

AGREED, ALL, SOURCE = "agreed", "all", "source:"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")


@dataclass(frozen=True, slots=True)
class View:
    """``source`` is the id of the one source that speaks; None in the views of all and of the agreed graph."""

    name: str = AGREED
    source: str | None = None

    @property
    def is_agreed(self) -> bool:
        return self.name == AGREED

    @property
    def is_union(self) -> bool:
        return self.name == ALL

    def default_graphs(self, namespace: Namespace) -> tuple[str, ...]:
        """The default graph's parts where they are not the store's own."""
        return () if self.source is None else (namespace.source_graph(self.source),)

    def named_graphs(self, namespace: Namespace) -> tuple[str, ...]:
        """The named graphs that can be asked beside those; none where all can."""
        if self.source is None:
            return ()
        own = (namespace.source_graph(self.source), namespace.evidence_graph(self.source))
        return (*own, namespace.graph("catalogue"))


AGREED_VIEW = View()


def parse(text: str | None) -> View:
    """The view that ``?view=`` names. Raises BadRequest.

    >>> parse("source:a-press-release-0a1b2c3d").source
    'a-press-release-0a1b2c3d'
    """
    if text in {None, "", AGREED}:
        return AGREED_VIEW
    if text == ALL:
        return View(ALL)
    source = str(text).removeprefix(SOURCE)
    if source == text or not _ID.fullmatch(source):
        raise BadRequest(f"view is agreed, all or source:<id of a source>, not {str(text)[:80]!r}")
    return View(str(text), source)


@dataclass(frozen=True, slots=True)
class Choice:
    """One position of the switch."""

    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """The positions on a thing's page: agreed, all sources, and each source that speaks of it."""

    whole: list[Choice]
    sources: list[Choice]
    note: str | None

    @property
    def is_one_source(self) -> bool:
        return any(one.is_current for one in self.sources)


def switch(view: View, key: str, sources: Iterable[str], names: Names, reader: Reader) -> Switch:
    """``sources`` are IRIs of those that speak of the thing ``key``."""

    def choice(name: str, text: str) -> Choice:
        links = replace(reader.links, view=None if name == AGREED else name)
        return Choice(text, links.doc(key), name == view.name)

    def title(iri: str) -> str:
        return reader.show(Term("uri", iri), names.label(iri)).text

    things = f"{reader.links.base}/id/source/"
    speaking = [one for one in sources if one.startswith(things)]
    if view.source is not None and (own := things + view.source) not in speaking:
        speaking.append(own)
    say = reader.wording.say
    whole = [choice(AGREED, say("view_agreed")), choice(ALL, say("view_all"))]
    offered = [choice(SOURCE + iri.removeprefix(things), title(iri)) for iri in speaking]
    if view.source is not None:
        return Switch(whole, offered, say("view_note_source", source=title(things + view.source)))
    return Switch(whole, offered, None if view.is_agreed else say("view_note_all"))
