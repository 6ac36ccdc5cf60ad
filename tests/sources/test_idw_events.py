"""An event page of the idw portal says when, where and by whom, in both interfaces and as saved page."""

from __future__ import annotations

import html as entities
from itertools import pairwise

import pytest

from numgraph.model import BlockKind
from numgraph.sources import idw, idw_events, read_bytes

TITLE = "Jahrestagung des Netzwerks KIMED"
BODY = "Das Netzwerk lädt zu seiner Jahrestagung ein. Im Mittelpunkt stehen Register und die Daten der Kliniken."
VENUE = "Kongresshaus\nMusterstraße 1\n01067 Musterstadt\nSachsen\nDeutschland"
GERMAN = {
    "share": "Teilen:",
    "top": "14.05.2026 - 15.05.2026 | Musterstadt",
    "Hinweise zur Teilnahme": "Die Teilnahme ist kostenlos.",
    "Termin": "14.05.2026 ab 09:00 - 15.05.2026 17:00",
    "Anmeldeschluss": "01.04.2026",
    "Veranstaltungsort": VENUE,
    "Veranstalter": "Universität Musterstadt",
    "Zielgruppe": "Journalisten, Wissenschaftler",
    "Relevanz": "überregional",
    "Sachgebiete": "Medizin, Ernährung / Gesundheit / Pflege",
    "Arten": "Konferenz / Symposion / (Jahres-)Tagung",
    "Eintrag": "03.04.2026",
    "Absender": "Anna Beispiel",
    "Abteilung": "Pressestelle",
    "Textsprache": "Deutsch",
    "URL dieser Veranstaltung": "http://idw-online.de/de/event0",
}
ENGLISH = {
    "share": "Share on:",
    "top": "05/14/2026 - 05/15/2026 | Musterstadt",
    "Information on participating / attending": "Die Teilnahme ist kostenlos.",
    "Date": "05/14/2026 09:00 - 05/15/2026 17:00",
    "Registration deadline": "04/01/2026",
    "Event venue": VENUE,
    "Organizer": "Universität Musterstadt",
    "Target group": "Journalists, Scientists and scholars",
    "Relevance": "transregional, national",
    "Subject areas": "Medicine, Nutrition / healthcare / nursing",
    "Types of events": "Conference / symposium / (annual) conference",
    "Entry": "04/03/2026",
    "Sender / author": "Anna Beispiel",
    "Department": "Pressestelle",
    "Language of the text": "German",
    "URL of this event": "http://idw-online.de/de/event0",
}


def chunks(page):
    facts = dict(page)
    yield "idw – Informationsdienst Wissenschaft"
    yield facts.pop("share")
    yield facts.pop("top")
    yield TITLE
    yield BODY
    for label, value in facts.items():
        yield f"{label}:"
        yield value


def as_text(page):
    return "\n\n".join(chunks(page)) + "\n\n\nHilfe\n\nDie Suche / Erweiterte Suche im idw-Archiv"


def as_page(page):
    shown = "".join("<p>" + entities.escape(chunk).replace("\n", "<br>") + "</p>" for chunk in chunks(page))
    return f"<html><body><main>{shown}</main></body></html>"


def fields(document, name):
    return [field.value for field in document.fields if field.name == name]


@pytest.fixture(params=[GERMAN, ENGLISH], ids=["German", "English"])
def event(request):
    return read_bytes(as_text(request.param).encode(), "event.txt")


def test_it_is_recognised_and_a_release_is_not(event):
    assert event.layout == "idw event"
    assert idw_events.recognises("idw – Informationsdienst Wissenschaft\n\nTermin: 1.1.2026") < 0.4
    assert idw.recognises(as_text(GERMAN)) < idw_events.recognises(as_text(GERMAN))


def test_time_place_and_organiser_are_fields(event):
    assert fields(event, "event_date") == ["2026-05-14"]
    assert fields(event, "event_end") == ["2026-05-15"]
    assert fields(event, "event_place") == ["Musterstadt"]
    assert fields(event, "event_organiser") == ["Universität Musterstadt"]


def test_the_day_of_entry_and_not_of_the_event_is_that_of_publication(event):
    assert fields(event, "published_on") == ["2026-04-03"]


def test_title_sender_and_classification_are_fields(event):
    assert fields(event, "title") == [TITLE]
    assert fields(event, "press_contact") == ["Anna Beispiel"]
    assert fields(event, "press_office") == ["Pressestelle"]
    assert len(fields(event, "subject_area")) == 2
    assert len(fields(event, "region")) == len(fields(event, "release_type")) == 1
    assert fields(event, "language") == ["de"]
    assert fields(event, "more_information") == ["http://idw-online.de/de/event0"]


def test_what_a_label_says_stands_under_it(event):
    under = {event.slice(block): event.slice(block.heading) for block in event.blocks if block.heading}
    assert under["01067 Musterstadt"] in ("Veranstaltungsort:", "Event venue:")
    assert under["Universität Musterstadt"] in ("Veranstalter:", "Organizer:")


def test_the_portal_is_noise_and_the_text_is_body(event):
    assert BODY in [event.slice(block) for block in event.of_kind(BlockKind.BODY)]
    noise = [event.slice(block) for block in event.of_kind(BlockKind.NOISE)]
    assert {"idw – Informationsdienst Wissenschaft", "Hilfe"} <= set(noise)


@pytest.mark.parametrize("page", [GERMAN, ENGLISH], ids=["German", "English"])
def test_the_saved_page_and_its_text_give_the_same_fields(page):
    saved = read_bytes(as_page(page).encode(), "event.html")
    text = read_bytes(as_text(page).encode(), "event.txt")
    assert saved.layout == "idw event"
    assert [(one.name, one.value) for one in saved.fields] == [(one.name, one.value) for one in text.fields]


def test_a_value_may_stand_beside_its_label():
    lines = (
        f"{label}: {value}" for label, value in GERMAN.items() if label not in ("share", "top", "Veranstaltungsort")
    )
    text = f"idw – Informationsdienst Wissenschaft\nTeilen:\n{TITLE}\n\n{BODY}\n\n" + "\n".join(lines)
    document = read_bytes(f"{text}\nVeranstaltungsort: 01067 Musterstadt".encode(), "event.txt")
    assert fields(document, "event_date") == ["2026-05-14"]
    assert fields(document, "event_place") == ["Musterstadt"]
    assert fields(document, "title") == [TITLE]


@pytest.mark.parametrize("cut", range(40, 1100, 53))
def test_a_page_cut_anywhere_is_still_read(cut):
    text = as_text(GERMAN)[:cut]
    document = read_bytes(text.encode(), "a.txt")
    assert all(one.end <= other.start for one, other in pairwise(document.blocks))
    assert all(0 <= field.start < field.end <= len(text) for field in document.fields)
