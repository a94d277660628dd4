"""What the documentation says is so: derived parts do not lag, examples work, links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import keylint
from keylint.check import analyze_sources
from keylint.config.applying import Asked, Configuration
from keylint.config.finding import ConfigError
from keylint.config.reading import Config, read
from keylint.config.shape import ConfigTable, PolicyTable
from keylint.policy import CLASSES
from keylint.rules.registry import codes, resolve
from keylint.settings import Settings
from keylint.stores.reading import store_from, stores_from, toml
from test_cli import run

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures" / "apps").glob("*.md")])


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "docs" / "generate.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(keylint.__file__).parent.parent)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


def test_derived_parts_do_not_lag() -> None:
    done = generate(ROOT, "--check")
    assert not done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("code", codes())
def test_explain_prints_what_the_page_says(code: str) -> None:
    page = (ROOT / "docs" / "rules" / f"{code}.md").read_text(encoding="utf-8")
    explained = run("explain", code).stdout
    heading, _, facts, *text = page.split("\n", 3)
    assert explained.startswith(f"{heading.removeprefix('# ')} (")
    assert facts.startswith("Severity ")
    assert text[0].partition("\n\n")[2].replace("](../", "](") == explained.partition("\n\n")[2]


def test_a_part_that_lags_is_noticed_and_mended(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "fixtures" / "apps", tmp_path / "fixtures" / "apps")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lagging = readme.replace("`missing-accessibility` | error", "`missing-accessibility` | info")
    (tmp_path / "README.md").write_text(lagging, encoding="utf-8")
    gone = tmp_path / "docs" / "rules" / "KL999.md"
    gone.touch()
    (tmp_path / "src" / "keylint" / "completions" / "keylint.fish").unlink()
    done = generate(tmp_path, "--check")
    names = ("README.md", "src/keylint/completions/keylint.fish", "docs/rules/KL999.md")
    assert (done.returncode, done.stdout) == (1, "".join(f"{name} lags: run python docs/generate.py\n" for name in names))
    assert generate(tmp_path).returncode == 0
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == readme
    assert not gone.exists()
    assert generate(tmp_path, "--check").returncode == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target, fragment in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", prose):
        if "://" in target:
            continue
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


CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
PLAIN, SOME_FILES, SEVERITY, EXTEND, POLICY, TYPESCRIPT, SWIFT, PYTHON = re.findall(r"```toml\n(.*?)```", CONFIGURATION, flags=re.DOTALL)
PUT = """\
import { setItemAsync as put, %s } from 'expo-secure-store';
export const save = (s: string) => put('%s', s, { keychainAccessible: %s });
"""
REPLACED = """


def f():
    old = None
    try:
        old = load('k')
    except Exception:
        pass
    if not old:
        save('k', 'n')
