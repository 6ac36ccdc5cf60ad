"""Known names are found in every inflection, and only where they are meant."""

from __future__ import annotations

import pytest

from numgraph.extraction.gazetteer import Entry, Gazetteer

ENTRIES = [
    Entry("university/tu-nordhafen", "University", {"de": "Technische Universität Nordhafen"}, ("TU Nordhafen",)),
    Entry("university-hospital/nordhafen", "UniversityHospital", {"de": "Universitätsklinikum Nordhafen"}, ("UKN",)),
    Entry("funder/kb", "Funder", {"de": "Küstenbank"}, ("KB",)),
    Entry("network/fb", "Network", {"de": "Netzwerk Fernblick", "en": "Fernblick Network"}, ("FB",)),
    Entry("infrastructure/rapid", "Infrastructure", {"de": "RAPID"}, parent="network/fb"),
    Entry(
        "organisational-unit/fak",
        "OrganisationalUnit",
        {"de": "Medizinische Fakultät der TU Nordhafen"},
        city="Nordhafen",
    ),
]


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(ENTRIES)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("an der Technischen Universität Nordhafen", "university/tu-nordhafen"),
        ("des Universitätsklinikums Nordhafen", "university-hospital/nordhafen"),
        ("der Medizinischen Fakultät der TU Nordhafen", "organisational-unit/fak"),
        ("des Netzwerks Fernblick", "network/fb"),
        ("een TU Nordhafen-onderzoeker", "university/tu-nordhafen"),
    ],
)
def test_inflected_names_are_found(gazetteer, text, key):
    assert key in {entry.key for hit in gazetteer.find(text) for entry in hit.entries}


@pytest.mark.parametrize("text", ["der FB-Antrag", "rapid wachsend", "Rapid", "Technische. Universität Nordhafen"])
def test_other_words_are_not_taken_for_names(gazetteer, text):
    assert [hit.name for hit in gazetteer.find(text)] == []


def test_a_short_form_is_a_weak_hit(gazetteer):
    assert [(hit.name, hit.weak) for hit in gazetteer.find("Die KB und RAPID")] == [("KB", True), ("RAPID", True)]


def test_an_abbreviation_of_the_table_is_sure_only_as_an_alias_too():
    known = Gazetteer(
        [
            Entry("network/a", "Network", {"de": "Aalnetz"}, short="Aal-Verbund"),
            Entry("network/b", "Network", {"de": "Barschnetz"}, ("BARSCH",), short="BARSCH"),
        ]
    )
    assert [(hit.name, hit.weak) for hit in known.find("Aal-Verbund und BARSCH")] == [
        ("Aal-Verbund", True),
        ("BARSCH", False),
    ]


def test_a_plus_sign_is_part_of_a_name():
    known = Gazetteer([Entry("programme/w", "Programme", {"de": "Wellen+"})])
    assert [hit.name for hit in known.find("Wellen im Programm Wellen+ gefördert")] == ["Wellen+"]


def test_what_an_entry_belongs_to_is_found_through_its_parents(gazetteer):
    known = Gazetteer(
        [*ENTRIES, Entry("research-project/r", "ResearchProject", {"de": "R"}, parent="infrastructure/rapid")]
    )
    assert known.ancestors("research-project/r") == ("infrastructure/rapid", "network/fb")


def test_a_hit_stands_where_it_says(gazetteer):
    text = "Gruß vom Universitätsklinikum Nordhafen!"
    (hit,) = gazetteer.find(text)
    assert text[hit.start : hit.end] == "Universitätsklinikum Nordhafen"


def test_a_site_calls_its_faculty_by_half_its_name_even_misspelt(gazetteer):
    assert gazetteer.local("Medizische Fakultät", "Nordhafen").key == "organisational-unit/fak"
    assert gazetteer.local("Medizinische Fakultät", "Südhafen") is None
    assert gazetteer.local("Juristische Fakultät", "Nordhafen") is None


def test_the_label_follows_the_language(gazetteer):
    entry = gazetteer.entry("network/fb")
    assert (entry.entity("en").label, entry.entity("nl").label) == ("Fernblick Network", "Netzwerk Fernblick")


def test_an_empty_gazetteer_finds_nothing():
    assert list(Gazetteer.empty().find("TU Nordhafen")) == []


def test_tables_are_read_with_their_columns(tmp_path):
    header = "key,type,label_de,label_en,label_nl,aliases,abbreviation,city,state,country,parent\n"
    rows = 'network/x,Network,"Netz, das",,Net,N1|N2,NX,Nordhafen,,,network/y\n,,,,,,,,,,\n'
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "some.csv").write_text(header + rows, encoding="utf-8")
    (entry,) = Gazetteer.load(tmp_path)
    assert (entry.labels, entry.aliases, entry.short) == ({"de": "Netz, das", "nl": "Net"}, ("N1", "N2"), "NX")
    assert (entry.city, entry.parent) == ("Nordhafen", "network/y")
