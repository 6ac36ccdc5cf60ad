"""Whether a line is the name of a person, as contact blocks and issuer lines give it."""

from __future__ import annotations

import re
from functools import lru_cache

_TITLE = (
    r"(?:(?:(?:Univ|Jun|Hon|em|apl|Ass|Assoc|Assist|Priv)\.?-?\s?)?(?:Prof|Doz)(?:essor(?:in)?|in|\.)?(?:in)?"
    r"|Dr|Drs|Ir|Ing|PD|PhDr|Dipl\.?-?[A-Z][\w.]*(?:\s?\([A-Z]+\))?|M\.?\s?Sc|B\.?\s?Sc|Mag|M\.?A|MUDr"
    r"|med|dent|rer|nat|phil|hum|biol|vet|pol|oec|iur|jur|theol|sc|h\.?\s?c|habil|mult"
    r"|Frau|Herrn?|Mr|Mrs|Ms|Dhr|Mw|Mevr|Mevrouw|Prof\.?in|Dr\.?in)\.?(?:in\b)?"
)
# Possessive, so that a line of a hundred titles costs no more than one.
_TITLES = re.compile(rf"(?:(?>(?i:{_TITLE}))(?:[\s-]+|(?<=\.)(?=[A-Z])))++")
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŠŽČĆŞŢĐŐŰİ][\w'’\u00ad-]*[a-zà-öø-ÿßā-ž]\.?|Ó|[A-ZÀ-ÖØ-Þ]\.(?:-?[A-Z]\.)*"
_PARTICLE = (
    r"(?:van|von|vom|de|der|den|des|dem|ten|ter|te|zu|zur|zum|del|della|di|da|dos|la|le|el|al|bin|ibn|'t|op|in|af"
    r"|und zu|St\.)"
)
_NAME = rf"(?:{_WORD})(?:[ \u00a0]+(?:{_PARTICLE}[ \u00a0]+)*(?:{_WORD}))+"
_DEGREE = (
    r"(?:MPH|MBA|MHBA|MSc|M\.\s?Sc\.?|BSc|B\.\s?Sc\.?|M\.\s?A\.?|B\.\s?A\.?|MD|M\.D\.|PhD|Ph\.\s?D\.?|FRCP|LL\.?M\.?"
    r"|E\.MD|Dipl\.-\w+\.?|MME|MHA|MaHM|Bakk\.?|\((?:FH|ETH|TU|she/her|he/him|sie/ihr|er/ihm|[A-Z]{2,4})\))"
)
_PERSON = re.compile(rf"(?P<titles>{_TITLES.pattern})?(?P<name>{_NAME})(?:,?\s+{_DEGREE}){{0,3}}")

# Words that stand in names of institutions, departments and roles, never in names of people.
_NO_NAME = re.compile(
    r"(?:^|[\s-])(?:(?<!von )(?<!van )(?:die|der|das)|het|the|und|and|en|für|for|voor|im|am|an|of)(?:\s|$)"
    r"|univers|institut|klinik|clinic|krankenh|hospital|ziekenhuis|zentrum|centrum|center|centre|hochschul|fakult"
    r"|facult|abteil|afdeling|department|referat|stabs|büro|office|gesellschaft|verein|stiftung|stichting"
    r"|foundation|bundes|minister|netzwerk|network|netwerk|projekt|project|programm|forschung|research|onderzoek"
    r"|medizin|medicine|geneesk|straße|strasse|str\.|postfach|postbus|gebäude|building"
    r"|telefon|phone|e-?mail|kontakt|contact|kommunikation|communicat|öffentlich"
    r"|leitung|direktor|director|manager|koordinat|coordinat|coördinat|sprecher|referent|vorstand"
    r"|professor|geschäfts|wissenschaft|scien|gmbh|verbund|konsort|consort|allian|akademie|academy|academie"
    r"|newsletter|impressum|datenschutz|cookie|universitair|investigator|principal|officer|assist"
    r"|sekretari|oberarzt|oberärzt|chefarzt|chefärzt|facharzt|hoogleraar|onderzoeker|president|präsident"
    r"|hintergrund|veranstalt|(?:isch|lich|ig)(?:e[nrms]?)\s",
    re.IGNORECASE,
)
# Words that are also parts of surnames (Hartung, van der Meer, Neuhaus): they count where no title says it is a person.
_HARDLY_NAME = re.compile(
    r"campus|platz\b|allee|\bhaus\b"
    r"|(?:rat|kongress|gäste|park|betten|kauf|gemeinde|schul|wohn|hoch|opern|konzert|mutter|eltern)haus\b|stelle\b|presse|press\b|media|medien|leiter|dekan|bank\b|dienst|service|labor\b|team\b"
    r"|gruppe|group|groep|download|image|foto|bild|weitere|\bmehr\b|(?<!der )(?<!van )\bmeer\b|\bread\b|head\b|chair"
    r"|lead\b|speaker|sekret|rektor|ziele\b|finanz|förder|aktuell|agenda|termine?\b|standort|region|gesund|health|daten"
    r"|partner|profil\b|aufgabe|bewerb|teilnehm|mitglied|gefördert|beteiligt|assoziiert|laufzeit|budget|übersicht"
    r"|programm|sitzung|pause\b|keynote|session|welcome|begrüßung|diskussion|facts\b|notes\b|news\b|events\b|home\b"
    r"|\b(?:unser|ihr|euer|mein|dies|alle|neu|gut|groß|klein|erst|zweit|dritt|letzt|wir|about|our|your|all|new|first|key"
    r"|onze?|uw|deze|alle|nieuw|wie|was|wer|how|what|who|wat|hoe)(?:e|er|es|en|em|s)?\b"
    r"|kranken|\b(?!hartung|hornung)\w{4,}(?:ung|heit|keit|schaft|tion)(?:en)?\b",
    re.IGNORECASE,
)
_LONGEST = 90
_MOST_WORDS_WITHOUT_TITLE = 4


def titles(text: str) -> str:
    """The academic titles and forms of address before a name, as written; empty where there are none."""
    found = _TITLES.match(text)
    return found[0].strip() if found else ""


@lru_cache(maxsize=1024)  # asked several times of each line of a page
def person(text: str) -> re.Match[str] | None:
    """The match of a text that is a person's name and nothing else; groups ``titles`` and ``name``.

    >>> person("Univ.-Prof. Dr. Matthias Hannig")["name"]
    'Matthias Hannig'
    >>> person("Sara Volc")["name"]
    'Sara Volc'
    >>> person("Universität Leipzig") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    found = _PERSON.fullmatch(text.rstrip(":, "))
    if not found or _NO_NAME.search(found["name"]):
        return None
    return found if found["titles"] or _is_plain_name(found["name"]) else None


def _is_plain_name(name: str) -> bool:
    return len(name.split()) <= _MOST_WORDS_WITHOUT_TITLE and not _HARDLY_NAME.search(name)


def leading_person(text: str) -> re.Match[str] | None:
    """The match of a person's name that a longer line begins with: "Dr. Jo Doe, head of X"."""
    head = re.split(r",\s|\s[–|-]\s|\s\(|;\s|\||\t", text, maxsplit=1)[0]
    return person(head)
