"""Log lines: one formatter for people, one for machines, one configuration for the server and all that runs in it.

A record may carry ``fields``, a flat mapping: what a query cost, for one. Lines go to standard error.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from numgraph.errors import BrokenAnswer
from numgraph.settings import Settings


def fields(**found: object) -> dict[str, Mapping[str, object]]:
    """What ``extra`` of a log call is made of; what is None is left out."""
    return {"fields": {name: value for name, value in found.items() if value is not None}}


class JsonLines(logging.Formatter):
    """A JSON object a line: time, level, logger, message, the fields, and the fault where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        row = {"time": _time(record), "level": record.levelname.lower(), "logger": record.name}
        row |= {"message": record.getMessage(), **getattr(record, "fields", {})}
        if record.exc_info:
            row["fault"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The same as a line of text with ``name=value`` for the fields."""

    def format(self, record: logging.LogRecord) -> str:
        named = (f"{name}={_quoted(value)}" for name, value in getattr(record, "fields", {}).items())
        line = " ".join((_time(record), record.levelname.lower(), record.getMessage(), *named))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class Surprises(logging.Filter):
    """Lets through what nobody foresaw. An answer that breaks off ends in an exception, which is how a server is made
    to cut the connection; the query's own line says so already.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and has_broken_off(record.exc_info[1]))


def has_broken_off(fault: BaseException | None) -> bool:
    """Whether an answer that broke off is at the bottom of a fault."""
    while fault is not None and not isinstance(fault, BrokenAnswer):
        fault = fault.__cause__ or fault.__context__
    return fault is not None


def config(settings: Settings, level: str = "INFO") -> dict[str, Any]:
    """For ``logging.config.dictConfig``: our lines and the server's from ``level`` up, everybody else's warnings."""
    lines = JsonLines if settings.log_format == "json" else TextLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["surprises"]}},
        "filters": {"surprises": {"()": Surprises}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {"numgraph": {"level": level}, "numgraph_api": {"level": level}, "uvicorn": {"level": "WARNING"}},
    }


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or "\n" in text or '"' in text else text
