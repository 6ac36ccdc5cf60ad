"""A small graph from hand-made readings, and a real server over it on a free loopback port.

The server runs under uvicorn in a thread, so that streaming, HEAD and broken connections are the real thing.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from pyoxigraph import Literal, NamedNode, Quad

from numgraph import resources
from numgraph.dataset import Reading, assemble
from numgraph.model import Block, BlockKind, Claim, Document, Entity, Evidence, Field, Modality, Value
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore
from numgraph.terms import DCTERMS, PROV, XSD, num
from numgraph_api.app import create_app

NUM = Entity("network/num", "Netzwerk Universitätsmedizin", "Network", "de", ("NUM",), known=True)
PHASE = Entity("funding-phase/num-3", "dritte Förderphase des NUM", "FundingPhase", "de", ("NUM 3.0",))
BMFTR = Entity("funder/bmftr", "Bundesministerium für Forschung, Technologie und Raumfahrt", "Funder", "de", ("BMFTR",))
DRESDEN = Entity("organisation/hochschulmedizin-dresden", "Hochschulmedizin Dresden", "Organisation", "de", ("HSMD",))
HOMBURG = Entity("university-hospital/homburg", "Universitätsklinikum des Saarlandes", "UniversityHospital", "de")
RACOON = Entity("infrastructure/racoon", "RACOON", "Infrastructure", known=True)
NUKLEUS = Entity("infrastructure/nukleus", "NUKLEUS", "Infrastructure", known=True)
AKTIN = Entity("infrastructure/aktin", "AKTIN", "Infrastructure", known=True)
RARE = Entity("research-project/num4rare", "NUM4Rare", "ResearchProject", known=True)
WEBER = Entity("person/clara-weber", "Clara Weber", "Person")
TU = Entity("university/tu-dresden", "Technische Universität Dresden", "University", "de", ("TU Dresden",))
NASTY = Entity("organisation/markup", "<script>alert(1)</script> & \u202eevil", "Organisation")

# What extraction would refuse, but a foreign data set could bring along.
_MARKUP = NamedNode("https://w3id.org/numgraph/id/organisation/markup")
HOSTILE = (
    Quad(_MARKUP, NamedNode(num("website")), Literal("javascript:alert(1)", datatype=NamedNode(XSD + "anyURI"))),
    Quad(_MARKUP, NamedNode(num("partnerOf")), NamedNode("javascript:alert(2)")),
    Quad(_MARKUP, NamedNode(num("goal")), Literal('"><img src=x onerror=alert(3)>' + "long " * 100_000)),
)

# name, title, date, what it says: sentence, then (subject, predicate, object, further fields of Claim)
SOURCES = (
    (
        "neue-phase",
        "Das Netzwerk geht in seine nächste Runde",
        "2025-07-01",
        (
            (
                "Die dritte Förderphase des NUM bringt 160 Millionen Euro vom Bund; sie endet am 31. Dezember 2030.",
                (PHASE, "fundingEnd", Value("2030-12-31", "date"), {}),
                (PHASE, "fundingAmount", Value("160000000", "money", currency="EUR"), {}),
                (PHASE, "phaseOf", NUM, {}),
            ),
            (
                "Das Netzwerk fördert das Bundesministerium für Forschung, Technologie und Raumfahrt (BMFTR).",
                (NUM, "fundedBy", BMFTR, {}),
                (PHASE, "fundedBy", BMFTR, {"confidence": 0.8}),
            ),
            (
                "Die Hochschulmedizin Dresden wirkt an RACOON und NUKLEUS mit.",
                (DRESDEN, "participatesIn", RACOON, {}),
                (DRESDEN, "participatesIn", NUKLEUS, {}),
                (DRESDEN, "countOfInfrastructures", Value("2", "integer"), {}),
            ),
            (
                "Prof. Dr. Clara Weber leitet NUM4Rare an der TU Dresden.",
                (WEBER, "leads", RARE, {}),
                (WEBER, "role", Value("Leiterin", language="de"), {"at": TU}),
                (WEBER, "academicTitle", Value("Prof. Dr."), {}),
            ),
            (
                "Ansprechpartnerin: Clara Weber, Telefon 0351 1234567, E-Mail clara.weber(at)example.org",
                (WEBER, "phone", Value("+493511234567", "phone"), {}),
                (WEBER, "email", Value("clara.weber@example.org", "email"), {}),
            ),
            (
                "Geplant ist, dass sich auch Homburg an AKTIN beteiligt.",
                (HOMBURG, "participatesIn", AKTIN, {"modality": Modality.PLANNED}),
            ),
        ),
    ),
    (
        "bericht-aus-dresden",
        "Dresden baut seine Beteiligung aus",
        "2026-01-30",
        (
            (
                "In der laufenden Förderphase NUM 3.0 (bis 30.06.2030) trägt Dresden viel bei.",
                (PHASE, "fundingEnd", Value("2030-06-30", "date"), {}),
            ),
            (
                "Der Standort ist nun an RACOON, NUKLEUS und AKTIN beteiligt.",
                (DRESDEN, "participatesIn", RACOON, {"confidence": 0.9}),
                (DRESDEN, "participatesIn", NUKLEUS, {"confidence": 0.9}),
                (DRESDEN, "participatesIn", AKTIN, {"confidence": 0.9}),
                (DRESDEN, "countOfInfrastructures", Value("3", "integer"), {"confidence": 0.9}),
            ),
        ),
    ),
    (
        "ueber-das-netzwerk",
        "Über das Netzwerk",
        None,
        (
            (
                "Die dritte Förderphase läuft von Juli 2025 bis Juli 2030 und umfasst 100 % der Standorte.",
                (PHASE, "fundingEnd", Value("2030-07", "gYearMonth"), {}),
                (PHASE, "fundingStart", Value("2025-07", "gYearMonth"), {}),
            ),
            (
                "Hinweis: <script>alert(1)</script> & \u202eevil gehört dazu.",
                (NASTY, "memberOf", NUM, {}),
                (NASTY, "website", Value("javascript:alert(1)", "url"), {}),
            ),
        ),
    ),
)


def reading(name: str, title: str, date: str | None, says: tuple) -> Reading:
    """A document whose lines are the given sentences, with the claims that each line carries."""
    text = f"{title}\n{date or 'ohne Datum'}\n\n" + "".join(f"{one[0]}\n\n" for one in says)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    fields = [Field("title", title, 0, len(title))]
    if date:
        fields.append(Field("published_on", date, len(title) + 1, len(title) + 1 + len(date)))
    blocks = (Block(BlockKind.HEADLINE, 0, len(title)), Block(BlockKind.BODY, len(title) + 1, len(text)))
    document = Document(
        f"{name}-{sha256[:8]}", f"{name}.txt", text, blocks, "de", "by hand", "text/plain", sha256, tuple(fields)
    )
    return Reading(document, tuple(_claims(document, says)), text.encode())


def _claims(document: Document, says: tuple) -> Iterator[Claim]:
    about_itself = Evidence.at(document, 0, document.text.index("\n"))
    yield Claim(None, "publisher", TU, about_itself, "layout", 0.95)
    for sentence, *facts in says:
        start = document.text.index(sentence)
        evidence = Evidence.at(document, start, start + len(sentence))
        for subject, predicate, value, options in facts:
            yield Claim(subject, predicate, value, evidence, "by hand", **{"confidence": 0.95, **options})


def commit(data: Path, settings: Settings) -> None:
    dataset = assemble([reading(*one) for one in SOURCES], settings, resources.ontology(), resources.shapes())
    quads = (*dataset.quads, *HOSTILE)
    EmbeddedStore(data).commit(quads, message="Sample", author="tests", archive=dataset.archive)


@pytest.fixture(scope="session")
def sample() -> Callable[[], list[Reading]]:
    """The readings that the sample graph is made of."""
    return lambda: [reading(*one) for one in SOURCES]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one edition."""
    folder = tmp_path_factory.mktemp("data")
    commit(folder, Settings(data=folder))
    return folder


