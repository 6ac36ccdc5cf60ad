"""The commands as somebody types them: answers on standard output, everything else on standard error, exit codes."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from numgraph import resources
from numgraph.cli import COMMANDS, main
from numgraph.cli.console import EXIT_CODES, Exit
from numgraph.errors import NumgraphError


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process; COLUMNS is set so that tables are never folded."""
    monkeypatch.setenv("COLUMNS", "400")

    def call(*words: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["numgraph", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capfd.readouterr()
        return Outcome(int(ended.value.code or 0), shown.out, shown.err)

    return call


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's graph, built once by the command itself."""
    folder = tmp_path_factory.mktemp("demo") / "graph"
    subprocess.run(
        [sys.executable, "-m", "numgraph", "demo", "--into", folder, "--build-only", "--quiet"], check=True, timeout=120
    )
    return folder


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(
        "30.01.2026\nNeues aus Köln\nDas Netzwerk Beispielmedizin (NBM) wurde im Jahr 2020 gegründet.\n",
        encoding="utf-8",
    )
    return path


def test_building_the_same_again_makes_no_new_edition(run: Run, data: Path) -> None:
    told = run("demo", "--into", data, "--build-only")
    assert told.code == Exit.OK
    assert "the sources say nothing new" in told.err
    assert told.out == ""


def test_a_query_answers_as_a_table_with_the_usual_prefixes(run: Run, data: Path) -> None:
    told = run("query", "SELECT ?end { ?phase num:phaseOf ?network ; num:fundingEnd ?end } LIMIT 1", "--data", data)
    assert told.code == Exit.OK
    assert "1 row" in told.out


@pytest.mark.parametrize(("name", "start"), [("json", '{"head"'), ("csv", "s\r\n"), ("tsv", "?s\n"), ("xml", "<?xml")])
def test_a_query_answers_in_the_formats_of_sparql(run: Run, data: Path, name: str, start: str) -> None:
    told = run("query", "SELECT ?s { ?s a num:Network } LIMIT 1", "--data", data, "--format", name)
    assert told.out.replace("\ufeff", "").startswith(start)


def test_a_construct_query_answers_in_turtle_and_an_ask_query_in_a_word(run: Run, data: Path) -> None:
    assert " " in run("query", "CONSTRUCT WHERE { ?s a num:Network }", "--data", data).out
    assert run("query", "ASK { ?s a num:Network }", "--data", data).out == "yes\n"


def test_a_wrong_query_names_the_line_and_exits_with_its_own_code(run: Run, data: Path) -> None:
    told = run("query", "SELECT ?s {\n ?s a }", "--data", data)
    assert told.code == Exit.QUERY
    assert told.out == ""
    assert "line 2" in told.err


def test_a_service_is_refused_on_the_command_line_too(run: Run, data: Path) -> None:
    told = run("query", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "--data", data)
    assert told.code == Exit.QUERY


# Example queries that find nothing in the demo, with the reason. The list is exact: what finds something comes off it.
SILENT_ON_THE_DEMO = {
    "04-who-builds-up-num4rare.rq": "the sample names who leads the build-up by a pronoun, which no rule resolves yet",
}


def test_every_example_query_gives_an_answer_on_the_demo(run: Run, data: Path) -> None:
    examples = sorted((resources.data() / "queries").glob("*.rq"))
    assert len(examples) >= 30
    silent = set()
    for example in examples:
        makes_triples = "CONSTRUCT" in example.read_text(encoding="utf-8")
        told = run("query", example, "--data", data, "--format", "ntriples" if makes_triples else "csv")
        assert told.code == Exit.OK, example.name
        if told.out.count("\n") == 1:
            silent.add(example.name)
    assert silent == set(SILENT_ON_THE_DEMO)


def test_a_folder_without_a_graph_is_named_with_the_way_out(run: Run, tmp_path: Path) -> None:
    told = run("query", "ASK {}", "--data", tmp_path)
    assert told.code == Exit.NO_DATA
    assert "numgraph build" in told.err


def test_extract_prints_claims_as_json_lines_with_their_exact_quotes(run: Run, note: Path) -> None:
    text = note.read_text(encoding="utf-8")
    told = run("extract", note, "--format", "jsonl")
    claims = [json.loads(line) for line in told.out.splitlines()]
    assert {claim["predicate"] for claim in claims} >= {"num:publishedOn", "num:foundedOn"}
    assert all(claim["quote"] == text[claim["start"] : claim["end"]] for claim in claims)


@pytest.mark.parametrize("name", ["table", "turtle", "nquads"])
def test_extract_shows_the_other_formats(run: Run, note: Path, name: str) -> None:
    assert "2026-01-30" in run("extract", note, "--format", name).out


def test_an_unknown_format_is_a_mistake_of_usage(run: Run, note: Path) -> None:
    assert run("extract", note, "--format", "docx").code == Exit.USAGE


def test_what_cannot_be_read_is_set_aside_and_the_rest_is_built(run: Run, note: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.txt").write_bytes(b"%PDF-1.7\x00\x01")
    told = run("build", tmp_path, "--into", tmp_path / "g")
    assert told.code == Exit.UNREADABLE
    assert "broken.txt was set aside" in told.err
    assert "1 documents" in told.err


def test_quiet_says_nothing_but_faults(run: Run, note: Path, tmp_path: Path) -> None:
    told = run("build", note, "--into", tmp_path / "g", "--quiet")
    assert (told.code, told.out, told.err) == (Exit.OK, "", "")


def test_validate_tells_what_would_stop_a_commit_in_both_languages(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        "@prefix num: <https://w3id.org/numgraph/ontology#> .\n"
        '<https://example.org/p> a num:FundingPhase ; num:fundingAmount "viel" .\n',
        encoding="utf-8",
    )
    english, german = run("validate", bad), run("validate", bad, "--language", "de")
    assert english.code == german.code == Exit.FINDINGS
    assert "may not be published" in english.out
    assert english.out != german.out
    assert json.loads(run("validate", bad, "--format", "json").out)["conforms"] is False


def test_validate_names_line_and_column_of_a_syntax_error(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("@prefix num: <x> .\nnum:a num:b\n", encoding="utf-8")
    told = run("validate", broken)
    assert told.code == Exit.UNREADABLE
    assert "broken.ttl:" in told.err


def test_export_gives_sorted_canonical_lines_and_any_other_format(run: Run, data: Path, tmp_path: Path) -> None:
    lines = run("export", "--data", data).out.splitlines()
    assert lines == sorted(lines)
    assert run("export", "--data", data, "--format", "trig", "--output", tmp_path / "x.trig").code == Exit.OK
    assert run("export", "--data", data, "--format", "folder", "--output", tmp_path / "x").code == Exit.OK
    assert (tmp_path / "x" / "default.ttl").is_file()


def test_map_gives_statements_and_reports_the_rows_it_left_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,web\n1,https://example.org\n2,no iri\n", encoding="utf-8")
    (tmp_path / "m.yml").write_text(
        'prefixes: {ex: "https://example.org/"}\n'
        "mappings: {r: {sources: [[other.csv~csv]], s: 'ex:$(id)', po: [[ex:web, $(web)~iri]]}}\n",
        encoding="utf-8",
    )
    told = run("map", tmp_path / "t.csv", "--mapping", tmp_path / "m.yml")
    assert told.code == Exit.FINDINGS
    assert told.out == "<https://example.org/1> <https://example.org/web> <https://example.org> .\n"
    assert "t.csv, row 3, column web" in told.err
    cells = run("map", tmp_path / "t.csv", "--mapping", tmp_path / "m.yml", "--format", "jsonl").out
    assert json.loads(cells)["row"] == 2


def test_the_real_directory_of_the_medical_informatics_initiative_maps_onto_our_things(run: Run, shared: Path) -> None:
    table = shared / "directories" / "mii_diz_standorte.json"
    told = run("map", table, "--mapping", resources.data() / "directories" / "mii" / "mapping.yml")
    assert told.code == Exit.OK
    assert told.out.count("#notation>") == 51
    assert told.out.count("isReplacedBy>") == 4
    assert "university-hospital/dresden> <https://w3id.org/numgraph/ontology#memberOf>" in told.out


def test_a_taken_port_is_a_sentence_not_a_traceback(run: Run, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run("serve", "--data", data, "--port", taken.getsockname()[1])
    assert "choose another with --port" in told.err


def test_every_command_explains_itself(run: Run) -> None:
    for name in COMMANDS:
        told = run(name, "--help")
        assert told.code == Exit.OK
        assert "Usage" in told.out


def test_every_fault_of_the_core_has_an_exit_code_of_its_own() -> None:
    mapped = {kind for kind, _ in EXIT_CODES}
    kinds = {
        kind
        for kind in NumgraphError.__subclasses__()
        if kind.__module__ == "numgraph.errors" and not any(issubclass(kind, one) for one in mapped)
    }
    assert {kind.__name__ for kind in kinds} == {
        "EvidenceMismatch",
        "Busy",
        "BrokenAnswer",
        "ProcessFailed",
        "ValidationFailed",
    }  # faults of ours, not theirs


def test_the_readme_explains_every_exit_code_people_meet(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    explained = {int(line.split("|")[1]) for line in readme.splitlines() if re.match(r"\| \d+ \|", line)}
    assert explained == {code for code in Exit if code is not Exit.FAULT}
