"""Every IRI the code uses, once. A test holds the ``num:`` terms equal to ``ontology/num.ttl``."""

from __future__ import annotations

NUM = "https://w3id.org/numgraph/ontology#"
SCHEMES = "https://w3id.org/numgraph/scheme/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"

# Prefixes offered in the query page, used in Turtle and understood by the command line.
PREFIXES = {
    "num": NUM,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "sh": SH,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "schema": SCHEMA,
    "foaf": FOAF,
    "org": ORG,
}

# Local names of the ontology's classes.
CLASSES = (
    "Organisation", "UniversityHospital", "University", "OrganisationalUnit", "Funder", "Company", "Network",
    "Undertaking", "Infrastructure", "ResearchProject", "Programme", "Register", "FundingPhase",
    "Person", "Role", "Event", "Place", "SoftwareTool", "DataSource", "DataPool", "Service",
    "Source", "PressRelease", "WebPage", "Report", "Directory", "Submission", "Claim", "Conflict", "TimeVarying",
    "SingleValued",
)  # fmt: skip

# Local names of the properties that relate things and that extraction may claim.
RELATIONS = (
    "buildsUp", "coFoundedBy", "collaboratesWith", "coordinates", "coordinatesCourse", "eventPlace", "fundedBy",
    "hostedAt", "leads", "locatedIn", "memberOf", "offers", "partOf", "participatesIn", "partnerOf", "phaseOf",
    "pressContact", "publisher", "scientificContact", "speaksFor", "spinOffOf",
)  # fmt: skip

# Local names of the properties with literal values that extraction may claim.
ATTRIBUTES = (
    "academicTitle", "address", "attendees", "countOfInfrastructures", "countOfInstitutions", "countOfProjects",
    "delegationSize", "email", "eventDate", "eventMotto", "foundedBecauseOf", "foundedOn", "fundingAmount",
    "fundingEnd", "fundingStart", "goal", "hasMemberCount", "joinedOn", "language", "moreInformation", "phone",
    "publishedOn", "region", "releaseType", "role", "subjectArea", "title", "website",
)  # fmt: skip

# Local names of the properties that the project itself states: roles as nodes, money, evidence, agreement.
BOOKKEEPING = (
    "hasRole", "roleTitle", "at", "currency", "validFrom", "validUntil", "asOf",
    "quote", "startOffset", "endOffset", "row", "column", "rule", "confidence", "status", "rank", "modality",
    "completes", "restates", "vouched",
    "about", "onProperty", "candidate", "winner", "reason", "kindOfDisagreement",
    "layout", "sha256", "mediaType", "fileName",
    "within",
)  # fmt: skip


def num(local_name: str) -> str:
    """The IRI of a term of the ontology."""
    return NUM + local_name
