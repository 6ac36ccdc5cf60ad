"""A release of the idw portal reads alike in both interfaces, as text and as saved page."""

from __future__ import annotations

import html as entities
from itertools import pairwise

import pytest

from numgraph.model import BlockKind
from numgraph.sources import idw, read, read_bytes

TITLE = "Neues Register für Seltene Erkrankungen"
BODY = (
    "Das Universitätsklinikum Musterstadt baut ein Register auf. Daran sind mehrere Kliniken des Landes beteiligt.",
    "Gefördert wird das Vorhaben seit Juli 2025 vom zuständigen Ministerium. Mehr ist noch nicht bekannt.",
)
CONTACTS = (
    "Prof. Dr. Anna Beispiel\nDirektorin der Klinik\nTel.: +49 30 23125 101\nE-Mail: anna.beispiel@example.org",
    "Dr. Jan von Muster\nSprecher\nTel.: +49 30 23125 102",
)
ENGLISH = {
    "head": ("Instance:", "Share on: ", "07/02/2025 16:31"),
    "contact": "Contact for scientific information:",
    "more": "More information:",
    "images": ("Images", "Source: Anna Beispiel", "Copyright: UKM"),
    "criteria": (
        "Criteria of this press release:",
        "Journalists, Scientists and scholars",
        "Medicine, Nutrition / healthcare / nursing",
        "transregional, national",
        "Organisational matters, Research projects",
        "German",
    ),
    "rest": (
        "For download",
        "x",
        "Help",
        "Search / advanced search of the idw archives",
        "e.g. Federal Republic of Germany",
    ),
}
GERMAN = {
    "head": ("Instanz:", "Teilen: ", "02.07.2025 16:31"),
    "contact": "Wissenschaftliche Ansprechpartner:",
    "more": "Weitere Informationen:",
    "images": ("Bilder", "Quelle: Anna Beispiel", "Copyright: UKM"),
    "criteria": (
        "Merkmale dieser Pressemitteilung:",
        "Journalisten, Wissenschaftler",
        "Medizin, Ernährung / Gesundheit / Pflege",
        "überregional",
        "Organisatorisches, Forschungsprojekte",
        "Deutsch",
    ),
    "rest": (
        "Zum Download",
        "x",
        "Hilfe",
        "Die Suche / Erweiterte Suche im idw-Archiv",
        "z. B. Bundesrepublik Deutschland",
    ),
}
CAPTION = "Das Team des neuen Registers vor der Klinik."


def chunks(words):
    """The release as chunks of lines; what stands in one chunk stands in one paragraph."""
    yield ("idw – Informationsdienst Wissenschaft",)
    yield ("Nachrichten, Termine, Experten",)
    yield ("Grafik: idw-Logo", "Science Video Project")
    yield words["head"]
    yield (TITLE,)
    yield ("Benjamin Muster Presse- und Öffentlichkeitsarbeit", "Universität Musterstadt")
    yield from ((paragraph,) for paragraph in BODY)
    yield (words["contact"],)
    yield from (tuple(contact.split("\n")) for contact in CONTACTS)
    yield (words["more"],)
    yield ("https://www.example.org/register",)
    yield (words["images"][0],)
    yield (CAPTION, *words["images"][1:])
    yield words["criteria"]
    yield (CAPTION,)
    yield from ((line,) for line in words["rest"])


def as_text(words):
    return "\n\n".join("\n".join(chunk) for chunk in chunks(words))


def as_page(words):
    def element(chunk):
        tag = "h1" if chunk == (TITLE,) else "h3" if len(chunk) == 1 and chunk[0].endswith(":") else "p"
        return f"<{tag}>" + "<br>".join(entities.escape(line) for line in chunk) + f"</{tag}>"

    return "<html><body><main>" + "".join(element(chunk) for chunk in chunks(words)) + "</main></body></html>"


def blocks(document):
    return [(block.kind, document.slice(block)) for block in document.blocks]


def fields(document, name):
    return [field.value for field in document.fields if field.name == name]


@pytest.fixture(params=[ENGLISH, GERMAN], ids=["English", "German"])
def words(request):
    return request.param


@pytest.fixture
def release(words):
    return read_bytes(as_text(words).encode(), "release.txt")


def test_it_is_recognised_by_content(release):
    assert release.layout == "idw"
    assert idw.recognises("Ein Text über den Informationsdienst Wissenschaft.") < 0.4


