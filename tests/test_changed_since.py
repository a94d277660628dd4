"""What a branch introduces: the command in real repositories."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from test_cli import run

SAVE = """\
import Security

final class TokenStore {
    func save(_ token: Data) throws {
        var query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrAccount as String: "token",
            kSecValueData as String: token,
        ]
        query[kSecAttrAccessible as String] = kSecAttrAccessibleWhenUnlockedThisDeviceOnly
        // Nothing here mentions the class.
        let status = SecItemAdd(query as CFDictionary, nil)
        guard status == errSecSuccess else { throw Failed() }
    }
}
"""
UNSAFE = "\n".join(line for line in SAVE.split("\n") if "kSecAttrAccessible " not in line)
FREE = """\
func other(_ secret: Data) -> OSStatus {
    let item = [kSecClass: kSecClassGenericPassword, kSecValueData: secret]
    return SecItemAdd(item as CFDictionary, nil)
}
"""
VAULT = """\
import Security
enum Vault {
  static func put(_ d: Data, _ n: Int) -> Bool {
    let item = [kSecClass: kSecClassKey, kSecValueData: d]
    return SecItemAdd(item as CFDictionary, nil) == errSecSuccess
  }
}
"""
OPTIONS = """\
import * as S from 'expo-secure-store';
export const OPTIONS = { keychainAccessible: S.WHEN_UNLOCKED_THIS_DEVICE_ONLY };
"""


class Repository:
    """A repository with a branch `main` and one that began from it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.steps = 0
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        settings = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *settings, *arguments], cwd=self.directory, env=environment, capture_output=True, check=True, text=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> None:
        target = self.directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, **files: str) -> None:
        for path, text in files.items():
            self.write(path.replace("__", "."), text)
        self.git("add", "-A")
        self.steps += 1
        self.git("commit", "-q", "--allow-empty", "-m", f"Step {self.steps}")

    def branch(self) -> None:
        self.git("checkout", "-q", "-b", "work")

    def new(self, *arguments: str, since: str = "main", status: int | None = None) -> list[str]:
        """`path:row: code` of what is reported."""
        done = run("check", "--changed-since", since, "--output-format", "json", *arguments, cwd=self.directory)
        found = json.loads(done.stdout)
        assert done.returncode == (int(bool(found)) if status is None else status), done.stderr
        top = str(self.directory) + os.sep
        return [f"{item['filename'].removeprefix(top)}:{item['location']['row']}: {item['code']}" for item in found]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


