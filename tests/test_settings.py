from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from numgraph.settings import Settings, rows


def test_every_setting_says_what_it_is_for() -> None:
    assert len(rows()) == len(Settings.model_fields)
    assert all(name and help_.endswith(".") for name, _, help_ in rows())


def test_an_environment_variable_sets_a_row_and_an_argument_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMGRAPH_PORT", "9000")
    monkeypatch.setenv("NUMGRAPH_ALLOWED_SERVICES", '["https://example.org/sparql"]')
    assert Settings().port == 9000
    assert Settings(port=9001).port == 9001
    assert Settings().allowed_services == frozenset({"https://example.org/sparql"})


def test_the_environment_is_read_when_settings_are_made_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Settings()
    monkeypatch.setenv("NUMGRAPH_READERS", "7")
    assert (before.readers, Settings().readers) == (2, 7)


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base", "example.org"),
        ("base", "https://example.org/#x"),
        ("base", "https://exa mple.org"),
        ("confidence_threshold", 1.5),
        ("root_path", "graph"),
        ("workers", 0),
        ("time_limit", 0),
        ("port", 70000),
        ("colour", "blue"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: value})


def test_the_base_and_the_root_path_lose_a_trailing_slash() -> None:
    chosen = Settings(base="https://example.org/g/", root_path="/graph/")
    assert (chosen.base, chosen.root_path) == ("https://example.org/g", "/graph")


def test_the_readme_lists_every_setting_with_its_default(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    table = readme.partition("<!-- settings")[2].partition("<!-- /settings -->")[0]
    wanted = [f"| `{name}` | {f'`{default}`' if default else ''} | {help_} |" for name, default, help_ in rows()]
    assert [line for line in table.splitlines() if line.startswith("| `")] == wanted
