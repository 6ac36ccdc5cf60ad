"""The rules. Each is a small function from a context to claims; a new one is a function and a line in ``RULES``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from numgraph.extraction.context import Context
from numgraph.extraction.rules import (
    clauses,
    contacts,
    counting,
    events,
    factsheet,
    funding,
    grids,
    lists,
    metadata,
    participation,
    reach,
    relations,
    roles,
    units,
)
from numgraph.model import Claim

Rule = Callable[[Context], Iterator[Claim]]

RULES: tuple[Rule, ...] = (
    metadata.fields,
    contacts.cards,
    roles.appositions,
    funding.phases,
    funding.phases_by_network,
    funding.works,
    funding.durations,
    factsheet.labelled,
    grids.projects,
    participation.counted_lists,
    lists.members,
    lists.goals,
    lists.partners,
    lists.courses,
    events.happenings,
    events.programme,
    reach.in_text,
    relations.phrases,
    clauses.frames,
    counting.counts,
    units.parts,
)
