"""Documents per second, and memory along the way: `numgraph extract --output` on press releases of about 7 kB.

    python bench/extraction.py [--documents 1500]        # 100000 shows that memory stays flat; it takes a while

Two kinds of documents: made-up releases with as many facts as real ones (the five acceptance documents of the project
give 14.7 claims per kB; see releases.py), and texts shuffled from the paragraphs of the project's own samples, three
languages in each, which no press office writes. No two documents are alike. Memory is the proportional set size of all
processes together, at ten points of the run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import releases

from numgraph import resources
from numgraph.harvest import Tally, harvest
from numgraph.iris import Namespace
from numgraph.processes import Terms

CHECKOUT = Path(__file__).resolve().parent.parent
SAMPLES = [*(CHECKOUT / "data" / "press").glob("*.txt"), *(CHECKOUT / "tests" / "extraction" / "unseen").glob("*.txt")]
SIZE = 7000  # characters of a shuffled document
PROSE = 200  # characters that make a paragraph of a sample prose; shorter ones are headings, lists and contacts
GOAL = 150  # documents a second on two cores (issue 4)
POINTS = 10  # of a run at which memory is looked at
LONG = 5_000  # documents; of a longer run only what shows that memory stays flat
PERSON = re.compile(r"(?<=\. )[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]{3,}(?=[ ,.\n])")
SYLLABLES = ("ber", "dor", "fal", "gru", "hin", "kes", "lam", "mer", "nol", "pil", "ros", "sten", "tur", "wal", "zin")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--documents", type=int, default=1500)
    documents = wanted.parse_args().documents
    print(f"{documents:,} press releases; the goal is {GOAL}/s on 2 cores\n")
    print("| documents | kB each | claims/kB | processes | documents/s | of the goal | CPU ms each | memory, MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    rows = [("as releases are", releases.press_release, 2)]
    if documents <= LONG:
        rows = [("as releases are", releases.press_release, 1), *rows, ("shuffled samples", shuffled, 2)]
    for kind, made, processes in rows:
        with tempfile.TemporaryDirectory() as folder:
            print(run(kind, made, processes, documents, Path(folder)), flush=True)


def run(kind: str, made: Callable[[int], str], processes: int, documents: int, folder: Path) -> str:
    """One row of the table."""
    source, output = folder / "press.jsonl", folder / "claims.jsonl"
    size = write(source, made, documents)
    began: list[float] = []
    memory: list[int] = []

    def watch(tally: Tally) -> None:
        began or began.extend((time.perf_counter(), cpu_time()))  # the first result: processes have started
        if tally.documents >= documents * (len(memory) + 1) // POINTS:
            memory.append(proportional_size())
        if tally.documents == documents:
            began.append(cpu_time())

    tables = resources.data() / "directories"
    tally = harvest([source], output, tables, Namespace(), Terms(processes), progress=watch)
    pace = (tally.documents - 1) / (time.perf_counter() - began[0])
    aside = f" ({tally.failed} set aside)" if tally.failed else ""
    used = (began[2] - began[1]) / documents * 1000
    along = " ".join(f"{one / 2**20:.0f}" for one in memory)
    return (
        f"| {kind}{aside} | {size / documents / 1000:.1f} | {tally.claims / size * 1000:.1f} | {processes} "
        f"| {pace:.0f} | {pace / GOAL:.2f} | {used:.1f} | {along} ({memory[-1] / memory[0]:.2f}x) |"
    )


def write(path: Path, made: Callable[[int], str], documents: int) -> int:
    """JSON Lines with so many documents; gives their size in bytes."""
    size = 0
    with path.open("w", encoding="utf-8") as file:
        for number in range(documents):
            text = made(number)
            size += len(text.encode())
            file.write(json.dumps({"name": f"release {number}", "text": text}, ensure_ascii=False) + "\n")
    return size


def shuffled(number: int) -> str:
    """A headline, a date, paragraphs of several samples up to ``SIZE``, and a contact; persons renamed."""
    chance = random.Random(number)  # noqa: S311 - made-up texts, no secrets
    prose, contacts = _paragraphs()
    day = f"{chance.randint(1, 28):02}.{chance.randint(1, 12):02}.2025"
    text = f"Neues aus dem Netzwerk {name(chance)}\n\n{day}\n\n"
    while len(text) < SIZE - 200:
        text += chance.choice(prose) + "\n\n"
    text += f"Kontakt:\n\n{chance.choice(contacts)}\n"
    return PERSON.sub(lambda _: f"{name(chance)} {name(chance)}", text)


@cache
def _paragraphs() -> tuple[list[str], list[str]]:
    """Paragraphs of prose and contacts of the project's own samples."""
    parts = [part.strip("\n") for sample in sorted(SAMPLES) for part in sample.read_text("utf-8").split("\n\n")]
    contacts = [part for part in parts if "@" in part and len(part) < PROSE]
    return [part for part in parts if len(part) >= PROSE], contacts


def name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize()


def cpu_time() -> float:
    """Seconds of processor time that this process and its children have used (Linux)."""
    return sum(map(_used, (os.getpid(), *_children())))


def _used(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    user, system = fields[11:13]  # proc(5): fields 14 and 15
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def proportional_size() -> int:
    """Bytes of memory of this process and its children, shared pages counted once (Linux)."""
    return sum(map(_size, (os.getpid(), *_children())))


def _children() -> Iterator[int]:
    for tasks in Path("/proc/self/task").iterdir():
        yield from map(int, (tasks / "children").read_text().split())


def _size(process: int) -> int:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    sys.exit(main())
