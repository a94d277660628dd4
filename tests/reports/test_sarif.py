"""SARIF: what it says, that it fits the schema, and that Microsoft's multitool takes it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from keylint.findings import BASE, COMMENT, Silenced
from keylint.program.nodes import Span
from keylint.reports import sarif
from keylint.reports.formats import warning
from keylint.rules.registry import codes
from keylint.source import Source
from programs import called, package
from report_cases import CODE, LOAD, NOQA, REVIEWED, SAVE, UNDECODABLE, UNREAD, everything, finding, run_of, span, write
from test_cli import run

ROOT = Path(__file__).parent.parent.parent

UNAVOIDABLE = {
    "SARIF2002": "messages are texts: GitHub reads no others",
    "SARIF2003": "which repository this is, is not known without asking git's configuration",
    "SARIF2005": "the project has no address yet",
    "SARIF2006": "the multitool looks up the schema's address",
    "SARIF2012": "nor have the rules' pages",
}
"""What the multitool notes about every report."""


def log(report: str) -> Any:
    [only] = json.loads(report)["runs"]
    return only


def checked(root: Path, *arguments: str, cwd: Path | None = None) -> Any:
    done = run("check", "--output-format", "sarif", *arguments, cwd=cwd or root)
    return log(done.stdout)


def validated(folder: Path) -> dict[str, set[str]]:
    """What the multitool says of the reports in `folder`: rule and remark, by file. Of one that it cannot read it says nothing."""
    tool = package("@microsoft", "sarif-multitool-linux", "Sarif.Multitool")
    levels = ("--level", "Error;Warning;Note", "--rule-kind", "Sarif;Ghas")
    done = called(tool, "validate", f"{folder}/*.sarif", "--output", folder / "out.json", *levels)
    said: dict[str, set[str]] = {path.name: set() for path in folder.glob("*.sarif")}
    for path, rule, what in re.findall(r"^(.+?)\(\d+,\d+\): \w+ ([A-Z]+\d+): (.*)$", done.stdout, flags=re.MULTILINE):
        said[os.path.basename(path)].add(f"{rule} {what}")
    assert f"Done. {len(said)} files scanned." in done.stdout, done.stdout
    return said


def misfits(report: str) -> list[str]:
    """Where `report` does not fit the schema."""
    [path] = package("@microsoft", "jest-sarif", "lib", "schemas").glob("sarif-2.1.0*.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert "SARIF) Version 2.1.0" in schema["title"]
    found = jsonschema.validators.validator_for(schema)(schema).iter_errors(json.loads(report))
    return [f"{list(error.path)}: {error.message}" for error in found]


def texts(value: Any) -> list[str]:
    """Every string in `value`."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def uri(result: Any) -> str:
    return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])


def test_every_report_is_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    texts: dict[str, str | bytes] = {"a b/é %41#?.swift": SAVE, "load.ts": LOAD, "seen.ts": REVIEWED, "noqa.py": NOQA}
    tree = write(tmp_path / "tree", {**texts, "broken.swift": UNDECODABLE})
    reports = {"none": run_of([]), "one": run_of([finding()]), "everything": everything(), "incomplete": run_of([], incomplete=[UNREAD])}
    for name, made in reports.items():
        (folder / f"{name}.sarif").write_text(sarif.report(made), encoding="utf-8")
    runs = {
        "tree": (tree, ["."]),
        "subdirectory": (tree / "a b", ["..", "--select", "all"]),
        "absolute": (ROOT, [str(tree)]),
        "apps": (ROOT, ["fixtures/apps", "--select", "all"]),
    }
    for name, (cwd, arguments) in runs.items():
        run("check", *arguments, "--output-file", f"sarif={folder / name}.sarif", cwd=cwd)
    said = validated(folder)
    assert len(said) == len(reports) + len(runs)
    for name, notes in said.items():
        report = (folder / name).read_text(encoding="utf-8")
        assert misfits(report) == []
        assert any(note.startswith("SARIF2005") for note in notes), "it was not read"
        whole_files = {f"results[{number}]." for number, result in enumerate(log(report)["results"]) if result["ruleId"] == "KL900"}
        notes -= {note for note in notes if note.startswith(("SARIF2010", "SARIF2011")) and any(whole in note for whole in whole_files)}
        assert {note.split()[0] for note in notes} <= set(UNAVOIDABLE), f"{name}: {sorted(notes)}"
        assert all("informationUri" in note for note in notes if note.startswith("SARIF2005"))
        assert all("help URI" in note for note in notes if note.startswith("SARIF2012"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"version": "2.1.0"', '"version": "2.2.0"'),
        ('"kind": "inSource"', '"kind": "inCode"'),
        ('"ruleIndex": 0', '"ruleIndex": -7'),
        ('"endLine"', '"lastLine"'),
        ('"text": "Name a class."', '"text": 1'),
    ],
)
def test_what_does_not_fit_the_schema_is_noticed(before: str, after: str) -> None:
    good = sarif.report(everything())
    assert before in good
    assert misfits(good.replace(before, after))