def test_the_interface_does_not_decide_the_language(release):
    assert release.language == "de"
    assert fields(release, "language") == ["de"]


def test_the_date_is_read_in_the_order_of_the_interface(release):
    assert fields(release, "published_on") == ["2025-07-02"]


def test_the_issuer_gives_institution_person_and_office(release):
    assert fields(release, "publisher") == ["Universität Musterstadt"]
    assert fields(release, "press_contact") == ["Benjamin Muster"]
    assert fields(release, "press_office") == ["Presse- und Öffentlichkeitsarbeit"]


def test_each_scientific_contact_is_a_block_of_its_own(release):
    assert [text for kind, text in blocks(release) if kind is BlockKind.CONTACT] == list(CONTACTS)


def test_the_criteria_keep_terms_whole(release, words):
    areas, region, types = words["criteria"][2:5]
    assert len(fields(release, "subject_area")) == 2
    assert ", ".join(fields(release, "subject_area")) == areas
    assert fields(release, "region") == [region]
    assert ", ".join(fields(release, "release_type")) == types


def test_captions_are_captions_and_portal_text_is_noise(release, words):
    kinds = {text: kind for kind, text in blocks(release)}
    assert kinds[words["images"][1]] is BlockKind.CAPTION
    noise = "\n".join(text for kind, text in blocks(release) if kind is BlockKind.NOISE)
    for line in ("Science Video Project", words["head"][0], *words["rest"]):
        assert line in noise
    assert noise.endswith(words["rest"][-1])
    assert CAPTION in noise, "the caption is repeated below the criteria"


def test_links_are_fields(release):
    assert fields(release, "more_information") == ["https://www.example.org/register"]


def test_the_saved_page_and_its_text_give_the_same_blocks_and_fields(release, words):
    page = read_bytes(as_page(words).encode(), "release.html")
    assert page.layout == "idw"
    assert [(kind, text.split()) for kind, text in blocks(page)] == [(k, t.split()) for k, t in blocks(release)]
    assert [(one.name, one.value) for one in page.fields] == [(one.name, one.value) for one in release.fields]


def test_indentation_and_line_ends_change_nothing(release, words):
    indented = as_text(words).replace("\n", "\r\n    ")
    other = read_bytes(indented.encode(), "release.txt")
    assert [(one.name, one.value) for one in other.fields] == [(one.name, one.value) for one in release.fields]


@pytest.mark.parametrize(
    ("line", "name", "office"),
    [
        ("Rüdiger Muster Informations- und Pressestelle", "Rüdiger Muster", "Informations- und Pressestelle"),
        ("Dr. Eva Maria Roer DLR Kommunikation", "Dr. Eva Maria Roer", None),
        ("Pressestelle", None, "Pressestelle"),
        ("Corinna Muster", "Corinna Muster", None),
        ("Stabsstelle Kommunikation und Medien", None, "Stabsstelle Kommunikation und Medien"),
    ],
)
def test_an_issuer_line_is_split_into_name_and_office(line, name, office):
    document = read_bytes(
        as_text(ENGLISH).replace("Benjamin Muster Presse- und Öffentlichkeitsarbeit", line).encode(), "a.txt"
    )
    assert (fields(document, "press_contact") or [None])[0] == name
    if office:
        assert fields(document, "press_office") == [office]


@pytest.mark.parametrize("cut", range(0, 2200, 61))
def test_a_release_cut_anywhere_is_still_read(cut):
    text = as_text(ENGLISH)[: cut + 5]
    document = read_bytes(text.encode(), "a.txt")
    assert all(one.end <= other.start for one, other in pairwise(document.blocks))
    assert all(0 <= field.start < field.end <= len(text) for field in document.fields)


def test_the_seed_release_has_the_fields_of_its_gold(shared):
    document = read(shared / "seeds" / "000_09cffe59b5eafbdf.txt")
    assert {(field.name, document.text[field.start : field.end]) for field in document.fields} >= {
        ("published_on", "07/01/2025"),
        ("press_contact", "Benjamin Griebe"),
        ("press_office", "Pressestelle"),
        ("publisher", "Technische Universität Dresden"),
        ("subject_area", "Nutrition / healthcare / nursing"),
        ("region", "transregional, national"),
        ("language", "German"),
    }
