"""What the documentation says is so: derived parts do not lag, examples work, links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import keylint
from keylint.check import Settings, analyze_sources
from keylint.rules.registry import codes, resolve
from keylint.stores.reading import store_from, stores_from, toml

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "fixtures" / "apps").glob("*.md")])


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "docs" / "generate.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(keylint.__file__).parent.parent)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


def test_derived_parts_do_not_lag() -> None:
    done = generate(ROOT, "--check")
    assert not done.stdout + done.stderr
    assert done.returncode == 0


def test_a_part_that_lags_is_noticed_and_mended(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "fixtures" / "apps", tmp_path / "fixtures" / "apps")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lagging = readme.replace("`missing-accessibility` | error", "`missing-accessibility` | info")
    (tmp_path / "README.md").write_text(lagging, encoding="utf-8")
    done = generate(tmp_path, "--check")
    assert (done.returncode, done.stdout) == (1, "README.md lags: run python docs/generate.py\n")
    assert generate(tmp_path).returncode == 0
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == readme


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target, fragment in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", prose):
        goal = page.parent / target if target else page
        assert goal.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", goal.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert fragment in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, fragment


def test_every_code_that_is_mentioned_exists() -> None:
    for page in PAGES:
        if page.name == "CONTRIBUTING.md":  # Its example is a rule that is not there.
            continue
        assert set(re.findall(r"\bKL\d{3}\b", page.read_text(encoding="utf-8"))) <= set(codes()), page.name


def test_ci_runs_the_readmes_commands() -> None:
    first, second = re.findall(r"```sh\n(.*?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert first.endswith("keylint check fixtures/apps")
    assert "keylint check fixtures/apps" in script
    assert second.endswith(" && pytest")
    assert second.removesuffix(" && pytest") in script


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await put('token', secret);", {"KL101"}),
        ("await put('token', secret, { accessible: 'unlockedDevice' });", set()),
        ("await put('token', secret, { accessible: 'unlocked' });", {"KL103"}),
        ("put('token', secret, { accessible: 'unlockedDevice' });", {"KL303"}),
        (
            "let old = null; try { old = await get('token'); } catch {}\n"
            "if (!old) { await put('token', secret, { accessible: 'unlockedDevice' }); }",
            {"KL304"},
        ),
    ],
)
def test_the_model_that_the_guide_writes_works(body: str, expected: set[str]) -> None:
    guide = (ROOT / "docs" / "writing-a-store-model.md").read_text(encoding="utf-8")
    model, _ = re.findall(r"```toml\n(.*?)```", guide, flags=re.DOTALL)
    stores = (store_from(toml(model, "guide"), "guide"),)
    text = f"import {{ put, get }} from 'example-vault';\nexport async function save(secret: string) {{\n{body}\n}}\n"
    result = analyze_sources([("a.ts", text.encode())], Settings(resolve([]), stores=stores))
    assert {finding.code for finding in result.findings} == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('Vault(service: "s").put(secret, key: "token")', {"KL101", "KL301"}),
        ('let saved = Vault(service: "s", accessible: .unlockedDevice).put(secret, key: "token")', set()),
        ('let saved = Vault().accessible(.unlocked).put(secret, key: "token")', {"KL103"}),
        ('let saved = Vault().put(secret, key: "token", accessible: .unlockedDevice)', set()),
        ('let saved = given.put(secret, key: "token")', set()),
    ],
)
def test_the_model_of_objects_that_the_guide_writes_works(body: str, expected: set[str]) -> None:
    guide = (ROOT / "docs" / "writing-a-store-model.md").read_text(encoding="utf-8")
    models = re.findall(r"```toml\n(.*?)```", guide, flags=re.DOTALL)
    stores = tuple(stores_from({f"guide {number}": toml(model, "guide") for number, model in enumerate(models)}))
    text = f"import ExampleVault\n\nfunc save(_ secret: String, given: Vault) {{\n{body}\n}}\n"
    result = analyze_sources([("a.swift", text.encode())], Settings(resolve([]), stores=stores))
    assert {finding.code for finding in result.findings} == expected
