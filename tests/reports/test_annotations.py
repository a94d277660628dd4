"""GitHub's and Azure's commands, read back as their own toolkits write and read them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from keylint.reports import azure, github, xcode
from keylint.reports.terminal import printable
from programs import node, package
from report_cases import HOSTILE, SAVE, UNREAD, everything, finding, run_of, write
from test_cli import run

UNESCAPED = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
"""As GitHub's runner undoes it, in its order."""
KINDS = {"error": "error", "warning": "warning", "notice": "info"}


def undone(text: str, tokens: tuple[str, ...]) -> str:
    for token in tokens:
        text = text.replace(token, UNESCAPED[token])
    return text


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub's runner reads it: its name, properties and message."""
    match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
    assert match is not None, line
    pairs = dict(item.split("=", 1) for item in match[2].split(","))
    properties = {name: undone(value, ("%0D", "%0A", "%3A", "%2C", "%25")) for name, value in pairs.items()}
    return match[1], properties, undone(match[3], ("%0D", "%0A", "%25"))


def odd() -> Any:
    names = ["a,b:c%25.swift", "100%.swift", "a\nb.swift", "é 😀.swift", "::error::.swift"]
    return run_of([*everything().told, *(finding(name, message=f"{name} 50%, done: x\ny") for name in names)], incomplete=[UNREAD])


class TestGitHub:
    def test_a_command(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"sub/save.swift": SAVE, ".git/HEAD": ""})
        [line] = run("check", "--output-format", "github", cwd=tree / "sub").stdout.splitlines()
        kind, properties, message = parsed(line)
        assert (kind, properties) == (
            "error",
            {"title": "KL101 missing-accessibility", "file": "sub/save.swift", "line": "4", "endLine": "4"},
        )
        assert message.startswith("sub/save.swift:4:20: KL101 `SecItemAdd` stores ")
        assert "\nName a class in `kSecAttrAccessible`" in message

    def test_severities(self) -> None:
        made = everything()
        kinds = [KINDS[parsed(line)[0]] for line in github.report(made).splitlines()]
        assert kinds == [item.severity for item in made.told]

    def test_the_toolkit_writes_the_same(self) -> None:
        lines = github.report(odd()).splitlines()
        given = [parsed(line) for line in lines]
        written = node(
            """
            import * as core from "@actions/core";
            for (const [kind, {title, file, line, endLine}, message] of JSON.parse(given))
              core[kind](message, {title, file, startLine: line, endLine});
            """,
            given=json.dumps(given),
        )
        assert written.splitlines() == lines

    def test_a_name_comes_back_as_it_was(self) -> None:
        files = [parsed(line)[1]["file"] for line in github.report(odd()).splitlines()]
        assert {"a,b:c%25.swift", "100%.swift", "é 😀.swift", "::error::.swift", "a\\u{a}b.swift", "b c/é%#.swift"} <= set(files)


class TestAzure:
    def test_the_toolkit_reads_it_back(self) -> None:
        made = odd()
        lines = azure.report(made).splitlines()
        library = json.dumps(str(package("azure-pipelines-task-lib", "taskcommand.js")))
        read = node(
            f"""
            import {{ createRequire }} from "node:module";
            const {{ commandFromString }} = createRequire(import.meta.url || "file:///")({library});
            console.log(JSON.stringify(JSON.parse(given).map(commandFromString)));
            """,
            given=json.dumps(lines),
        )
        commands = json.loads(read)
        assert len(commands) == len(made.told)
        for command, one in zip(commands, made.told, strict=True):
            assert command["command"] == "task.logissue"
            assert command["properties"]["sourcepath"] == printable(one.path)
            assert command["properties"]["type"] == ("error" if one.severity == "error" else "warning")
            assert command["properties"]["code"] == one.code
            assert printable(one.message) in command["message"]

    def test_a_command(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"a;b].swift": SAVE})
        [line] = run("check", "--output-format", "azure", cwd=tree).stdout.splitlines()
        assert line.startswith(
            "##vso[task.logissue type=error;sourcepath=a%3Bb%5D.swift;linenumber=4;columnnumber=20;code=KL101;]`SecItemAdd` stores "
        )


class TestXcode:
    def test_lines(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"sub/save.swift": SAVE})
        [line] = run("check", "--output-format", "xcode", cwd=tree).stdout.splitlines()
        assert line.startswith(f"{tree}/sub/save.swift:4:20: error: `SecItemAdd` stores ")
        assert line.endswith(" [KL101]")

    def test_severities(self) -> None:
        words = [re.search(r":\d+:\d+: (\w+): ", line) for line in xcode.report(everything()).splitlines()]
        assert [word and word[1] for word in words] == ["error", "note", "note", "warning", "note", "error"]


@pytest.mark.parametrize("form", [github, azure, xcode])
def test_a_finding_is_a_line_whatever_it_says(form: Any) -> None:
    report = form.report(run_of([finding(message=HOSTILE, remedy=HOSTILE, path=f"{HOSTILE.replace('/', '')}.swift")]))
    assert len(report.splitlines()) == 1
    assert "\x1b" not in report
