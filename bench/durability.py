"""A writer is killed at random moments, again and again: nothing acknowledged is lost, nothing is half.

    python bench/durability.py --commits 200

The writer changes a plain dataset by patches, whole commits and compaction, and says the number of each edition once
it is published. After every SIGKILL the folder is opened, compared with what the editions up to there must hold, and
verified to the last byte.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from numgraph.errors import NoSuchEdition
from numgraph.store.compaction import compact
from numgraph.store.editions import EmbeddedStore
from numgraph.store.patch import Patch
from numgraph.store.verification import verify

_KEPT = 30
_LONGEST = 0.4  # seconds a writer lives after its first word


def expected(number: int) -> set[Quad]:
    """What edition ``number`` must hold: it remembers every edition before it, and one value is always the latest."""
    said = {_quad(f"edition/{one}", one) for one in range(1, number + 1)}
    return said | {_quad("latest", number)}


def _quad(name: str, value: int) -> Quad:
    return Quad(NamedNode(f"http://example.org/{name}"), NamedNode("http://example.org/is"), Literal(value))


def write(folder: Path) -> None:
    """Publish editions without end."""
    store, chance = EmbeddedStore(folder, keep=_KEPT), random.Random()  # noqa: S311 - no secrets
    while True:
        number = _number(store) + 1
        archive = {"number": str(number).encode()}
        if number == 1 or chance.random() < 0.1:  # noqa: PLR2004 - one commit in ten is a whole one
            store.commit(expected(number), message=str(number), author="bench", archive=archive)
        else:
            patch = Patch(frozenset(expected(number)), frozenset({_quad("latest", number - 1)}))
            store.apply(patch, message=str(number), author="bench", archive={**archive})
        print(number, flush=True)
        if chance.random() < 0.05:  # noqa: PLR2004 - now and then
            compact(store, keep=_KEPT)


def _number(store: EmbeddedStore) -> int:
    try:
        return store.current_number()
    except NoSuchEdition:
        return 0


def torment(folder: Path, commits: int, chance: random.Random) -> int:
    """Kill writers until so many editions stand; returns how many were killed. Raises AssertionError."""
    store, acknowledged, killed = EmbeddedStore(folder), 0, 0
    while acknowledged < commits:
        acknowledged = max(acknowledged, _killed(folder, chance.uniform(0, _LONGEST)))
        killed += 1
        current = _number(store)
        assert current >= acknowledged, f"edition {acknowledged} was acknowledged, but the current one is {current}"  # noqa: S101
        acknowledged = current
        if current:
            _check(store, current)
    return killed


def _killed(folder: Path, seconds: float) -> int:
    """The last number that a writer said before it was killed."""
    command = [sys.executable, __file__, "--write", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None  # noqa: S101 - it is a pipe
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()
        said = [first, *writer.stdout.read().splitlines(keepends=True)]
    return max((int(line) for line in said if line.endswith(b"\n")), default=0)


def _check(store: EmbeddedStore, current: int) -> None:
    edition = store.current()
    found = set(store.reader().engine)
    assert found == expected(current), f"edition {current} does not hold what it must"  # noqa: S101
    assert (edition.message, edition.archived("number")) == (str(current), str(current).encode())  # noqa: S101
    damages = verify(store)
    assert not damages, damages  # noqa: S101


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write(asked.write)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        killed = torment(Path(folder), asked.commits, random.Random(asked.seed))  # noqa: S311 - moments, not secrets
        store = EmbeddedStore(Path(folder))
        store.apply(Patch(), message="after all that", author="bench")
        assert not list(Path(folder).rglob(".tmp-*")), "something half was left"  # noqa: S101
    took = time.monotonic() - began
    print(f"{asked.commits} commits, {killed} writers killed, {took:.0f} s: nothing lost, nothing half")


if __name__ == "__main__":
    main()
