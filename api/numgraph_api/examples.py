"""The example questions of ``data/queries``: one ``.rq`` file each, with title, topic and a description in comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from numgraph.iris import DEFAULT_BASE

_COMMENT = re.compile(r"#\s*(title|topic|about)(?:@(\w+))?:\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its title and topic by language; ``en`` is always there."""

    name: str
    titles: dict[str, str]
    topics: dict[str, str]
    query: str
    abouts: dict[str, str] = field(default_factory=dict)  # what its answer holds; a query may go without

    def about(self, language: str) -> str | None:
        return self.abouts.get(language) or self.abouts.get("en")

    def title(self, language: str) -> str:
        return self.titles.get(language, self.titles["en"])

    def topic(self, language: str) -> str:
        return self.topics.get(language, self.topics["en"])


def load(folder: Path, base: str = DEFAULT_BASE) -> tuple[Example, ...]:
    """The examples in the order of their file names, about the things under ``base``.

    A folder that is not there holds none.
    """
    return tuple(rebased(read(path), base) for path in sorted(folder.glob("*.rq")))


def to_begin_with(examples: tuple[Example, ...], most: int = 9) -> tuple[Example, ...]:
    """A few examples of many topics: the first of each topic, then the second of each, in the order of topics."""
    turns: dict[str, int] = {}
    ranked = []
    for place, example in enumerate(examples):
        topic = example.topics["en"]
        turns[topic] = turns.get(topic, 0) + 1
        ranked.append((turns[topic], place))
    return tuple(examples[place] for _, place in sorted(ranked)[:most])


def rebased(example: Example, base: str) -> Example:
    """The example about the things and graphs of another base; the ontology keeps its own address."""
    query = example.query
    for part in ("id", "graph", "source", "evidence"):
        query = query.replace(f"<{DEFAULT_BASE}/{part}/", f"<{base}/{part}/")
    return replace(example, query=query)


def read(path: Path) -> Example:
    """One example. ``# title:`` is English, ``# title@de:`` German. Raises ValueError where a title or topic lacks."""
    said: dict[str, dict[str, str]] = {"title": {}, "topic": {}, "about": {}}
    body = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found = _COMMENT.fullmatch(line.strip())
        if found:
            said[found[1].lower()][found[2] or "en"] = found[3].strip()
        else:
            body.append(line)
    if "en" not in said["title"] or "en" not in said["topic"]:
        raise ValueError(f"{path.name} needs a line '# title: ...' and a line '# topic: ...'")
    return Example(path.stem, said["title"], said["topic"], "\n".join(body).strip() + "\n", said["about"])
