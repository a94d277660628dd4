"""The snippets of `docs/editors.md` that need no editor: they parse, and what they match is what the command prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from editor import environment

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "editors.md"
APP = ROOT / "fixtures" / "apps" / "swift-sessionkit" / "before"


def block(name: str, language: str) -> str:
    """The block in a language that follows a comment with the name of a recipe."""
    found = re.search(rf"<!-- recipe {re.escape(name)} -->\n+```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, name
    return found[1]


def printed(*arguments: str) -> str:
    """What the command prints in a project."""
    done = subprocess.run([sys.executable, "-m", "keylint", *arguments], capture_output=True, env=environment(), cwd=APP)
    return done.stdout.decode()


@pytest.mark.parametrize("name", re.findall(r"<!-- recipe (\S+) -->\n+```json\n", DOCS.read_text(encoding="utf-8")))
def test_the_json_is_json(name: str) -> None:
    assert json.loads(block(name, "json"))


def test_the_toml_is_toml() -> None:
    if sys.version_info < (3, 11):
        import tomli as tomllib
    else:
        import tomllib
    for language in tomllib.loads(block("helix", "toml"))["language"]:
        assert "keylint" in language["language-servers"]


def matched(lines: list[str], pattern: dict[str, Any]) -> list[dict[str, str]]:
    """What the pattern finds in the lines, in the regular expressions of JavaScript, which VS Code's are."""
    names = [name for name in pattern if name != "regexp"]
    program = (
        "const { lines, pattern, names } = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "const found = lines.map(line => new RegExp(pattern.regexp).exec(line)).filter(Boolean);"
        "console.log(JSON.stringify(found.map(match => Object.fromEntries(names.map(name => [name, match[pattern[name]]])))));"
    )
    asked = json.dumps({"lines": lines, "pattern": pattern, "names": names})
    done = subprocess.run(["node", "-e", program], input=asked, capture_output=True, text=True, check=True)
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(not os.environ.get("CI") and shutil.which("node") is None, reason="there is no node")
def test_the_problem_matcher_reads_what_is_printed() -> None:
    task: dict[str, Any] = json.loads(block("vscode-task", "json"))["tasks"][0]
    command, *arguments = task["command"].split()
    assert command == "keylint"
    found = matched(printed(*arguments).splitlines(), task["problemMatcher"]["pattern"])
    expected = json.loads(printed("check", "--output-format", "json"))
    assert [(item["code"], int(item["line"]), int(item["column"]), item["message"]) for item in found] == [
        (item["code"], item["location"]["row"], item["location"]["column"], item["message"]) for item in expected
    ]
    assert [(APP / item["file"]).is_file() for item in found] == [True] * 7