"""
"""Python that takes any failure of a read for absence."""


def configured(text: str) -> Config:
    return read("keylint.toml", text.encode(), "")


def found(text: str, path: str, code: str) -> set[str]:
    config = configured(text)
    settings = Settings(resolve([]), stores=config.stores, policies=config.policies)
    return {finding.code for finding in analyze_sources([(path, code.encode())], settings).findings}


def test_every_key_of_the_configuration_is_documented() -> None:
    tables = dict(re.findall(r"^\| `(?:\[\[)?([a-z-]+)(?:\]\])?(?: = \w+)?` \| (.*)$", CONFIGURATION, flags=re.MULTILINE))
    keys = [field.encode_name for table in (ConfigTable, PolicyTable) for field in msgspec.structs.fields(table)]
    assert not set(keys) - set(tables)
    assert set(CLASSES) <= set(tables)


def test_the_configuration_that_the_page_writes_is_one() -> None:
    table = configured(PLAIN).table
    assert (table.extend_select, table.ignore, table.fail_on) == (("strict",), ("KL303",), "error")
    assert table.exclude == ("vendor/", "*.generated.swift")
    nested = POLICY.replace("[[policy]]", "[[tool.keylint.policy]]")
    assert len(read("pyproject.toml", nested.encode(), "").policies) == 2


def test_the_rules_in_some_files_and_the_severities_that_the_page_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keylint.toml").write_text(SOME_FILES.replace("[per", "extend-select = ['strict']\n[per") + SEVERITY, encoding="utf-8")
    settings = Configuration(Asked())
    assert [len(settings.of(path).codes & resolve(["strict"])) > 0 for path in ("Sources/a.swift", "a.swift")] == [True, False]
    assert not settings.of("Examples/a.swift").codes & resolve(["KL1"])
    assert [settings.of("a.swift").severities[code] for code in ("KL101", "KL103")] == ["warning", "error"]


def test_the_file_that_the_page_extends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "keylint.toml").write_text("ignore = ['KL303']\nfail-on = 'info'\n", encoding="utf-8")
    (tmp_path / "app" / "keylint.toml").write_text(EXTEND, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "app")
    settings = Configuration(Asked()).of("a.swift")
    assert (settings.codes, settings.fail_on) == (resolve([], ["KL303"]), "error")


@pytest.mark.parametrize(
    ("key", "access", "against"),
    [
        ("auth.token", "AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY", False),
        ("auth.token", "WHEN_UNLOCKED_THIS_DEVICE_ONLY", True),
        ("theme", "WHEN_UNLOCKED_THIS_DEVICE_ONLY", False),
        ("theme", "AFTER_FIRST_UNLOCK", True),
    ],
)
def test_the_policy_that_the_page_writes_decides(key: str, access: str, against: bool) -> None:
    assert ("KL117" in found(POLICY, "a.ts", PUT % (access, key, access))) == against


@pytest.mark.parametrize(
    ("text", "path", "code", "expected"),
    [
        (TYPESCRIPT, "a.ts", "import { remember as f } from '@/lib/secureStore';\nexport function g(s: string) { f('t', s); }", {"KL303"}),
        (TYPESCRIPT, "a.ts", "import { vault } from '@/lib/secureStore';\nexport function g(s: string) { vault.set('t', s); }", {"KL303"}),
        (
            TYPESCRIPT,
            "a.ts",
            "import { recall, remember } from '@/lib/secureStore';\nexport async function f() {\n"
            "let old = null; try { old = await recall('token'); } catch {}\nif (!old) { await remember('token', 'new'); }\n}",
            {"KL304"},
        ),
        (
            TYPESCRIPT + '[[policy]]\nclasses = ["when-unlocked"]',
            "a.ts",
            "import { remember } from '@/lib/secureStore';\nexport const f = (s: string) => remember('token', s);",
            {"KL117"},
        ),
        (
            SWIFT + '[[policy]]\nclasses = []\n',
            "a.swift",
            'func f(_ d: Data) throws {\n    try CredentialBox().put(d, forKey: "token")\n}\n',
            set(),
        ),
        (PYTHON, "a.py", f"from app.secrets import load, save{REPLACED}", {"KL304"}),
        (PYTHON, "src/app/a.py", f"from . import secrets\nload, save = secrets.load, secrets.save{REPLACED}", {"KL304"}),
        (
            PYTHON,
            "a.py",
            "from app.secrets import Vault\n\n\ndef f(url):\n    vault = Vault(url)\n    try:\n        old = vault.fetch('k')\n"
            "    except Exception:\n        old = None\n    if old is None:\n        vault.put('k', 'new')\n",
            {"KL304"},
        ),
    ],
)
def test_the_stores_that_the_page_declares_are_seen(text: str, path: str, code: str, expected: set[str]) -> None:
    assert found(text, path, code) == expected


@pytest.mark.parametrize("call", ["CredentialBox().put", "CredentialBox.shared.put"])
def test_the_swift_store_that_the_page_declares_is_seen(call: str) -> None:
    gives_a_status = SWIFT.replace('returns = "nothing"', 'returns = "status"')
    assert found(gives_a_status, "a.swift", f'func f(_ token: Data) {{\n    _ = {call}(token, forKey: "token")\n}}\n') == {"KL301"}


def rows(title: str) -> list[list[str]]:
    part = CONFIGURATION.split(f"### {title}\n")[1].split("\n### ")[0]
    return [re.findall(r"`([^`]*)`", line) for line in part.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("row", rows("Which imports are meant"), ids=lambda row: row[0])
def test_the_imports_that_the_page_lists_are_meant(row: list[str]) -> None:
    entry, rest = row[0].strip('"'), row[1:]
    path = rest.pop(0) if "/" in rest[0] and rest[0].endswith((".ts", ".py")) else "src/any.ts"
    python = path.endswith(".py")
    text = (PYTHON if python else TYPESCRIPT.replace('"src/lib/secureStore"', '"unused"')).replace("app.secrets", entry)
    text = text.replace("@/lib/secureStore", entry)
    for spelled in rest:
        if spelled == ".":
            continue
        if python and "." in rest and spelled == "secrets":
            code = f"from . import secrets\nload, save = secrets.load, secrets.save{REPLACED}"
        elif python:
            code = f"from {spelled} import load, save{REPLACED}"
        else:
            code = f"import {{ remember }} from {spelled};\nexport function f(s: string) {{ remember('token', s); }}"
        assert found(text, path, code) == {"KL304" if python else "KL303"}, spelled


def test_the_error_that_the_page_shows_is_the_one() -> None:
    shown, *_ = re.findall(r"keylint: error: (.*)", CONFIGURATION)  # the others are in transcripts of more than one file
    with pytest.raises(ConfigError) as caught:
        configured('slect = ["KL1"]')
    assert str(caught.value) == shown
