"""The GitHub Action: its steps are run by bash as a runner runs them, with their environment filled in from inputs and an event."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STORE = """\
import keyring
import Security
from Foundation import NSData


def save(secret: NSData) -> None:
    item = {{
        Security.kSecClass: Security.kSecClassGenericPassword,
        Security.kSecAttrService: "{name}",
        Security.kSecValueData: secret,
    }}
    {set_class}
    status, _ = Security.SecItemAdd(item, None)
    if status != Security.errSecSuccess:
        raise OSError(status)
"""
HOSTILE = "import pathlib; pathlib.Path(__file__).with_suffix('.ran').touch()"
CLASS = "item[Security.kSecAttrAccessible] = Security.kSecAttrAccessibleWhenUnlockedThisDeviceOnly"
SAFE, UNSAFE = (STORE.format(name="a", set_class=line) for line in (CLASS, "# nothing"))
OLD, LATER = (STORE.format(name=name, set_class="# nothing") for name in ("old", "later"))


class Done(NamedTuple):
    """What came of the action: the status of its failing step, what it printed, outputs, summary."""

    status: int
    printed: str
    outputs: dict[str, str]
    summary: str

    @property
    def codes(self) -> list[str]:
        """The rules of the annotations, with the files they are in."""
        lines = re.findall(r"^::(?:error|warning|notice) (\S.*?)::", self.printed, flags=re.MULTILINE)
        told = [dict(part.partition("=")[::2] for part in line.split(",")) for line in lines]
        return [f"{properties['file']} {properties['title'].partition(' ')[0]}" for properties in told]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def write(folder: Path, **files: str) -> str:
    """Commits files, and returns the commit."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "A step")
    return git(folder, "rev-parse", "HEAD")


def step_environment(step: dict[str, Any], inputs: dict[str, str], event: dict[str, str]) -> dict[str, str]:
    """The environment of a step, its expressions filled in."""
    known = {f"inputs.{name}": inputs.get(name, given.get("default", "")) for name, given in ACTION["inputs"].items()}

    def value(match: re.Match[str]) -> str:
        names = match[1].split(" || ")
        assert all(name in known or name.startswith("github.event.") for name in names)
        return next((found for name in names if (found := known.get(name) or event.get(name.removeprefix("github.event.")))), "")

    return {name: re.sub(r"\$\{\{ (.*?) \}\}", value, text) for name, text in step.get("env", {}).items()}


def run_step(step: dict[str, Any], workspace: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Runs a step, and returns its status and what it prints. The interpreter of the tests is the runner's `python3`."""
    assert step["shell"] == "bash"
    assert "${{" not in step["run"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "KEYLINT_", "GIT_", "PYTHON"))}
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    full = {**kept, "PATH": path, "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_ACTIONS": "true", **environment}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=workspace, env=full, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runner's own folder, in which the first step has installed keylint."""
    folder = tmp_path_factory.mktemp("runner")
    workspace = tmp_path_factory.mktemp("hostile")
    for name in ("venv", "pip", "json", "keylint", "sitecustomize", "ensurepip"):
        (workspace / f"{name}.py").write_text(HOSTILE)
    status, printed = run_step(ACTION["runs"]["steps"][0], workspace, {"RUNNER_TEMP": str(folder)})
    assert status == 0, printed
    assert not list(workspace.glob("*.ran"))
    return folder


Run = Callable[..., Done]


@pytest.fixture
def act(runner: Path, tmp_path: Path) -> Run:
    """Runs the second step in a checkout."""

    def run(workspace: Path, event: dict[str, str] | None = None, ref: str = "refs/heads/main", **inputs: str) -> Done:
        step = ACTION["runs"]["steps"][1]
        outputs, summary = tmp_path / "outputs", tmp_path / "summary"
        outputs.write_text("")
        summary.write_text("")
        given = {
            **step_environment(step, {name.replace("_", "-"): value for name, value in inputs.items()}, event or {}),
            "RUNNER_TEMP": str(runner),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REF": ref,
            "GITHUB_SHA": git(workspace, "rev-parse", "HEAD"),
        }
        status, printed = run_step(step, workspace, given)
        told = dict(line.partition("=")[::2] for line in outputs.read_text().splitlines())
        return Done(status, printed, told, summary.read_text())

    return run


