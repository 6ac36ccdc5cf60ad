"""Names of people are told from names of institutions, departments and roles."""

from __future__ import annotations

import time

import pytest

from numgraph.sources.people import leading_person, person, titles


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Univ.-Prof. Dr. Matthias Hannig", "Matthias Hannig"),
        ("Univ. Prof. Dr. med. Michael Zemlin", "Michael Zemlin"),
        ("Dr. rer. nat. Jan-Peter von der Heide", "Jan-Peter von der Heide"),
        ("Prof. dr. P.J. de Vries", "P.J. de Vries"),
        ("Holger Muster, M.A.", "Holger Muster"),
        ("Jane Doe, MSc, PhD", "Jane Doe"),
        ("Frau Anna-Lena Müller-Özdemir", "Anna-Lena Müller-Özdemir"),
        ("PD Dr. Łukasz Żak", None),
        ("Prof. Dr. Jan van der Meer", "Jan van der Meer"),
        ("Paul Neuhaus", "Paul Neuhaus"),
        ("Klaus Hartung", "Klaus Hartung"),
        ("Sara Volc", "Sara Volc"),
    ],
)
def test_a_person_is_recognised_with_titles_and_particles(line, name):
    found = person(line)
    assert (found["name"] if found else None) == name


@pytest.mark.parametrize(
    "line",
    [
        "Universität Leipzig",
        "Technische Universität Dresden",
        "Sächsische Aufbaubank",
        "Lokale Stabsstelle",
        "Principal Investigator",
        "Klinik für Neurologie",
        "Wissenschaftliche Koordination",
        "NUM SN",
        "Einladung zum Auftakttreffen von KIMed",
        "Dresden",
        "Gemeinsam für die Gesundheit",
        "Unsere Partner",
        "Ihr Profil",
        "Assoziierte Partner",
        "Altes Rathaus",
    ],
)
def test_institutions_and_roles_are_no_people(line):
    assert person(line) is None


def test_a_line_may_begin_with_a_person():
    assert leading_person("Prof. Dr. Anna Beispiel, Direktorin der Klinik")["name"] == "Anna Beispiel"
    assert titles("Prof. Dr. med. Anna Beispiel") == "Prof. Dr. med."


@pytest.mark.parametrize("line", ["Dr." * 30, "Prof. " * 15, "A. " * 30, "Aa " * 30, "van de " * 12])
def test_hostile_lines_cost_no_time(line):
    started = time.perf_counter()
    person(line)
    assert time.perf_counter() - started < 0.1
