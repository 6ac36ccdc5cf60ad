"""100,000 table rows into about 900,000 statements by RML: numgraph against morph-kgc, in one run.

    python bench/mapping.py [--rows 100000]

morph-kgc gets a virtual environment of its own under .bench/, made with pip the first time. Both read the same mapping
and the same table and write N-Quads to a file; ours says for each statement which file, row and columns it comes from.
Times are of whole processes, the best of three.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PEER = CHECKOUT / ".bench" / "morph-kgc"
RUNS = 3
COLUMNS = ("key", "name", "short", "city", "country", "website", "founded", "members", "parent")
PROPERTIES = (  # predicate, object map
    ("num:title", 'rml:reference "name" ; rml:language "de"'),
    ("num:alias", 'rml:reference "short"'),
    ("num:locatedIn", 'rml:template "http://example.org/place/{city}"'),
    ("num:country", 'rml:reference "country"'),
    ("num:website", 'rml:reference "website" ; rml:datatype xsd:anyURI'),
    ("num:foundedOn", 'rml:reference "founded" ; rml:datatype xsd:gYear'),
    ("num:hasMemberCount", 'rml:reference "members" ; rml:datatype xsd:integer'),
    ("num:partOf", 'rml:template "http://example.org/network/{parent}"'),
)
# With the provenance of each statement, as `numgraph map --format jsonl` has it, kept in memory for a record at a time.
OURS = """
import sys
from pathlib import Path
from numgraph.mapping.rml import load_mapping, run
mapping, output = Path(sys.argv[1]), Path(sys.argv[2])
count = cells = 0
with output.open("w", encoding="utf-8") as file:
    for made in run(load_mapping(mapping), mapping.parent):
        file.writelines(made.lines)
        count += len(made.lines)
        cells += sum(map(bool, made.columns))
assert cells == count, "a statement without its cells"
"""


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--rows", type=int, default=100_000)
    rows = wanted.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_table(folder / "table.csv", rows)
        (folder / "mapping.ttl").write_text(mapping(), encoding="utf-8")
        ours = best([sys.executable, "-c", OURS, folder / "mapping.ttl", folder / "ours.nq"], folder)
        peer = best([PEER / "bin" / "python", "-m", "morph_kgc", config(folder)], folder) if installed() else None
        report(rows, folder, ours, peer)


def report(rows: int, folder: Path, ours: float, peer: float | None) -> None:
    statements = statements_in(folder / "ours.nq")
    print(f"{rows:,} rows into {len(statements):,} statements\n")
    print("| mapper | seconds | statements/s | ratio |\n|---|---:|---:|---:|")
    print(
        f"| numgraph, each statement with file, row and columns | {ours:.2f} | {len(statements) / ours:,.0f} | 1.00 |"
    )
    if peer is None:
        print("\nmorph-kgc could not be installed (see above), so there is nothing to compare with.")
        return
    print(f"| morph-kgc, no provenance | {peer:.2f} | {len(statements) / peer:,.0f} | {peer / ours:.2f} |")
    theirs = statements_in(folder / "theirs.nt")
    print(f"\nstatements that both made: {len(statements & theirs):,}; only one of them: {len(statements ^ theirs):,}")


def write_table(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for n in range(rows):
            site = f"https://www.example.org/{n}"
            table.writerow(
                (
                    f"unit-{n}",
                    f"Institut für Beispiele {n}",
                    f"IfB{n}",
                    f"stadt-{n % 97}",
                    "DE",
                    site,
                    1950 + n % 70,
                    n % 500,
                    n % 30,
                )
            )


def mapping() -> str:
    """RML (http://w3id.org/rml/), which both mappers read."""
    pairs = "".join(
        f"  rml:predicateObjectMap [ rml:predicate {predicate} ; rml:objectMap [ {term} ] ] ;\n"
        for predicate, term in PROPERTIES
    )
    return (
        "@prefix rml: <http://w3id.org/rml/> . @prefix num: <https://w3id.org/numgraph/ontology#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @base <http://example.org/> .\n"
        '<#rows> a rml:TriplesMap ; rml:logicalSource [ rml:source "table.csv" ;\n'
        "    rml:referenceFormulation rml:CSV ] ;\n"
        f"{pairs}"
        '  rml:subjectMap [ rml:template "http://example.org/unit/{key}" ; rml:class num:OrganisationalUnit ] .\n'
    )


def config(folder: Path) -> Path:
    path = folder / "morph.ini"
    path.write_text(
        f"[CONFIGURATION]\noutput_file={folder / 'theirs.nt'}\noutput_format=N-TRIPLES\nlogging_level=WARNING\n"
        f"[table]\nmappings={folder / 'mapping.ttl'}\n",
        encoding="utf-8",
    )
    return path


def installed() -> bool:
    """Whether morph-kgc is there, after trying to install it."""
    if not (PEER / "bin" / "python").exists():
        venv.create(PEER, with_pip=True)
        pip = [PEER / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "morph-kgc"]
        if subprocess.run(pip, check=False).returncode:
            shutil.rmtree(PEER)
            return False
    return True


def best(command: list[str | Path], folder: Path) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(list(map(str, command)), check=True, cwd=folder, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


def statements_in(path: Path) -> set[str]:
    with path.open(encoding="utf-8") as file:
        return {line.strip().removesuffix(".").strip() for line in file if line.strip()}


if __name__ == "__main__":
    main()
