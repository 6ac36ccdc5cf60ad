"""A large graph of this domain, made up and always the same: press releases that name people, projects and money.

Documents go through the project's own corridor (mapping, agreement, entailment), so that the graph has the shape of
real ones: few hubs with thousands of links, many small things, conflicts, and a claim with its sentence for each fact.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

from numgraph import indexing, resources
from numgraph.dataset import assemble
from numgraph.iris import Namespace, slug
from numgraph.model import Block, BlockKind, Claim, Document, Entity, Evidence, Field, Reading, Value
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.store.protocol import Edition

_ERRORS = 0.05  # of all sources
QUADS_PER_DOCUMENT = 500  # measured; what turns a wanted size into a number of documents
FIRST = ("Clara", "Jonas", "Miriam", "Lukas", "Anneke", "Tariq", "Ilse", "Pieter", "Sofia", "Emil", "Greta", "Noah")
LAST = ("ber", "dor", "fal", "gru", "hin", "kes", "lam", "mer", "nol", "pil", "ros", "sten", "tur", "wal", "zin")
CITIES = ("Dresden", "Mainz", "Kiel", "Utrecht", "Leiden", "Ulm", "Jena", "Bonn", "Essen", "Halle", "Gent", "Graz")
TOPICS = ("Herz", "Lunge", "Register", "Bilddaten", "Sepsis", "Long COVID", "Onkologie", "Pflege", "Genom", "Notfall")
Fact = tuple[Entity, str, Entity | Value]
NETWORK = Entity("network/num", "Netzwerk Universitätsmedizin", "Network", "de", ("NUM",), known=True)


def document(number: int, wanted: int) -> Reading:
    """Press release ``number`` of ``wanted``: about 13 claims in seven sentences."""
    chance = random.Random(number)  # noqa: S311 - made-up data, the same each time
    sentences = list(_sentences(number, wanted, chance))
    title = f"Neues aus {chance.choice(CITIES)}: Meldung {number}"
    date = f"{2019 + number % 8}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    text = f"{title}\n{date}\n\n" + "".join(f"{sentence}\n\n" for sentence, _ in sentences)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    fields = (Field("title", title, 0, len(title)), Field("published_on", date, len(title) + 1, len(title) + 11))
    blocks = (Block(BlockKind.HEADLINE, 0, len(title)), Block(BlockKind.BODY, len(title) + 1, len(text)))
    made = Document(
        f"{slug(title)}-{sha256[:8]}", f"{number}.txt", text, blocks, "de", "made up", "text/plain", sha256, fields
    )
    return Reading(made, tuple(_claims(made, sentences)), text.encode())


def _sentences(number: int, wanted: int, chance: random.Random) -> Iterator[tuple[str, list[Fact]]]:
    hospital = _hospital(chance.randrange(60))
    which = chance.randrange(max(1, wanted // 4))
    project = _project(which)
    infrastructure = _infrastructure(chance.randrange(40))
    leader, voice = _person(chance.randrange(wanted)), _person(chance.randrange(wanted))
    error = chance.random() < _ERRORS  # then this source contradicts the others
    funder, amount, end = _funder(which % 25), (which % 900 + 1 + error) * 10_000, 2026 + (which + error) % 8
    yield (
        f"{leader.label} leitet das Projekt {project.label} am {hospital.label}, das mit vielen Partnern arbeitet.",
        [(leader, "leads", project), (project, "hostedAt", hospital), (leader, "memberOf", hospital)],
    )
    yield (
        f"Das Vorhaben {project.label} wird von {funder.label} gefördert und läuft bis {end}.",
        [(project, "fundedBy", funder), (project, "fundingEnd", Value(f"{end}-12-31", "date"))],
    )
    yield (
        f"Für {project.label} stehen {amount} Euro bereit; es gehört zu {infrastructure.label}.",
        [
            (project, "fundingAmount", Value(str(amount), "money", currency="EUR")),
            (project, "partOf", infrastructure),
        ],
    )
    yield (
        f"{hospital.label} beteiligt sich an {infrastructure.label} und am Netzwerk Universitätsmedizin.",
        [(hospital, "participatesIn", infrastructure), (hospital, "memberOf", NETWORK)],
    )
    yield (
        f"Auch {voice.label} gehört dazu, sagt Nummer {number}; das Netzwerk trägt {project.label} mit.",
        [(voice, "memberOf", hospital), (project, "partOf", NETWORK)],
    )
    yield (
        f"Fragen beantwortet {voice.label} unter m{number}@example.org.",
        [(voice, "email", Value(f"m{number}@example.org", "email"))],
    )


def _claims(made: Document, sentences: list[tuple[str, list[Fact]]]) -> Iterator[Claim]:
    for sentence, facts in sentences:
        start = made.text.index(sentence)
        evidence = Evidence.at(made, start, start + len(sentence))
        for subject, predicate, value in facts:
            yield Claim(subject, predicate, value, evidence, "made up", 0.95)


def _person(number: int) -> Entity:
    name = f"{FIRST[number % len(FIRST)]} {_surname(number)}"
    return Entity(f"person/{slug(name)}-{number}", name, "Person")


def _surname(number: int) -> str:
    parts = [LAST[number % 15], LAST[number // 15 % 15], LAST[number // 225 % 15]]
    return "".join(parts).capitalize()


def _project(number: int) -> Entity:
    label = f"{TOPICS[number % len(TOPICS)]} {_surname(number)} {number}"
    return Entity(f"research-project/{slug(label)}", label, "ResearchProject", "de", (f"P{number}",))


def _hospital(number: int) -> Entity:
    label = f"Universitätsklinikum {CITIES[number % len(CITIES)]} {number}"
    return Entity(f"university-hospital/{slug(label)}", label, "UniversityHospital", "de", (f"UK{number}",))


def _infrastructure(number: int) -> Entity:
    return Entity(f"infrastructure/infra-{number}", f"INFRA {number}", "Infrastructure")


def _funder(number: int) -> Entity:
    return Entity(f"funder/geber-{number}", f"Geldgeber {number}", "Funder", "de")


def build(folder: Path, quads: int, editions: int = 1) -> Edition:
    """A data folder with about ``quads`` statements, made unless it is there already."""
    store = EmbeddedStore(folder)
    if not (folder / "current").exists():
        settings, wanted = Settings(data=folder), max(1, quads // QUADS_PER_DOCUMENT)
        readings = [document(number, wanted) for number in range(wanted)]
        dataset = assemble(readings, settings, resources.ontology(), resources.shapes())
        said = {"author": "bench", "archive": dataset.archive, "attach": indexing.of(dataset, Namespace(settings.base))}
        for number in range(1, editions + 1):
            store.commit(dataset.quads, message=f"Made up, {number}", **said)
    return store.current()
