"""A language is a module of words: another one is found where it lies and read with, and no code knows of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from numgraph.extraction.languages import codes

PACKS = Path(__file__).resolve().parent / "packs"
# In a process of its own: what the packs say is read once and kept.
READ = """
import json, sys
from numgraph.extraction import Gazetteer, extract, languages
languages.__path__.append(sys.argv[1])
from numgraph.model import Entity
from numgraph.sources import read_bytes
claims = extract(read_bytes(sys.stdin.buffer.read(), "texte.txt"), Gazetteer.empty())
name = lambda node: node.label if isinstance(node, Entity) else node.value
print(json.dumps([[name(c.subject) if c.subject else "doc", c.predicate, name(c.object)] for c in claims]))
"""
TEXT = """Nouvelles de la côte

Le réseau LOINTAIN a été fondé en mai 2019.
Le projet ALGUE est financé par la Fondation Marée avec 2,5 millions d'euros.
L'Université de Portclair est membre du réseau LOINTAIN. Le projet ECUME n'est pas financé par la Fondation Marée.

Le projet VAGUE a débuté le 1 mars 2024. VAGUE est financé pour deux ans par la Fondation Marée.
Les chercheurs de Portclair participent au projet VAGUE.

Projet | Financeur | Montant | Responsable
DUNE | Fondation Marée | 1,5 millions d'euros | Dr Bo Sable
SABLE | Fondation Marée | 2 millions d'euros, demandé | Dr Cy Galet

Contact

Prof. Ada Phare
Directrice de l'Institut du Littoral
Quai Nord 12
75001 Portclair
Tél. : +33 1 99 00 12 34
ada.phare@example.org
"""


@pytest.fixture(scope="module")
def claims():
    command = [sys.executable, "-c", READ, str(PACKS)]
    done = subprocess.run(command, input=TEXT.encode(), capture_output=True, check=True, timeout=120)
    return [tuple(claim) for claim in json.loads(done.stdout)]


@pytest.mark.parametrize(
    "claim",
    [
        ("LOINTAIN", "foundedOn", "2019-05"),
        ("ALGUE", "fundedBy", "Fondation Marée"),
        ("ALGUE", "fundingAmount", "2500000"),
        ("Ada Phare", "academicTitle", "Prof."),
        ("Ada Phare", "phone", "+33199001234"),
        ("Ada Phare", "email", "ada.phare@example.org"),
        ("Université de Portclair", "memberOf", "LOINTAIN"),
        ("VAGUE", "fundingStart", "2024-03-01"),
        ("VAGUE", "fundingEnd", "2026-02-28"),
        ("DUNE", "fundedBy", "Fondation Marée"),
        ("DUNE", "fundingAmount", "1500000"),
        ("Bo Sable", "leads", "DUNE"),
        ("Ada Phare", "address", "Quai Nord 12, 75001 Portclair"),
    ],
)
def test_a_pack_from_elsewhere_is_enough_to_read_its_language(claims, claim):
    assert claim in claims


def test_what_that_language_denies_is_no_fact(claims):
    assert not [claim for claim in claims if claim[0] in ("ECUME", "SABLE")]


def test_the_package_brings_three_languages():
    assert codes() == ("de", "en", "nl")
