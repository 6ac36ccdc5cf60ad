"""A sentence in German and English for each constraint component, for shapes that bring no message of their own."""

from __future__ import annotations

from numgraph.terms import PREFIXES

# SHACL, section 4: component (without ConstraintComponent) -> (English, German).
SENTENCES: dict[str, tuple[str, str]] = {
    "And": (
        "This breaks one of the conditions that all must hold.",
        "Eine der Bedingungen, die alle gelten müssen, ist verletzt.",
    ),
    "Class": (
        "This should be a member of the class that the shape names.",
        "Dies soll zu der Klasse gehören, die die Form nennt.",
    ),
    "Closed": (
        "This property is not foreseen here; remove it or use a known one.",
        "Diese Eigenschaft ist hier nicht vorgesehen; entfernen Sie sie oder nehmen Sie eine bekannte.",
    ),
    "Datatype": (
        "This value has the wrong datatype or is not a well-formed value of it.",
        "Dieser Wert hat den falschen Datentyp oder ist in ihm nicht wohlgeformt.",
    ),
    "Disjoint": (
        "This value must not also be the value of the other property.",
        "Dieser Wert darf nicht zugleich der Wert der anderen Eigenschaft sein.",
    ),
    "Equals": (
        "This property must have the same values as the other one.",
        "Diese Eigenschaft muss dieselben Werte haben wie die andere.",
    ),
    "HasValue": (
        "The value that the shape asks for is missing.",
        "Der Wert, den die Form verlangt, fehlt.",
    ),
    "In": (
        "This value is not in the list of allowed values.",
        "Dieser Wert steht nicht in der Liste der erlaubten Werte.",
    ),
    "LanguageIn": (
        "The language of this text is not among the allowed ones.",
        "Die Sprache dieses Textes gehört nicht zu den erlaubten.",
    ),
    "LessThan": (
        "This value must be smaller than that of the other property.",
        "Dieser Wert muss kleiner sein als der der anderen Eigenschaft.",
    ),
    "LessThanOrEquals": (
        "This value must not be greater than that of the other property.",
        "Dieser Wert darf nicht größer sein als der der anderen Eigenschaft.",
    ),
    "MaxCount": (
        "There are too many values; keep the right one.",
        "Es sind zu viele Werte; behalten Sie den richtigen.",
    ),
    "MaxExclusive": (
        "This value is too large.",
        "Dieser Wert ist zu groß.",
    ),
    "MaxInclusive": (
        "This value is too large.",
        "Dieser Wert ist zu groß.",
    ),
    "MaxLength": (
        "This text is too long.",
        "Dieser Text ist zu lang.",
    ),
    "MinCount": (
        "A value is missing; add it.",
        "Ein Wert fehlt; ergänzen Sie ihn.",
    ),
    "MinExclusive": (
        "This value is too small.",
        "Dieser Wert ist zu klein.",
    ),
    "MinInclusive": (
        "This value is too small.",
        "Dieser Wert ist zu klein.",
    ),
    "MinLength": (
        "This text is too short.",
        "Dieser Text ist zu kurz.",
    ),
    "Node": (
        "This does not fit the shape that it should fit.",
        "Dies passt nicht zu der Form, der es entsprechen soll.",
    ),
    "NodeKind": (
        "This is of the wrong kind: an IRI, a literal or a blank node is expected.",
        "Dies ist von der falschen Art: erwartet wird eine IRI, ein Literal oder ein leerer Knoten.",
    ),
    "Not": (
        "This fits a shape that it must not fit.",
        "Dies passt zu einer Form, der es nicht entsprechen darf.",
    ),
    "Or": (
        "This fits none of the alternatives.",
        "Dies passt zu keiner der Möglichkeiten.",
    ),
    "Pattern": (
        "This value does not have the expected form.",
        "Dieser Wert hat nicht die erwartete Gestalt.",
    ),
    "Property": (
        "This does not fit the property shape that it should fit.",
        "Dies passt nicht zu der Eigenschaftsform, der es entsprechen soll.",
    ),
    "QualifiedMaxCount": (
        "Too many values fit the shape that is asked for.",
        "Zu viele Werte passen zu der verlangten Form.",
    ),
    "QualifiedMinCount": (
        "Too few values fit the shape that is asked for.",
        "Zu wenige Werte passen zu der verlangten Form.",
    ),
    "SPARQL": (
        "This breaks a rule written in SPARQL.",
        "Dies verletzt eine in SPARQL geschriebene Regel.",
    ),
    "UniqueLang": (
        "There is more than one text in the same language; keep one.",
        "Es gibt mehr als einen Text in derselben Sprache; behalten Sie einen.",
    ),
    "Xone": (
        "This must fit exactly one of the alternatives.",
        "Dies muss zu genau einer der Möglichkeiten passen.",
    ),
}

_UNKNOWN = (
    "This breaks the constraint that the shape states.",
    "Dies verletzt die Bedingung, die die Form nennt.",
)


def sentence(component: str, language: str) -> str:
    """The sentence for ``MinCountConstraintComponent`` and the like; ``language`` is ``de`` or ``en``."""
    english, german = SENTENCES.get(component.removesuffix("ConstraintComponent"), _UNKNOWN)
    return german if language == "de" else english


def spoken(iri: str) -> str:
    """How a sentence names an IRI: ``num:fundingEnd`` where we have a prefix for it.

    >>> spoken("https://w3id.org/numgraph/ontology#fundingEnd")
    'num:fundingEnd'
    >>> spoken("https://example.org/")
    'https://example.org/'
    """
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isalnum():
            return f"{prefix}:{local}"
    return iri
