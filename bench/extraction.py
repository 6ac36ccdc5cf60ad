"""Documents per second, and memory over a long run: `numgraph extract --output` on press releases of about 7 kB.

    python bench/extraction.py [--documents 1500]        # 100000 shows that memory stays flat; it takes a while

The documents are made from paragraphs of the project's own samples, with persons renamed in each, so that nothing can
be remembered from one to the next. Memory is the proportional set size of all processes together.
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
from collections.abc import Iterator
from pathlib import Path

from numgraph import resources
from numgraph.harvest import Tally, harvest
from numgraph.iris import Namespace
from numgraph.processes import Terms

CHECKOUT = Path(__file__).resolve().parent.parent
SAMPLES = [*(CHECKOUT / "data" / "press").glob("*.txt"), *(CHECKOUT / "tests" / "extraction" / "unseen").glob("*.txt")]
SIZE = 7000  # characters of a document
PROSE = 200  # characters that make a paragraph of a sample prose; shorter ones are headings, lists and contacts
GOAL = 150  # documents a second on two cores (issue 4)
PERSON = re.compile(r"(?<=\. )[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]{3,}(?=[ ,.\n])")
SYLLABLES = ("ber", "dor", "fal", "gru", "hin", "kes", "lam", "mer", "nol", "pil", "ros", "sten", "tur", "wal", "zin")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--documents", type=int, default=1500)
    documents = wanted.parse_args().documents
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "press.jsonl"
        size = write(source, documents)
        print(f"{documents:,} press releases of {size / documents / 1000:.1f} kB; the goal is {GOAL}/s on 2 cores\n")
        print("| processes | documents/s | of the goal | claims/document | memory after 10 % | at the end |")
        print("|---:|---:|---:|---:|---:|---:|")
        for processes in (1, 2):
            print(run(source, Path(folder) / f"{processes}.jsonl", processes, documents), flush=True)


def run(source: Path, output: Path, processes: int, documents: int) -> str:
    """One row of the table."""
    began: list[float] = []
    memory: dict[int, int] = {}

    def watch(tally: Tally) -> None:
        began or began.append(time.perf_counter())  # the first result: processes have started
        if tally.documents in {documents // 10, documents}:
            memory[tally.documents] = proportional_size()

    tally = harvest([source], output, resources.data() / "directories", Namespace(), Terms(processes), progress=watch)
    pace = (tally.documents - 1) / (time.perf_counter() - began[0])
    early, late = memory[documents // 10], memory[documents]
    aside = f" ({tally.failed} set aside)" if tally.failed else ""
    return (
        f"| {processes} | {pace:.0f} | {pace / GOAL:.2f} | {tally.claims / documents:.1f}{aside} "
        f"| {early / 2**20:.0f} MiB | {late / 2**20:.0f} MiB ({late / early:.2f}x) |"
    )


def write(path: Path, documents: int) -> int:
    """JSON Lines with so many press releases; gives their size in bytes."""
    parts = [part.strip("\n") for sample in sorted(SAMPLES) for part in sample.read_text("utf-8").split("\n\n")]
    prose = [part for part in parts if len(part) >= PROSE]
    contacts = [part for part in parts if "@" in part and len(part) < PROSE]
    size = 0
    with path.open("w", encoding="utf-8") as file:
        for number in range(documents):
            text = press_release(prose, contacts, random.Random(number))  # noqa: S311 - made-up texts, no secrets
            size += len(text.encode())
            file.write(json.dumps({"name": f"release {number}", "text": text}, ensure_ascii=False) + "\n")
    return size


def press_release(prose: list[str], contacts: list[str], chance: random.Random) -> str:
    """A headline, a date, paragraphs of several samples up to ``SIZE``, and a contact; persons renamed."""
    day = f"{chance.randint(1, 28):02}.{chance.randint(1, 12):02}.2025"
    text = f"Neues aus dem Netzwerk {name(chance)}\n\n{day}\n\n"
    while len(text) < SIZE - 200:
        text += chance.choice(prose) + "\n\n"
    text += f"Kontakt:\n\n{chance.choice(contacts)}\n"
    return PERSON.sub(lambda _: f"{name(chance)} {name(chance)}", text)


def name(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize()


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
