"""The caller's side of a pySHACL that stays (standing.py): started when first needed, ended with its owner."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias, cast

from numgraph.errors import ValidationFailed

SECONDS = 60.0  # the longest that one question may take
MEMORY = 2 * 1024**3  # bytes the process may take
Results: TypeAlias = tuple[dict[str, Any], ...]  # as worker.py describes them
_COMMAND = (sys.executable, "-P", "-m", "numgraph.validation.standing")


@dataclass(slots=True, weakref_slot=True)
class Judge:
    """One process with shapes and an ontology, asked by one caller at a time.

    It is replaced when it has died. A question that it died of is not asked again: ValidationFailed says so.
    """

    shapes: str
    ontology: str
    seconds: float = SECONDS
    memory: int = MEMORY
    _process: subprocess.Popen[str] | None = None
    _instructing: threading.Thread = field(default_factory=threading.Thread)
    _is_ready: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pid(self) -> int | None:
        """Of the process; None where there is none."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Begin to get ready, without waiting for it."""
        with self._turn:
            self._living()

    def results(self, data: str, focus: Iterable[str]) -> Results:
        """What the shapes find about the focus nodes, given as N-Triples terms, in data given as N-Triples."""
        with self._turn:
            process = self._living()
            if not self._is_ready:
                self._instructing.join()
                self._hear(process)
                self._is_ready = True
            self._say(process, {"data": data, "focus": sorted(focus)})
            answer = self._hear(process)
        return tuple(answer["results"])

    def stop(self) -> None:
        with self._turn:
            self._forget()

    def _living(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._forget()
            self._process = subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
                _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
            )
            weakref.finalize(self, _end, self._process)
            self._instructing = threading.Thread(target=self._instruct, args=(self._process,), daemon=True)
            self._instructing.start()
        return self._process

    def _instruct(self, process: subprocess.Popen[str]) -> None:
        """Tell the process its shapes; a pipe takes them only as fast as it reads."""
        first = {"shapes": self.shapes, "ontology": self.ontology, "seconds": self.seconds, "memory": self.memory}
        with suppress(ValidationFailed):  # who asks next will notice
            self._say(process, first)

    def _say(self, process: subprocess.Popen[str], question: dict[str, Any]) -> None:
        try:
            to = cast("IO[str]", process.stdin)
            to.write(json.dumps(question) + "\n")
            to.flush()
        except (OSError, ValueError) as fault:  # the process, or its line, is closed
            raise self._died(process) from fault

    def _hear(self, process: subprocess.Popen[str]) -> dict[str, Any]:
        line = cast("IO[str]", process.stdout).readline()
        if not line:
            raise self._died(process)
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            self._forget()
            raise ValidationFailed(f"the shapes cannot be used: {answer['error']}")
        return answer

    def _died(self, process: subprocess.Popen[str]) -> ValidationFailed:
        process.kill()
        code = process.wait()
        self._forget()
        return ValidationFailed(
            f"the validator ended before it answered (exit code {code}); "
            f"it may take {self.seconds:g} s and {self.memory // 1024**2} MB for one question: validate less at once"
        )

    def _forget(self) -> None:
        if self._process is not None:
            _end(self._process)
        self._process, self._is_ready = None, False


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None and not stream.closed:
            with suppress(OSError):  # what has not been read by who has died
                stream.close()