class TestWhatIsNew:
    def test_deleting_the_line_that_set_the_class_far_above(self, repository: Repository) -> None:
        repository.commit(a__swift=SAVE)
        repository.branch()
        assert repository.new() == []
        repository.commit(a__swift=UNSAFE)
        assert repository.new() == ["a.swift:11: KL101"]

    @pytest.mark.parametrize("state", ["edited", "staged", "committed"])
    def test_the_work_tree_counts(self, repository: Repository, state: str) -> None:
        repository.commit(a__swift=SAVE)
        repository.branch()
        repository.write("a.swift", UNSAFE)
        if state != "edited":
            repository.git("add", "-A")
        if state == "committed":
            repository.git("commit", "-q", "-m", "A step")
        assert repository.new() == ["a.swift:11: KL101"]

    def test_a_class_that_another_file_chose(self, repository: Repository) -> None:
        repository.commit(
            options__ts=OPTIONS,
            save__ts="import * as S from 'expo-secure-store';\nimport { OPTIONS } from './options';\n"
            "export const save = async (v: string) => { await S.setItemAsync('k', v, OPTIONS); };\n",
        )
        repository.branch()
        repository.commit(options__ts="export const OPTIONS = {};\n")
        assert repository.new() == ["save.ts:3: KL101"]
        assert repository.new("save.ts") == ["save.ts:3: KL101"]

    def test_new_and_untracked_files(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        repository.write("b.swift", UNSAFE.replace("TokenStore", "Other").replace('"token"', '"other"'))
        assert repository.new() == ["b.swift:11: KL101"]

    def test_one_more_of_a_kind(self, repository: Repository) -> None:
        twice = UNSAFE.replace("        let status", "        _ = SecItemAdd(query as CFDictionary, nil)\n        let status")
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        repository.commit(a__swift=twice)
        assert repository.new() == ["a.swift:11: KL101", "a.swift:11: KL301"]

    def test_before_the_first_commit_everything_is_new(self, repository: Repository) -> None:
        repository.write("a.swift", UNSAFE)
        assert repository.new(since="HEAD") == ["a.swift:11: KL101"]
        repository.git("add", "-A")
        assert repository.new(since="HEAD") == ["a.swift:11: KL101"]
        assert run("check", "--changed-since", "main", cwd=repository.directory).returncode == 2

    def test_a_comment_that_is_taken_away(self, repository: Repository) -> None:
        call = "SecItemAdd(query as CFDictionary, nil)"
        repository.commit(a__swift=UNSAFE.replace(call, call + " // keylint: ignore[KL101] reads happen in the foreground"))
        repository.branch()
        repository.commit(a__swift=UNSAFE)
        assert repository.new() == ["a.swift:11: KL101"]

    def test_what_the_base_got_after_the_branch_left_is_not_subtracted(self, repository: Repository) -> None:
        repository.commit(a__swift=SAVE)
        repository.branch()
        repository.commit(a__swift=UNSAFE)
        repository.git("checkout", "-q", "main")
        repository.commit(a__swift=UNSAFE)
        repository.git("checkout", "-q", "work")
        assert repository.new() == ["a.swift:11: KL101"]


class TestWhatIsNot:
    def test_old_findings_whose_lines_move(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        repository.commit(a__swift="// A header.\n\n\n" + UNSAFE.replace("        // Nothing", "\n        // Nothing"))
        assert repository.new() == []

    @pytest.mark.parametrize("added", [True, False], ids=["staged", "untracked"])
    def test_a_file_that_moves(self, repository: Repository, added: bool) -> None:
        repository.commit(a__swift=UNSAFE, b__swift=SAVE.replace("TokenStore", "Other").replace('"token"', '"other"'))
        repository.branch()
        (repository.directory / "deep").mkdir()
        text = UNSAFE.replace("// Nothing here", "// Still nothing here").replace("import Security", "import Foundation\nimport Security")
        (repository.directory / "a.swift").unlink()
        repository.write("deep/Tokens.swift", text)
        if added:
            repository.git("add", "-A")
        assert repository.new() == []
        assert repository.new("deep") == []
        assert repository.new("deep/Tokens.swift") == []

    def test_a_moved_file_with_a_new_finding(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        repository.git("mv", "a.swift", "b.swift")
        repository.commit(b__swift=UNSAFE + FREE)
        assert repository.new() == ["b.swift:17: KL101"]

    def test_code_that_moves_to_another_file(self, repository: Repository) -> None:
        extra = "import Foundation\n\nstruct Failed: Error {}\n"
        repository.commit(a__swift=UNSAFE, b__swift=extra)
        repository.branch()
        repository.commit(a__swift="import Security\n", b__swift=extra + UNSAFE.partition("\n")[2])
        assert repository.new() == []

    def test_a_file_replaced_by_another_with_the_same_fault(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        (repository.directory / "a.swift").unlink()
        repository.commit(b__swift=VAULT)
        assert repository.new() == ["b.swift:5: KL101"]

    def test_an_untouched_project(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        assert repository.new() == []
        done = run("check", "--changed-since", "main", cwd=repository.directory)
        assert (done.returncode, done.stdout) == (0, "No findings (1 not new).\n")
        os.utime(repository.directory / "a.swift", (1, 1))
        assert repository.new() == []

    def test_line_ends_are_not_a_change(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.branch()
        repository.write("a.swift", UNSAFE.replace("\n", "\r\n"))
        assert repository.new() == []


class TestManifests:
    def test_the_manifest_of_then_counts_for_then(self, repository: Repository) -> None:
        save = "import { OPTIONS } from '@o/options';\nimport * as S from 'expo-secure-store';\n" \
            "export const save = async (v: string) => { await S.setItemAsync('k', v, OPTIONS); };\n"
        paths = {"compilerOptions": {"baseUrl": ".", "paths": {"@o/*": ["safe/*"]}}}
        repository.write("package.json", '{"name": "app"}')
        repository.write("tsconfig.json", json.dumps(paths))
        repository.write("safe/options.ts", OPTIONS)
        repository.write("other/options.ts", "export const OPTIONS = {};\n")
        repository.commit(save__ts=save)
        repository.branch()
        assert repository.new() == []
        repository.commit(tsconfig__json=json.dumps(paths).replace("safe", "other"))
        assert repository.new() == ["save.ts:3: KL101"]


    def test_a_manifest_that_is_new(self, repository: Repository) -> None:
        save = (
            "import { OPTIONS } from '@o/options';\nimport * as S from 'expo-secure-store';\n"
            "export const save = async (v: string) => { await S.setItemAsync('k', v, OPTIONS); };\n"
        )
        repository.write("package.json", '{"name": "app"}')
        repository.write("other/options.ts", "export const OPTIONS = {};\n")
        repository.commit(save__ts=save)
        repository.branch()
        assert repository.new() == []
        paths = {"compilerOptions": {"baseUrl": ".", "paths": {"@o/*": ["other/*"]}}}
        repository.commit(tsconfig__json=json.dumps(paths))
        assert repository.new() == ["save.ts:3: KL101"]

    def test_a_manifest_that_git_does_not_know_counts_for_both(self, repository: Repository) -> None:
        save = (
            "import { OPTIONS } from '@o/options';\nimport * as S from 'expo-secure-store';\n"
            "export const save = async (v: string) => { await S.setItemAsync('k', v, OPTIONS); };\n"
        )
        repository.write("package.json", '{"name": "app"}')
        repository.write("other/options.ts", "export const OPTIONS = {};\n")
        repository.write("tsconfig.json", json.dumps({"compilerOptions": {"baseUrl": ".", "paths": {"@o/*": ["other/*"]}}}))
        repository.write(".gitignore", "tsconfig.json\n")
        repository.commit(save__ts=save)
        repository.branch()
        repository.commit(save__ts="// A header.\n" + save, package__json='{"name": "other"}')
        assert run("check", "-q", "--output-format", "concise", cwd=repository.directory).stdout.startswith("save.ts:4:")
        assert repository.new() == []


class TestRefusals:
    def test_no_such_revision(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        done = run("check", "--changed-since", "nowhere", cwd=repository.directory)
        assert (done.returncode, done.stdout) == (2, "")
        assert "git knows no revision 'nowhere'" in done.stderr

    @pytest.mark.parametrize("revision", ["--output=x", "-h", "main:a.swift", "a\nb", ""])
    def test_what_is_no_revision(self, repository: Repository, revision: str) -> None:
        repository.commit(a__swift=UNSAFE)
        done = run("check", f"--changed-since={revision}", cwd=repository.directory)
        assert (done.returncode, done.stdout) == (2, "")
        assert not (repository.directory / "x").exists()

    def test_no_common_commit(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        repository.git("checkout", "-q", "--orphan", "other")
        repository.commit(a__swift=UNSAFE)
        done = run("check", "--changed-since", "main", cwd=repository.directory)
        assert (done.returncode, done.stdout) == (2, "")
        assert "no commit in common" in done.stderr

    def test_a_shallow_clone(self, repository: Repository, tmp_path: Path) -> None:
        repository.commit(a__swift=SAVE)
        first = repository.git("rev-parse", "HEAD")
        repository.commit(a__swift=UNSAFE)
        clone = tmp_path / "clone"
        repository.git("clone", "-q", "--depth", "1", f"file://{repository.directory}", str(clone))
        done = run("check", "--changed-since", first, cwd=clone)
        assert (done.returncode, done.stdout) == (2, "")
        assert "shallow" in done.stderr

    def test_no_repository(self, tmp_path: Path) -> None:
        (tmp_path / "a.swift").write_text(UNSAFE)
        done = run("check", "--changed-since", "main", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "not a git work tree" in done.stderr

    def test_standard_input(self, repository: Repository) -> None:
        repository.commit(a__swift=UNSAFE)
        done = run("check", "--changed-since", "main", "--stdin-filename", "a.swift", "-", cwd=repository.directory)
        assert (done.returncode, done.stdout) == (2, "")

    def test_a_file_that_cannot_be_analyzed_is_never_known(self, repository: Repository) -> None:
        repository.commit(a__swift="import Security\n")
        repository.write("a.swift", b"// \xff\nimport Security\nlet a = kSecClass\n")
        repository.commit()
        repository.branch()
        assert repository.new(status=3) == ["a.swift:1: KL900"]


def test_programs_of_the_repository_are_not_run(repository: Repository, tmp_path: Path) -> None:
    witness = tmp_path / "run"
    repository.write(".gitattributes", "*.swift filter=trap diff=trap\n")
    repository.commit(a__swift=UNSAFE)
    for setting in ("filter.trap.clean", "filter.trap.process", "diff.trap.textconv", "diff.external", "core.fsmonitor"):
        repository.git("config", setting, f"touch {witness}; cat")
    repository.write("a.swift", UNSAFE + "\n")
    assert repository.new(since="HEAD") == []
    assert not witness.exists()


def test_a_work_tree_of_its_own_and_a_hook(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit(a__swift=SAVE)
    linked = tmp_path.parent / f"{tmp_path.name}-linked"
    repository.git("worktree", "add", "-q", str(linked), "-b", "work")
    (linked / "a.swift").write_text(UNSAFE)
    monkeypatch.setenv("GIT_DIR", str(repository.directory / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "nowhere/index")
    done = run("check", "--changed-since", "main", "--output-format", "concise", "-q", cwd=linked)
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()] == ["a.swift:11:22:"]


def test_a_folder_is_enough(repository: Repository) -> None:
    repository.write("app/a.swift", SAVE)
    repository.write("app/b.swift", "import Security\n")
    repository.commit()
    repository.branch()
    repository.write("app/a.swift", UNSAFE)
    done = run("check", "--changed-since", "main", "--output-format", "concise", "-q", "a.swift", cwd=repository.directory / "app")
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()] == ["a.swift:11:22:"]
    assert repository.new("app/b.swift") == []
