"""``numgraph score``: recall and precision by predicate on somebody's own gold, and what confidence is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from numgraph import extraction, resources, scoring, sources
from numgraph.cli import console
from numgraph.extraction import Gazetteer
from numgraph.scoring import Bin, Score, Share

FORMATS = ("table", "json")
_LEVELS = ("core", "stretch")


def score(
    gold: Annotated[Path, typer.Option("--gold", help="Folder of gold files, one JSON file for each document.")],
    docs: Annotated[Path, typer.Option("--docs", help="Folder of the documents that the gold names.")],
    format: Annotated[str, typer.Option("--format", "-f", help=f"One of {', '.join(FORMATS)}.")] = "table",
    least_recall: Annotated[
        float, typer.Option("--least-recall", min=0, max=1, help="Exit code 1 when core recall is lower.")
    ] = 0.0,
    least_precision: Annotated[
        float, typer.Option("--least-precision", min=0, max=1, help="Exit code 1 when precision is lower.")
    ] = 0.0,
    calibration: Annotated[
        bool, typer.Option("--calibration", help="How many of the claims said to be so sure are right.")
    ] = False,
) -> None:
    """Compare what the rules find with what careful readers found: recall, precision, and forbidden facts."""
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is not one of {', '.join(FORMATS)}", param_hint="--format")
    gazetteer = Gazetteer.load(resources.data() / "directories")
    scores = []
    for one in scoring.load(gold):
        document = sources.read(docs / one.file)
        scores.append(scoring.score(one, document, extraction.extract(document, gazetteer)))
    if format == "json":
        typer.echo(json.dumps(_to_dict(scores), ensure_ascii=False, indent=1))
    else:
        _print(scores, calibration=calibration)
    if scoring.recall(scores, "core").value < least_recall or scoring.precision(scores).value < least_precision:
        raise typer.Exit(console.Exit.FINDINGS)


def _print(scores: list[Score], *, calibration: bool) -> None:
    out = console.stdout()
    out.print(_documents(scores))
    out.print(_predicates(scores))
    if calibration:
        bins, brier = scoring.calibration(scores)
        out.print(_bins(bins, brier))
    for one in scores:
        for fact, claim in one.forbidden:
            console.complain(
                f"{one.gold.name}: forbidden {fact.predicate}, said by {claim.rule}: {claim.evidence.quote!r}"
            )


def _documents(scores: list[Score]) -> Table:
    table = _table("document", *_LEVELS, "precision", "grounded", "forbidden")
    for name, part in (*((one.gold.name, [one]) for one in scores), ("all", scores)):
        recalls = [scoring.recall(part, level) for level in _LEVELS]
        shares = (*recalls, scoring.precision(part), _grounded(part))
        table.add_row(name, *map(_share, shares), str(_forbidden(part)), style="bold" if name == "all" else None)
    return table


def _predicates(scores: list[Score]) -> Table:
    table = _table("predicate", "recall", "precision")
    for name, (found, right) in scoring.by_predicate(scores).items():
        table.add_row(name, _share(found), _share(right))
    return table


def _bins(bins: list[Bin], brier: float) -> Table:
    table = _table("said to be", "said on average", "right")
    table.title = f"Calibration (Brier score {brier:.3f})"
    for one in bins:
        table.add_row(f"{one.low:.2f} to {one.high:.2f}", f"{one.said:.2f}", _share(one.right))
    return table


def _table(*columns: str) -> Table:
    first, *numbers = columns
    table = Table(header_style="bold", title_justify="left")
    table.add_column(first)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _share(share: Share) -> str:
    return f"{share.value:.3f} ({share.of}/{share.all})" if share.all else "–"


def _grounded(scores: list[Score]) -> Share:
    return Share(sum(one.grounded for one in scores), sum(len(one.found) for one in scores))


def _forbidden(scores: list[Score]) -> int:
    return sum(len(one.forbidden) for one in scores)


def _to_dict(scores: list[Score]) -> dict[str, Any]:
    bins, brier = scoring.calibration(scores)
    return _figures(scores) | {
        "documents": {one.gold.name: _figures([one]) for one in scores},
        "predicates": {
            name: {"recall": _number(found), "precision": _number(right)}
            for name, (found, right) in scoring.by_predicate(scores).items()
        },
        "calibration": {
            "brier": round(brier, 4),
            "bins": [{"low": b.low, "high": b.high, "said": round(b.said, 4), "right": _number(b.right)} for b in bins],
        },
    }


def _figures(scores: list[Score]) -> dict[str, Any]:
    return {
        "core": _number(scoring.recall(scores, "core")),
        "stretch": _number(scoring.recall(scores, "stretch")),
        "precision": _number(scoring.precision(scores)),
        "grounded": _number(_grounded(scores)),
        "forbidden": _forbidden(scores),
    }


def _number(share: Share) -> dict[str, Any]:
    return {"of": share.of, "all": share.all, "value": round(share.value, 4) if share.all else None}
