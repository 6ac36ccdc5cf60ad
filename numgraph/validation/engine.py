"""Hands data and shapes to pySHACL in a process of its own and takes its results back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import RdfFormat, Triple, serialize

from numgraph.errors import ValidationFailed

WORKER = "numgraph.validation.worker"
SECONDS = 600.0  # the longest validation of a whole edition; a submission takes under one


@dataclass(frozen=True, slots=True)
class Job:
    """One data graph and what it is checked against, all as N-Triples. Equal texts are sent and parsed once."""

    data: str
    shapes: str
    ontology: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What pySHACL found: ``results`` as worker.py describes them, ``report`` the SHACL report as N-Triples."""

    results: tuple[dict[str, Any], ...]
    report: str


def n_triples(triples: Iterable[Triple]) -> str:
    """N-Triples, one line a triple, sorted: the same set of triples always gives the same text."""
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return "\n".join(sorted(set(text.decode("utf-8").split("\n"))))


def run(jobs: Sequence[Job], *, seconds: float = SECONDS) -> list[Outcome]:
    """One outcome per job, in order. Raises ValidationFailed where there is no verdict on any of them."""
    outcomes = [_outcome(answer) for answer in _ask(_request(jobs), seconds)["outcomes"]]
    if len(outcomes) != len(jobs):
        raise ValidationFailed(f"the validator answered {len(outcomes)} of {len(jobs)} jobs")
    return outcomes


def _request(jobs: Sequence[Job]) -> str:
    texts = {text for job in jobs for text in (job.data, job.shapes, job.ontology) if text is not None}
    names = {text: str(number) for number, text in enumerate(sorted(texts))}
    listed = [
        {"data": names[job.data], "shapes": names[job.shapes], "ontology": names.get(job.ontology or "")}
        for job in jobs
    ]
    return json.dumps({"graphs": {name: text for text, name in names.items()}, "jobs": listed})


def _ask(request: str, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", WORKER]
    try:
        done = subprocess.run(  # noqa: S603 - our own module under our own interpreter
            command, input=request.encode("utf-8"), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ValidationFailed(
            f"the validation took longer than {seconds:g} s and was stopped; validate less at once or allow more time"
        ) from error
    if done.returncode:
        raise ValidationFailed(f"the validator died with exit code {done.returncode}: {_last_line(done.stderr)}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _outcome(answer: dict[str, Any]) -> Outcome:
    if "error" in answer:
        raise ValidationFailed(f"the shapes cannot be used: {answer['error']}")
    return Outcome(tuple(answer["results"]), answer["report"])


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it left no message"
