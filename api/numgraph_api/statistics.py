"""What an edition holds, counted: of each class and property, and of each part of the dataset."""

from __future__ import annotations

from numgraph.description import Statistics, Used

from .queries import abbreviated
from .site import Site

TOTALS = """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?p ?o }"""
CLASSES = "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class } GROUP BY ?class ORDER BY DESC(?n) ?class"
PROPERTIES = """SELECT ?property (COUNT(*) AS ?triples)
  (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
WHERE { ?s ?property ?o } GROUP BY ?property ORDER BY DESC(?triples) ?property"""
THINGS = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?class FILTER(STRSTARTS(STR(?class), STR(num:))) }"


async def load(site: Site) -> Statistics:
    """Counted once for each edition: three looks at the whole graph."""
    return await site.kept("statistics", lambda: _count(site))


async def _count(site: Site) -> Statistics:
    totals = (await site.select(TOTALS)).rows[0]
    classes = await site.select(CLASSES)
    properties = await site.select(PROPERTIES)
    things = (await site.select(abbreviated(THINGS))).rows[0]
    return Statistics(
        triples=int(totals["triples"].value),
        subjects=int(totals["subjects"].value),
        objects=int(totals["objects"].value),
        things=int(things["n"].value),
        classes=tuple((row["class"].value, int(row["n"].value)) for row in classes if "class" in row),
        properties=tuple(
            Used(row["property"].value, *(int(row[name].value) for name in ("triples", "subjects", "objects")))
            for row in properties
            if "property" in row
        ),
        named={graph: count for graph, count in site.edition().counts.items() if graph},
    )
