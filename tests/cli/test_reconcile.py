from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from numgraph import resources
from numgraph.cli import app
from numgraph.dataset import assemble
from numgraph.errors import UnreadableSource
from numgraph.mapping.directory import read_directory
from numgraph.settings import Settings
from numgraph.store.editions import EmbeddedStore

TABLE = "Nr,Haus\n1,Universitätsklinikum Leipzig\n2,Univeristätsklinikum Leipzg\n3,Bäckerei Müller\n4,\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without an index: the command makes it."""
    folder = tmp_path_factory.mktemp("data")
    tables = [read_directory(resources.data() / "directories" / name) for name in ("university-medicine", "places")]
    dataset = assemble((), Settings(), resources.ontology(), resources.shapes(), directories=tables)
    EmbeddedStore(folder).commit(dataset.quads, message="directories", author="test", archive=dataset.archive)
    return folder


def test_each_row_comes_back_with_what_was_found_and_how_sure_that_is(data: Path, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TABLE, "utf-8")
    out = tmp_path / "out.csv"
    asked = ["reconcile", str(tmp_path / "list.csv"), "-c", "Haus", "-d", str(data), "-o", str(out)]
    result = CliRunner().invoke(app, [*asked, "-t", "UniversityHospital"])
    assert result.exit_code == 0
    assert "4 names: 1 sure, 1 unsure, 2 none" in result.output
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [row["Haus"] for row in rows] == [
        "Universitätsklinikum Leipzig",
        "Univeristätsklinikum Leipzg",
        "Bäckerei Müller",
        "",
    ]
    assert [row["numgraph_match"] for row in rows] == ["sure", "unsure", "none", "none"]
    assert {row["numgraph_iri"] for row in rows[:2]} == {"https://w3id.org/numgraph/id/university-hospital/leipzig"}
    assert rows[0]["numgraph_name"] == "Universitätsklinikum Leipzig"


@pytest.mark.parametrize(
    ("name", "said"), [("list.csv", "no column 'Klinik'; the header has Nr, Haus"), ("gone.csv", "is not there")]
)
def test_a_wrong_table_or_column_is_named(data: Path, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "list.csv").write_text(TABLE, "utf-8")
    result = CliRunner().invoke(app, ["reconcile", str(tmp_path / name), "-c", "Klinik", "-d", str(data)])
    assert isinstance(result.exception, UnreadableSource)
    assert said in str(result.exception)