class Serving(uvicorn.Server):
    """A server in a thread; it leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a server with these settings."""
    server = Serving(uvicorn.Config(create_app(settings), log_level="critical", ws="none", proxy_headers=False))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        try:
            assert server.started, "the server did not start within 20 seconds"
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="session")
def serve() -> Callable[[Settings], AbstractContextManager[str]]:
    """Serves with settings of its own: ``with serve(Settings(...)) as address``."""
    return serving


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[str]:
    with serving(Settings(data=data, time_limit=2.5)) as address:
        yield address


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=20) as client:
        yield client


def by_hand() -> Iterator[Quad]:
    """What stewards will leave in the catalogue: things merged into others, and one that was erased."""
    catalogue = NamedNode("https://w3id.org/numgraph/graph/catalogue")
    things = "https://w3id.org/numgraph/id/"
    replaced, erased = NamedNode(DCTERMS + "isReplacedBy"), NamedNode(PROV + "wasInvalidatedBy")
    for old, new in (
        ("infrastructure/racoon-old", "infrastructure/racoon-older"),
        ("infrastructure/racoon-older", "infrastructure/racoon"),
        ("infrastructure/this-way", "infrastructure/that-way"),
        ("infrastructure/that-way", "infrastructure/this-way"),
    ):
        yield Quad(NamedNode(things + old), replaced, NamedNode(things + new), catalogue)
    yield Quad(NamedNode(things + "person/erased"), erased, NamedNode(things + "ruling/1"), catalogue)


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with three editions, of which the first is kept no more. The second lacks one source of three."""
    folder = tmp_path_factory.mktemp("past")
    settings, store = Settings(data=folder), EmbeddedStore(folder, keep=2)
    readings = [reading(*one) for one in SOURCES]
    for number, (part, extra) in enumerate(((readings[:1], ()), (readings[:2], ()), (readings, by_hand())), start=1):
        dataset = assemble(part, settings, resources.ontology(), resources.shapes())
        store.commit((*dataset.quads, *extra), message=f"Stand {number}", author="tests", archive=dataset.archive)
    return folder


@pytest.fixture(scope="session")
def later(past: Path) -> Iterator[httpx.Client]:
    """A client of a server over ``past``."""
    with serving(Settings(data=past)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client
