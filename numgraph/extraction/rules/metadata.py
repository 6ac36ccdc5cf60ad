"""What the layout says about the document itself: the reader's fields, turned into claims."""

from __future__ import annotations

from collections.abc import Iterator

from numgraph.extraction.context import Context
from numgraph.extraction.languages import codes
from numgraph.extraction.linking import mint, person
from numgraph.model import Claim, Entity, Field, Value

_VALUES = {
    "title": "string",
    "region": "string",
    "release_type": "string",
    "subject_area": "string",
    "language": "lang",
    "more_information": "url",
    "website": "url",
}
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_ISSUERS = (
    "University",
    "UniversityHospital",
    "Organisation",
    "OrganisationalUnit",
    "Funder",
    "Company",
    "Network",
    "Infrastructure",
)


def fields(context: Context) -> Iterator[Claim]:
    """Title, date, publisher, classification and contacts that the layout states in a place of their own."""
    for field in context.document.fields:
        yield from _claims(context, field)
    yield from _language(context)


def _language(context: Context) -> Iterator[Claim]:
    """The language that the document is written in, where its layout states none: told by its title."""
    stated = {field.name: field for field in context.document.fields}
    if "language" not in stated and "title" in stated and context.document.language in codes():
        place = (stated["title"].start, stated["title"].end)
        yield context.claim(
            None, "language", Value(context.document.language, "lang"), place, "metadata.written_in", 0.95
        )


def _claims(context: Context, field: Field) -> Iterator[Claim]:
    place = (field.start, field.end)
    if field.name in _VALUES:
        spoken = context.document.language if field.name == "title" else None
        value = Value(field.value, _VALUES[field.name], language=spoken)
        sure = 0.92 if field.name == "title" else 0.98  # a first line may be a menu or a letterhead
        yield context.claim(None, _camel(field.name), value, place, f"metadata.{field.name}", sure)
    elif field.name == "published_on" and len(field.value[:10]) in _DATES:
        day = field.value[:10]
        yield context.claim(None, "publishedOn", Value(day, _DATES[len(day)]), place, "metadata.published_on", 0.97)
    elif field.name == "publisher":
        yield context.claim(None, "publisher", publisher(context, field), place, "metadata.publisher", 0.95)
    elif field.name in ("press_contact", "scientific_contact"):
        name = person(field.value)
        yield context.claim(None, _camel(field.name), name, place, f"metadata.{field.name}", 0.95)
    elif field.name == "press_office":
        yield from _press_office(context, field)


def _press_office(context: Context, field: Field) -> Iterator[Claim]:
    """The department behind the press contact's name is that person's role at the publisher."""
    contact = next((f for f in context.document.fields if f.name == "press_contact"), None)
    issuer = next((f for f in context.document.fields if f.name == "publisher"), None)
    if contact:
        at = publisher(context, issuer) if issuer else None
        place = (min(contact.start, field.start), max(contact.end, field.end))
        yield context.claim(
            person(contact.value), "role", Value(field.value), place, "metadata.press_office", 0.93, at=at
        )


def publisher(context: Context, field: Field) -> Entity:
    """The entity that issued the document; an unknown name is an organisation."""
    known = context.gazetteer.lookup(field.value)
    if known:
        return known.entity(context.document.language, (field.value,))
    named = context.entity_at(field.start, field.end, *_ISSUERS)
    if named and named.label == field.value:
        return named
    return mint("Organisation", field.value, "", context.document)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)
