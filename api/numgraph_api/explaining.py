"""Why an inferred statement holds: the rule, its premises, and at the end of each path the sentences that say them.

The closure of the whole graph is not needed for one statement. The statements around it are asked for, widened step by
step until the rules reach it; the rules run on a thread, beside the event loop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import anyio.to_thread

from numgraph import explanation, formats, resources
from numgraph.explanation import Node, Reason
from numgraph.iris import Namespace

from . import asking, evidence, naming, queries
from .answers import Term
from .display import Reader, Shown, compact, expand
from .evidence import Note, Notes, Said
from .faults import BadRequest
from .links import is_key
from .protocol import Asked
from .site import Site

STEPS = 4  # how far from the statement premises are looked for
MOST_NODES = 200  # things looked at in one step
MOST_STATEMENTS = 20_000  # bytes of N-Triples are bounded by this many
LARGEST = 8_000_000  # bytes
DEEPEST = 12  # premises of premises shown
_RULES = (
    "rule_cax-sco", "rule_prp-spo1", "rule_prp-dom", "rule_prp-rng", "rule_prp-trp", "rule_prp-symp", "rule_prp-inv1",
    "rule_prp-inv2", "rule_prp-spo2", "rule_prp-eqp1", "rule_prp-eqp2", "rule_cax-eqc1", "rule_cax-eqc2",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A statement of the explanation. One without a rule is said by sources, or stands in the ontology."""

    subject: Shown
    predicate: Shown
    object: Shown
    rule: str | None  # its name in OWL 2 RL, "prp-rng"
    rule_words: str | None  # key of the wording
    is_axiom: bool
    premises: list[Step] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the page needs; ``step`` is None where the explanation was not found."""

    key: str
    thing: Shown
    subject: Shown
    predicate: Shown
    object: Shown
    step: Step | None
    query: str


async def load(site: Site, reader: Reader, key: str, prefixed: str, value: str) -> Explanation:
    """The explanation of one statement about ``key``. Raises BadRequest for what is no statement."""
    thing = site.namespace.thing(key) if is_key(key) else ""
    wanted = explanation.statement(thing, expand(prefixed), value) if thing else None
    if wanted is None:
        raise BadRequest("give ?property= as a prefixed name and ?value= as Turtle writes it")
    found = await site.kept(("why", str(wanted)), lambda: _explained(site, wanted))
    whole = list(found or [explanation.plain(wanted)])
    claims = await _claims(site, [one for one in whole if one.rule is None])
    iris = {iri for one in whole for iri in one.iris} | {one.source for one in claims}
    names = await naming.look_up(site, iris, reader.language)
    show = _Showing(site.namespace, reader, names, Notes(reader, names, site.wordings), claims)
    subject, predicate, value_shown = show.parts(whole[0])
    return Explanation(
        key=key,
        thing=subject,
        subject=subject,
        predicate=predicate,
        object=value_shown,
        step=show.step(found) if found else None,
        query=f"SELECT ?p ?o WHERE {{ {queries.iri(thing)} ?p ?o }}",
    )


async def _explained(site: Site, wanted: Any) -> Reason | None:
    """The derivation, from as small a part of the graph as has one."""
    axioms = await site.kept("axioms", _axioms)
    known: frozenset[Any] = frozenset()
    seen: set[str] = set()
    frontier = explanation.plain(wanted).iris
    for _ in range(STEPS):
        frontier = {one for one in frontier - seen if one.startswith(site.namespace.thing(""))}
        if not frontier:
            return None
        asked = sorted(frontier)[:MOST_NODES]
        seen.update(asked)
        known, frontier = await _widened(site, known, asked)
        found = await anyio.to_thread.run_sync(explanation.explain, wanted, known, axioms)
        if found is not None:
            return found
    return None


async def _axioms() -> tuple[Any, ...]:
    return await anyio.to_thread.run_sync(explanation.axioms, resources.ontology())


async def _widened(site: Site, known: frozenset[Any], nodes: Iterable[str]) -> tuple[frozenset[Any], set[str]]:
    """What is known with the asserted statements that touch ``nodes``, and the IRIs in these."""
    query = queries.around(nodes, site.namespace, limit=MOST_STATEMENTS)
    data = await asking.collect(site.pool, Asked(query), formats.N_TRIPLES, largest=LARGEST)
    around = await anyio.to_thread.run_sync(explanation.statements, data)
    return known | around, {iri for one in around for iri in explanation.plain(one).iris}


async def _claims(site: Site, leaves: Iterable[Reason]) -> list[Said]:
    """The claims behind the statements that the explanation ends in."""
    here = sorted({one.subject.value for one in leaves if one.subject.value.startswith(site.namespace.thing(""))})
    if not here:
        return []
    return [evidence.said(row) for row in await site.select(queries.claims_of(here[:MOST_NODES]))]


@dataclass(frozen=True, slots=True)
class _Showing:
    """Turns a derivation into what the page shows."""

    namespace: Namespace
    reader: Reader
    names: naming.Names
    notes: Notes
    claims: list[Said]

    def step(self, reason: Reason, depth: int = 0) -> Step:
        subject, predicate, value = self.parts(reason)
        ordered = sorted(reason.premises, key=self._is_axiom)  # what is said before what is defined
        return Step(
            subject,
            predicate,
            value,
            rule=reason.rule,
            rule_words=_words(reason.rule),
            is_axiom=reason.rule is None and self._is_axiom(reason),
            premises=[self.step(one, depth + 1) for one in ordered] if depth < DEEPEST else [],
            notes=self._notes(reason) if reason.rule is None else [],
        )

    def parts(self, reason: Reason) -> tuple[Shown, Shown, Shown]:
        return self._show(reason.subject), self._show(Node("uri", reason.predicate)), self._show(reason.object)

    def _is_axiom(self, reason: Reason) -> bool:
        return not reason.subject.value.startswith(self.namespace.thing(""))

    def _show(self, part: Node) -> Shown:
        if part.kind == "bnode":
            return Shown("…")
        if part.kind == "uri" and self.reader.links.key(part.value) is None:
            href = self.reader.links.href(part.value)
            named = self.reader.terms(part.value, self.reader.language) or compact(part.value) or part.value
            return Shown(named, href, external=href == part.value and not self.reader.links.is_local(part.value))
        return self.reader.show(_term(part), self.names.label(part.value) if part.kind == "uri" else None)

    def _notes(self, reason: Reason) -> list[Note]:
        """The sentences that say a statement, each once, three at most."""
        said = [one for one in self.claims if one.counts and _says(one, reason)]
        for one in said:
            self.notes.voice(one)
        return self.notes.of(said)[:3]


def _term(part: Node) -> Term:
    return Term(part.kind, part.value, part.datatype, part.language)


def _says(one: Said, reason: Reason) -> bool:
    same = (one.subject.value, one.predicate) == (reason.subject.value, reason.predicate)
    return same and one.object.value == reason.object.value


def _words(rule: str | None) -> str | None:
    """The key of the words for a rule."""
    if rule is None:
        return None
    if f"rule_{rule}" in _RULES:
        return f"rule_{rule}"
    return "rule_cls" if rule.startswith("cls-") else "rule_scm" if rule.startswith("scm-") else "rule_other"
