"""Labelled lines stay lines of their own, whatever stands around them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from numgraph.model import BlockKind
from numgraph.sources import labelled, read_bytes

FACTS = (
    "Laufzeit: 07/2025 – 06/2030",
    "Fördersumme: 2,3 Mio. Euro",
    "Förderkennzeichen: 01XX0000A",
    "Koordination: Universität Musterstadt",
    "Projektleitung: Prof. Dr. Eva Beispiel",
    "Partner: Universität Musterstadt, Klinikum Beispielheim",
    "Website: https://www.example.org/loki",
)
PROSE = (
    "LOKI erforscht, wie Kliniken Bilddaten teilen können, ohne sie aus der Hand zu geben, und zwar seit dem Sommer."
)


def kinds(text):
    document = read_bytes(dedent(text).encode(), "a.txt")
    return [(block.kind.name, document.slice(block)) for block in document.blocks]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_facts_of_a_profile_stay_line_by_line(gap):
    found = kinds(f"Steckbrief LOKI\n\n{gap.join(FACTS)}\n\nKurzbeschreibung\n{PROSE}")
    assert found[1 : 1 + len(FACTS)] == [("BODY", fact) for fact in FACTS]
    assert found[-2:] == [("SUBHEADING", "Kurzbeschreibung"), ("BODY", PROSE)]


def test_labels_above_their_values_are_headings():
    found = kinds(
        "Steckbrief\n\nLaufzeit\n01.07.2025 – 30.06.2030\n\nFördersumme\n2,3 Mio. Euro\n\nPartner\nKlinikum Nord"
    )
    assert [text for kind, text in found if kind == "SUBHEADING"] == ["Laufzeit", "Fördersumme", "Partner"]
    assert not [text for kind, text in found if kind == "CONTACT"]


def test_facts_among_wrapped_paragraphs_are_not_merged():
    line = "In den kommenden Jahren investiert das Ministerium an der Saar in"
    wrapped = f"{line}\nProjekte, die mit neuen Werkzeugen helfen.\n"
    found = kinds(f"Titel\n\n{wrapped * 3}\n{FACTS[0]}\n{FACTS[1]}\n\n{wrapped}")
    assert ("BODY", FACTS[0]) in found
    assert ("BODY", FACTS[1]) in found


def test_a_single_labelled_line_may_be_a_heading():
    assert ("SUBHEADING", "LOKI: Daten teilen") in kinds(f"Titel\n\n{PROSE}\n\nLOKI: Daten teilen\n\n{PROSE}")


def test_a_contact_behind_its_label_is_a_contact():
    line = "Ansprechpartnerin: Dr. Anna Beispiel, Tel. +49 30 23125 501"
    assert ("CONTACT", line) in kinds(f"Stelle\n\n{PROSE}\n\nBewerbungsfrist: 15.04.2026\nReferenz: 26-117\n{line}")


@pytest.mark.parametrize("line", ["01.07.2025 – 30.06.2030", "2025–2030", "07/2025 – 06/2030"])
def test_a_period_is_no_phone(line):
    assert not [text for kind, text in kinds(f"Titel\n\nKontakt\n\nKlinikum Nord\n{line}") if kind == "CONTACT"]


@pytest.mark.parametrize("text", ["Um 12:30 Uhr ist Pause.", "Ziele:", "https://example.org", "Das ist so. Denn: ja"])
def test_other_lines_are_not_labelled(text):
    assert not labelled.is_pair(text)


def test_the_rows_of_a_table_are_lines():
    rows = ["Standorte | 10 | 12", "Laufende Studien | 31 | 44"]
    assert kinds("Kennzahlen\n\n" + "\n".join(rows) + f"\n\n{PROSE}")[1:3] == [("BODY", row) for row in rows]


def test_programme_lines_are_neither_headings_nor_contacts():
    found = kinds(
        """\
        Programm der Tagung

        Donnerstag, 14. Mai 2026

        09:00 Begrüßung
        Prof. Dr. Eva Beispiel, Universität Musterstadt
        10:00 Kaffeepause

        Ort: Kongresshaus, Musterstraße 1, 01067 Musterstadt
        Anmeldung: bis 1. Mai 2026 unter tagung@example.org"""
    )
    assert {kind for kind, _ in found[1:]} == {"BODY"}


def test_a_day_of_a_programme_is_no_day_of_publication():
    document = read_bytes("Programm\n\nDonnerstag, 14. Mai 2026\n\n09:00 Begrüßung\n10:00 Pause".encode(), "a.txt")
    assert "published_on" not in {field.name for field in document.fields}
    assert not list(document.of_kind(BlockKind.DATE_LINE))