def test_what_the_multitool_does_not_accept_is_noticed(tmp_path: Path) -> None:
    good = sarif.report(everything())
    wrong = {
        "SARIF1002": ('"uri": "a.swift"', '"uri": "a b.swift"'),
        "SARIF1007": ('"endColumn": 34', '"endColumn": 3'),
        "JSON1005": ('"results"', '"finds"'),
    }
    for rule, (before, after) in wrong.items():
        assert before in good
        (tmp_path / f"{rule}.sarif").write_text(good.replace(before, after), encoding="utf-8")
    for name, notes in validated(tmp_path).items():
        assert any(note.startswith(name.partition(".")[0]) for note in notes)


def test_the_run(tmp_path: Path) -> None:
    found = checked(write(tmp_path, {"save.swift": SAVE}), "save.swift")
    driver = found["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("keylint", driver["semanticVersion"])
    assert found["columnKind"] == "utf16CodeUnits"
    assert found["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    assert str(tmp_path) not in json.dumps(found)
    [result] = found["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "KL101"
    assert (result["level"], result["suppressions"]) == ("error", [])


def test_columns_count_what_the_run_declares(tmp_path: Path) -> None:
    [result] = checked(write(tmp_path, {"save.swift": SAVE}), "save.swift")["results"]
    physical = result["locations"][0]["physicalLocation"]
    region = physical["region"]
    line = SAVE.splitlines()[3]
    units = line.encode("utf-16-le")
    assert region["startLine"] == region["endLine"] == 4
    called = units[(region["startColumn"] - 1) * 2 : (region["endColumn"] - 1) * 2].decode("utf-16-le")
    assert called == region["snippet"]["text"] == "SecItemAdd(q as CFDictionary, nil)"
    assert region["startColumn"] != line.index("SecItemAdd") + 1
    assert physical["contextRegion"] == {"startLine": 4, "endLine": 4, "snippet": {"text": line}}


def test_a_region_of_several_lines() -> None:
    results = log(sarif.report(everything()))["results"]
    [long] = [item for item in results if item["ruleId"] == "KL103"]
    region = long["locations"][0]["physicalLocation"]["region"]
    lines = Source("a", CODE.encode()).line_starts
    assert (region["startLine"], region["endLine"]) == (2, len(lines) - 1)


def test_rules_are_those_that_there_are() -> None:
    rules = log(sarif.report(run_of([])))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(codes())
    for rule in rules:
        assert re.fullmatch(r"([A-Z][a-z]+)+", rule["name"])
        assert len(rule["properties"]["tags"]) <= 10
        scored = not rule["id"].startswith("KL9")
        assert ("security-severity" in rule["properties"]) == ("security" in rule["properties"]["tags"]) == scored
        assert rule["properties"]["precision"] in ("high", "medium")
        assert rule["help"]["markdown"].startswith(rule["shortDescription"]["text"])
        assert rule["fullDescription"]["text"] != rule["shortDescription"]["text"]
        assert "## " not in rule["fullDescription"]["text"]
    assert {rule["id"]: rule["defaultConfiguration"] for rule in rules}["KL109"] == {"enabled": False, "level": "note"}


def test_nothing_is_empty() -> None:
    for made in (run_of([]), run_of([finding(remedy="", message="m")]), everything()):
        document = json.loads(sarif.report(made))
        for fix in (fix for result in document["runs"][0]["results"] for fix in result.get("fixes", ())):
            for change in fix["artifactChanges"]:
                change["replacements"] = [item for item in change["replacements"] if item["insertedContent"]["text"]]
        assert all(texts(document))


@pytest.mark.parametrize(
    ("cwd", "asked", "expected"),
    [
        (".", ["."], "sub dir/é %2541%23.swift"),
        (".", ["./sub dir/../sub dir"], "sub dir/é %2541%23.swift"),
        ("sub dir", [], "sub dir/é %2541%23.swift"),
        ("other", ["../sub dir"], "sub dir/é %2541%23.swift"),
        ("other", [".."], "sub dir/é %2541%23.swift"),
        ("..", ["tree"], "sub dir/é %2541%23.swift"),
    ],
)
def test_uris_are_relative_to_the_work_tree(tmp_path: Path, cwd: str, asked: list[str], expected: str) -> None:
    tree = write(tmp_path / "tree", {"sub dir/é %41#.swift": SAVE, "other/x": "", ".git/HEAD": ""})
    [result] = checked(tree, *asked, cwd=tree / cwd)["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": expected.replace(" ", "%20").replace("é", "%C3%A9"), "uriBaseId": "SRCROOT"}
    assert unquote(artifact["uri"]) == "sub dir/é %41#.swift"


def test_the_same_finding_has_the_same_fingerprint_from_wherever_it_is_looked_at(tmp_path: Path) -> None:
    tree = write(tmp_path / "tree", {"a/save.swift": SAVE, "b/x": "", ".git/HEAD": ""})
    asked: list[tuple[str, list[str]]] = [(".", []), ("a", ["save.swift"]), ("b", ["../a"])]
    whole, part, beside = (checked(tree, *paths, cwd=tree / cwd)["results"] for cwd, paths in asked)
    assert whole == part == beside
    write(tree, {"a/save.swift": "\n// moved\n" + SAVE})
    [moved] = checked(tree)["results"]
    assert moved["partialFingerprints"] == whole[0]["partialFingerprints"]
    assert moved["locations"] != whole[0]["locations"]


def test_fingerprints_are_unique_and_do_not_shift_when_an_equal_finding_is_silenced() -> None:
    later = CODE.encode().rindex(b"nil")
    twice = [finding(where=span("nil")), finding(where=Span(later, later + 3))]
    first, second = log(sarif.report(run_of(twice)))["results"]
    assert first["partialFingerprints"] != second["partialFingerprints"]
    silenced = log(sarif.report(run_of(twice[1:], [Silenced(twice[0], BASE)])))["results"]
    assert [item["partialFingerprints"] for item in silenced] == [second["partialFingerprints"]]


def test_outside_the_root_a_uri_is_absolute(tmp_path: Path) -> None:
    made = run_of([finding(str(tmp_path / "a b.swift"))], root=str(tmp_path / "elsewhere"))
    [result] = log(sarif.report(made))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": f"file://{tmp_path}/a%20b.swift"}


@pytest.mark.parametrize(("name", "expected"), [("a:b.swift", "a%3Ab.swift"), ("a\\b.swift", "a%5Cb.swift"), ("\udcff.swift", "%FF.swift")])
def test_odd_names(name: str, expected: str) -> None:
    [result] = log(sarif.report(run_of([finding(name)])))["results"]
    assert uri(result) == expected


def test_suppressions(tmp_path: Path) -> None:
    results = checked(write(tmp_path, {"seen.ts": REVIEWED, "noqa.py": NOQA}), ".")["results"]
    assert {uri(result): [item["kind"] for item in result["suppressions"]] for result in results} == {
        "noqa.py": ["inSource"],
        "seen.ts": ["inSource"],
    }
    made = log(sarif.report(everything()))["results"]
    assert sorted((suppression for result in made for suppression in result["suppressions"]), key=str) == [
        {"kind": "external", "status": "accepted"},
        {"kind": "inSource", "status": "accepted", "justification": "reviewed"},
        {"kind": "inSource", "status": "accepted"},
    ]
    assert all("suppressions" in result for result in made)


def test_related_places() -> None:
    [result] = [item for item in log(sarif.report(everything()))["results"] if "relatedLocations" in item]
    first, second = result["relatedLocations"]
    assert (first["id"], first["message"]) == (1, {"text": "deleted here."})
    assert unquote(second["physicalLocation"]["artifactLocation"]["uri"]) == "b c/é%#.swift"
    assert result["message"]["text"] == (
        "`SecItemAdd` stores it. Name a class. See [deleted here](1), [called \\[here\\](9) with \\\\](2)."
    )
    [flow] = result["codeFlows"]
    [thread] = flow["threadFlows"]
    steps = [step["location"] for step in thread["locations"]]
    assert [step["message"]["text"] for step in steps] == ["deleted here.", "called [here](9) with \\.", "`SecItemAdd` stores it."]
    own = result["locations"][0]["physicalLocation"]["region"]
    assert own["startColumn"] == steps[-1]["physicalLocation"]["region"]["startColumn"] == 16


def test_a_name_from_the_code_is_no_link() -> None:
    [long] = [item for item in log(sarif.report(everything()))["results"] if item["ruleId"] == "KL103"]
    assert "\\[g](https://h.example)" in long["message"]["text"]
    [plain] = log(sarif.report(run_of([finding(message="`keychain[key]` (all) stores it")])))["results"]
    assert plain["message"]["text"] == "`keychain[key]` (all) stores it. Name a class."


def test_a_fix() -> None:
    [result] = [item for item in log(sarif.report(everything()))["results"] if "fixes" in item]
    [fix] = result["fixes"]
    [change] = fix["artifactChanges"]
    assert change["replacements"][0] == {
        "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
        "insertedContent": {"text": "// é\n"},
    }


def test_an_incomplete_run(tmp_path: Path) -> None:
    for arguments in ([], ["--select", "KL101"], ["--exit-zero"]):
        found = checked(write(tmp_path, {"broken.swift": UNDECODABLE}), ".", *arguments)
        [invocation] = found["invocations"]
        assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
        [note] = invocation["toolExecutionNotifications"]
        assert (note["level"], note["associatedRule"]["id"]) == ("error", "KL900")
        assert note["message"]["text"].startswith("Not analyzed")
        assert uri(note) == "broken.swift"
        assert [(result["ruleId"], uri(result)) for result in found["results"]] == [("KL900", "broken.swift")]


def test_what_github_keeps_is_said() -> None:
    many = [finding(f"{number:05}.swift") for number in range(5001)]
    assert warning("sarif", run_of(many[:-1])) is None
    assert warning("sarif", run_of(many)) == "5001 results: GitHub keeps 5000 of a SARIF file"
    counted = run_of(many[:-1], [Silenced(many[-1], COMMENT)])
    assert warning("sarif", counted) is not None
    assert warning("junit", run_of(many)) is None


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    tree = write(tmp_path, {f"{number}/save.swift": SAVE for number in range(8)})
    one, many = (run("check", "--output-format", "sarif", "--jobs", jobs, cwd=tree).stdout for jobs in ("1", "2"))
    assert one == many
    assert len(log(one)["results"]) == 8