class Origin(NamedTuple):
    """A repository as a server has it, with a pull request."""

    folder: Path
    base: str

    def checkout(self, goal: Path, revision: str, depth: int = 1) -> Path:
        """What actions/checkout leaves."""
        goal.mkdir()
        git(goal, "init", "-q")
        git(goal, "remote", "add", "origin", self.folder.as_uri())
        git(goal, "fetch", "-q", "--no-tags", *([f"--depth={depth}"] if depth else []), "origin", revision)
        git(goal, "checkout", "-q", "--detach", "FETCH_HEAD")
        return goal

    def request(self, **files: str) -> str:
        """A branch from the base with the files changed; returns its merge into what `main` now is."""
        git(self.folder, "checkout", "-qb", "branch", self.base)
        write(self.folder, **files)
        git(self.folder, "checkout", "-q", "--detach", "main")
        git(self.folder, "merge", "-q", "--no-ff", "-m", "Merge", "branch")
        git(self.folder, "update-ref", "refs/pull/7/merge", "HEAD")
        return git(self.folder, "rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    folder = tmp_path / "origin"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return Origin(folder, write(folder, a=SAFE, old=OLD))


PULL = "refs/pull/7/merge"


class TestPullRequest:
    def test_what_it_introduces_fails_the_step_and_is_in_the_report(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        origin.request(a=UNSAFE)
        workspace = origin.checkout(tmp_path / "work", PULL)
        done = act(workspace, {"pull_request.base.sha": origin.base}, PULL)
        assert (done.status, done.codes) == (1, ["a.py KL101"]), done.printed
        assert done.outputs["status"] == "1"
        [run] = json.loads(Path(done.outputs["sarif-file"]).read_text())["runs"]
        told = [item for item in run["results"] if not item.get("suppressions") and item.get("baselineState") != "unchanged"]
        assert [item["ruleId"] for item in told] == ["KL101"]
        assert re.search(r"^\| KL101 \| \S+ \| \w+ \| 1 \|$", done.summary, flags=re.MULTILINE), done.summary

    def test_what_a_comment_suppresses_becomes_no_alert(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        line = next(line for line in UNSAFE.split("\n") if "SecItemAdd(" in line)
        origin.request(a=UNSAFE.replace(line, f"{line}  # keylint: ignore[KL101] read in the foreground only"))
        done = act(origin.checkout(tmp_path / "work", PULL), {"pull_request.base.sha": origin.base}, PULL)
        assert (done.status, done.codes) == (0, []), done.printed
        listed = {}
        for name in ("sarif-file", "alerts-file"):
            [run] = json.loads(Path(done.outputs[name]).read_text())["runs"]
            listed[name] = [item["ruleId"] for item in run["results"]]
        assert listed == {"sarif-file": ["KL101"], "alerts-file": []}

    def test_what_was_there_before_does_not(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        origin.request(b="x = 1\n")
        done = act(origin.checkout(tmp_path / "work", PULL), {"pull_request.base.sha": origin.base}, PULL)
        assert (done.status, done.codes, done.outputs["status"]) == (0, [], "0"), done.printed
        assert "No findings." in done.summary
        assert done.outputs["sarif-file"]

    @pytest.mark.parametrize("depth", [1, 2, 0])
    def test_what_others_merged_meanwhile_does_not(self, origin: Origin, act: Run, tmp_path: Path, depth: int) -> None:
        write(origin.folder, later=LATER)
        origin.request(b="x = 1\n")
        done = act(origin.checkout(tmp_path / "work", PULL, depth), {"pull_request.base.sha": origin.base}, PULL)
        assert (done.status, done.codes) == (0, []), done.printed

    @pytest.mark.parametrize("depth", [1, 0])
    def test_the_branch_itself_checked_out(self, origin: Origin, act: Run, tmp_path: Path, depth: int) -> None:
        later = write(origin.folder, later=LATER)
        origin.request(a=UNSAFE)
        done = act(origin.checkout(tmp_path / "work", "branch", depth), {"pull_request.base.sha": later}, PULL)
        assert (done.status, done.codes) == (1, ["a.py KL101"]), done.printed

    def test_a_base_that_cannot_be_fetched_is_an_error(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        origin.request(a=UNSAFE)
        workspace = origin.checkout(tmp_path / "work", PULL)
        git(workspace, "remote", "set-url", "origin", (tmp_path / "nowhere").as_uri())
        done = act(workspace, {"pull_request.base.sha": origin.base}, PULL)
        assert done.status == 2
        assert "::error::What this branch is compared with cannot be fetched" in done.printed

    def test_nothing_of_it_is_run(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        names = ("json", "keylint", "collections", "sitecustomize", "msgspec", "re")
        origin.request(a=UNSAFE, **dict.fromkeys(names, HOSTILE))
        workspace = origin.checkout(tmp_path / "work", PULL)
        assert act(workspace, {"pull_request.base.sha": origin.base}, PULL).status == 1
        assert not list(workspace.glob("*.ran"))


class TestOtherEvents:
    def test_a_push_is_checked_whole(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        done = act(origin.checkout(tmp_path / "work", "main"))
        assert (done.status, done.codes) == (1, ["old.py KL101"]), done.printed

    def test_a_merge_queue(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        write(origin.folder, a=UNSAFE)
        event = {"merge_group.base_sha": origin.base}
        done = act(origin.checkout(tmp_path / "work", "main"), event, "refs/heads/gh-readonly-queue/main/pr-7")
        assert (done.status, done.codes) == (1, ["a.py KL101"]), done.printed


class TestInputs:
    @pytest.mark.parametrize(
        ("inputs", "status", "codes"),
        [
            ({"paths": "a.py"}, 0, []),
            ({"paths": "a.py\nold.py"}, 1, ["old.py KL101"]),
            ({"args": "--ignore=KL101\n\n--quiet"}, 0, []),
            ({"changed_since": "HEAD"}, 0, []),
            ({"changed_since": "none"}, 1, ["old.py KL101"]),
            ({"fail_on": "never"}, 2, []),
            ({"changed_since": "no-such"}, 2, []),
            ({"paths": "no such file.py"}, 2, []),
            ({"baseline": "no-such.json"}, 2, []),
        ],
    )
    def test_reach_keylint(self, origin: Origin, act: Run, tmp_path: Path, inputs: dict[str, str], status: int, codes: list[str]) -> None:
        done = act(origin.checkout(tmp_path / "work", "main"), **inputs)
        assert (done.status, done.codes, done.outputs["status"]) == (status, codes, str(status)), done.printed

    def test_a_report_of_an_earlier_run_is_not_taken_for_this_ones(self, origin: Origin, act: Run, tmp_path: Path) -> None:
        workspace = origin.checkout(tmp_path / "work", "main")
        assert act(workspace).outputs["sarif-file"]
        assert "sarif-file" not in act(workspace, paths="no-such.py").outputs

    @pytest.mark.parametrize("name", ["paths", "changed_since", "baseline", "fail_on", "args"])
    def test_are_data(self, origin: Origin, act: Run, tmp_path: Path, name: str) -> None:
        workspace = origin.checkout(tmp_path / "work", "main")
        done = act(workspace, **{name: "$(touch ran)\n`touch ran`\n; touch ran\n\"'\n-o touch\n::error::ran"})
        assert done.status == 2, done.printed
        assert not (workspace / "ran").exists()
        assert "\n::error::ran" not in done.printed


def tool(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"no {name}")
        pytest.skip(f"no {name}")
    return found


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions"],
        ["zizmor", "--offline", "--no-progress", "--persona", "pedantic"],
    ],
    ids=lambda command: command[0],
)
def test_the_action_is_accepted(command: list[str]) -> None:
    whole = [tool(command[0]), *command[1:], str(ROOT / "action.yml")]
    done = subprocess.run(whole, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_it_uses_is_pinned() -> None:
    used = [step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step]
    assert len(used) == 1
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in used)


def test_the_report_is_uploaded_although_the_check_failed() -> None:
    upload = ACTION["runs"]["steps"][2]
    assert upload["if"] == "${{ !cancelled() && inputs.upload-sarif == 'true' && steps.check.outputs.alerts-file != '' }}"
    assert upload["with"]["sarif_file"] == "${{ steps.check.outputs.alerts-file }}"
