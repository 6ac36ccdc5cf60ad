"""The institution is found in what feeds and senders call themselves."""

from __future__ import annotations

import pytest

from numgraph.sources.issuers import institution


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Pressemitteilungen der Universität Musterstadt", "Universität Musterstadt"),
        ("Universität Musterstadt: News", "Universität Musterstadt"),
        ("Aktuelles - Klinikum Muster", "Klinikum Muster"),
        ("News | UMC Voorbeeld", "UMC Voorbeeld"),
        ("Latest news from the University of Sample", "University of Sample"),
        ("RSS-Feed der Hochschule Muster", "Hochschule Muster"),
        ("Klinikum Muster, Pressestelle", "Klinikum Muster"),
        ("Presse- und Öffentlichkeitsarbeit Universität Muster", "Universität Muster"),
        ("Anna Muster via Klinikum Muster", "Klinikum Muster"),
        ("Nieuws van het UMC Voorbeeld", "UMC Voorbeeld"),
        ("Netzwerk Universitätsmedizin", "Netzwerk Universitätsmedizin"),
    ],
)
def test_the_words_of_the_office_are_left_out(said, name):
    place = institution(said)
    assert place is not None
    assert said[slice(*place)] == name


@pytest.mark.parametrize(
    "said", ["", "News", "Pressestelle", "Dr. Anna Muster", "idw - Pressemitteilungen", "Aktuelles | Presse"]
)
def test_offices_people_and_portals_are_no_institutions(said):
    assert institution(said) is None
