"""The language server as editors run it: a real client, the real server process, over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from editor import COMMAND, SECONDS, applied, capable, editing, environment
from lsprotocol import types as lsp

SWIFT = """import Security
func save(_ d: Data) {
  let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: d]
  if SecItemAdd(q as CFDictionary, nil) != errSecSuccess { fatalError() }
}
"""
GOOD = SWIFT.replace(
    "kSecValueData as", "kSecAttrAccessible as String: kSecAttrAccessibleWhenUnlockedThisDeviceOnly, kSecValueData as"
)
HELPER = """import * as SecureStore from 'expo-secure-store';
export const store = (key: string, value: string, options: SecureStore.SecureStoreOptions) =>
  SecureStore.setItemAsync(key, value, options);
"""
CALLER = """import { store } from './helper';
export async function signIn(token: string) {
  await store('token', token, {});
}
"""
STRICT = CALLER.replace("{}", "{ keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY }").replace(
    "import {", "import * as SecureStore from 'expo-secure-store';\nimport {"
)
PYTHON = "import keyring\nkeyring.set_keyring(keyring.backends.plaintext)\n"


def written(root: Path, **files: str) -> list[Path]:
    """Files of a project; `__` in a name stands for its dot."""
    paths = []
    for name, text in files.items():
        path = root / name.replace("__", ".")
        path.write_bytes(text.encode())
        paths.append(path)
    return paths


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project, at a path that a URI does not spell as it is."""
    folder = tmp_path / "my app é"
    folder.mkdir()
    (folder / "package.json").write_text("{}")
    return folder


@pytest.mark.asyncio
async def test_what_is_typed_is_diagnosed(root: Path) -> None:
    (file,) = written(root, a__swift="")
    async with editing(root) as editor:
        uri = file.as_uri()
        editor.open(uri, "", "swift")
        assert await editor.diagnostics(uri) == []
        editor.type(uri, SWIFT)
        (found,) = await editor.diagnostics(uri)
        assert (found.code, found.source, found.severity) == ("KL101", "keylint", lsp.DiagnosticSeverity.Error)
        assert str(found.range) == "3:5-3:39"
        assert "default class" in found.message
        editor.type(uri, GOOD)
        assert await editor.diagnostics(uri) == []


@pytest.mark.asyncio
async def test_closing_clears(root: Path) -> None:
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        assert await editor.diagnostics(file.as_uri())
        editor.close(file.as_uri())
        await editor.until(lambda: (last := editor.last(file.as_uri())) is not None and last.diagnostics == ())


@pytest.mark.parametrize(
    ("offered", "agreed", "start", "end"),
    [
        (None, "utf-16", 22, 56),
        (["utf-16"], "utf-16", 22, 56),
        (["utf-8", "utf-16"], "utf-8", 27, 61),
        (["utf-32"], "utf-32", 20, 54),
        (["utf-7"], "utf-16", 22, 56),
    ],
)
@pytest.mark.asyncio
async def test_positions_are_in_the_units_agreed_on(root: Path, offered: list[str] | None, agreed: str, start: int, end: int) -> None:
    text = SWIFT.replace("  if SecItemAdd", '  let s = "😀é😀"; if SecItemAdd').replace("errSecSuccess", "0").replace("fatalError", "stop")
    (file,) = written(root, a__swift=text)
    async with editing(root, capable(offered)) as editor:
        assert editor.result is not None
        assert editor.result.capabilities.position_encoding == agreed
        editor.open(file.as_uri(), text, "swift")
        (found,) = await editor.diagnostics(file.as_uri())
        assert (found.range.start.character, found.range.end.character) == (start, end)
        line = text.split("\n")[3].encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[agreed])
        size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[agreed]
        assert line[start * size : end * size].decode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[agreed]) == (
            "SecItemAdd(q as CFDictionary, nil)"
        )
        fixed = (await editor.actions(file.as_uri(), found))["Suppress KL101 here"]
        assert applied(text, fixed.edit, agreed).split("\n")[3].endswith("} // keylint: ignore[KL101]")


@pytest.mark.asyncio
async def test_unusual_characters_that_end_no_line_move_nothing(root: Path) -> None:
    text = SWIFT.replace("  if", '  let s = "a\u2028b\x0cc\x85"\n  if')
    (file,) = written(root, a__swift=text)
    async with editing(root) as editor:
        editor.open(file.as_uri(), text, "swift")
        (found,) = await editor.diagnostics(file.as_uri())
        assert str(found.range) == "4:5-4:39"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.asyncio
async def test_a_mark_that_the_editor_keeps_counts_as_a_character(root: Path, mark: str) -> None:
    text = mark + "import keyring; keyring.set_keyring(keyrings.alt.file.PlaintextKeyring()); é = 1\nimport keyrings.alt.file\n"
    (file,) = written(root, a__py="")
    async with editing(root) as editor:
        editor.open(file.as_uri(), text, "python")
        (found,) = await editor.diagnostics(file.as_uri())
        assert found.code == "KL603"
        assert text.split("\n")[0][found.range.start.character :].startswith("keyring")


@pytest.mark.asyncio
async def test_a_coding_cookie_says_nothing_of_text_that_is_decoded(root: Path) -> None:
    text = "# coding: latin-1\nimport keyring, keyrings.alt.file\ns = 'é'; keyring.set_keyring(keyrings.alt.file.PlaintextKeyring())\n"
    file = root / "a.py"
    file.write_bytes(text.encode("latin-1"))
    async with editing(root) as editor:
        editor.open(file.as_uri(), text, "python")
        (found,) = await editor.diagnostics(file.as_uri())
        assert (found.code, found.range.start.line) == ("KL603", 2)
        assert text.split("\n")[2][found.range.start.character :].startswith("keyring")


@pytest.mark.asyncio
async def test_unsaved_texts_of_a_project_count_for_one_another(root: Path) -> None:
    helper, caller = written(root, helper__ts=HELPER, caller__ts=STRICT)
    async with editing(root) as editor:
        editor.open(helper.as_uri(), HELPER, "typescript")
        editor.open(caller.as_uri(), STRICT, "typescript")
        assert await editor.diagnostics(helper.as_uri(), []) == []
        assert await editor.diagnostics(caller.as_uri(), []) == []
        editor.type(caller.as_uri(), CALLER)
        (found,) = await editor.diagnostics(helper.as_uri(), ["KL101"])
        assert [(item.location.uri, item.location.range.start.line) for item in found.related_information or ()] == [(caller.as_uri(), 2)]
        assert caller.read_text() == STRICT
        editor.close(caller.as_uri())
        assert await editor.diagnostics(helper.as_uri(), []) == []


@pytest.mark.asyncio
async def test_positions_in_other_files_are_of_what_was_analyzed(root: Path) -> None:
    helper, caller = written(root, helper__ts=HELPER, caller__ts=CALLER)
    async with editing(root) as editor:
        editor.open(helper.as_uri(), HELPER, "typescript")
        editor.open(caller.as_uri(), "/* 😀 */\n\n" + CALLER.replace("await store", "/* 😀 */ await store"), "typescript")

        def related() -> str:
            last = editor.last(helper.as_uri())
            places = last.diagnostics[0].related_information if last is not None and last.diagnostics else None
            return str(places[0].location.range) if places else ""

        await editor.until(lambda: related() == "4:17-4:42")


@pytest.mark.asyncio
async def test_the_findings_are_those_of_the_command(root: Path) -> None:
    app = Path(__file__).parents[2] / "fixtures" / "apps" / "swift-sessionkit" / "before"
    compared = 0
    async with editing(app) as editor:
        for file in sorted(app.rglob("*.swift")):
            text = file.read_text() + "\n// not saved\n"
            command = [sys.executable, "-m", "keylint", "check", "--output-format", "json", "--stdin-filename", str(file), "-"]
            done = subprocess.run(command, input=text.encode(), capture_output=True, env=environment(), cwd=app)
            reported = [(item["code"], item["message"], item["location"]) for item in json.loads(done.stdout)]
            expected = [(code, message, place["row"] - 1, place["column"] - 1) for code, message, place in reported]
            editor.open(file.as_uri(), text, "swift")
            found = await editor.diagnostics(file.as_uri())
            at = [(item.code, item.message, item.range.start.line, item.range.start.character) for item in found]
            assert at == expected
            compared += len(at)
            editor.close(file.as_uri())
    assert compared == 7


@pytest.mark.asyncio
async def test_hovering_tells_everything(root: Path) -> None:
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri())
        told = await editor.hover(file.as_uri(), 3, 10)
        assert told.startswith("**KL101 missing-accessibility**\n\n\\`SecItemAdd\\` stores")
        assert "\n\n- no path that reaches" in told
        assert "\n\nHelp: Name a class" in told
        assert "## Why is this bad?" in told
        assert await editor.hover(file.as_uri(), 0, 0) == ""


@pytest.mark.asyncio
async def test_names_in_code_are_no_markup(root: Path) -> None:
    text = HELPER.replace("key, value, options", "'[x](command:y) <img src=x>', value")
    (file,) = written(root, a__ts=text)
    async with editing(root) as editor:
        editor.open(file.as_uri(), text, "typescript")
        (found,) = await editor.diagnostics(file.as_uri())
        told = (await editor.hover(file.as_uri(), found.range.start.line, found.range.start.character)).partition("## What")[0]
        assert "command" in told
        assert not re.search(r"(?<!\\)[<\[\]]", told)


CASES = {
    "a__swift": (SWIFT, "swift", " // keylint: ignore[KL101]\n"),
    "b__ts": (HELPER.replace(", options)", ")"), "typescript", " // keylint: ignore[KL101]\n"),
    "c__py": (
        "import keyring, keyrings.alt.file\nkeyring.set_keyring(keyrings.alt.file.PlaintextKeyring())\n",
        "python",
        "  # keylint: ignore[KL603]\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.asyncio
async def test_suppressing_silences(root: Path, name: str, versioned: bool) -> None:
    text, language, comment = CASES[name]
    (file,) = written(root, **{name: text})
    async with editing(root, capable(versioned=versioned)) as editor:
        uri = file.as_uri()
        editor.open(uri, text, language)
        (found,) = await editor.diagnostics(uri)
        offered = await editor.actions(uri, found)
        assert list(offered) == [f"Suppress {found.code} here", f"Suppress {found.code} in this file"]
        assert await editor.actions(uri, found, ["refactor"]) == {}
        assert list(await editor.actions(uri, found, ["quickfix"])) == list(offered)
        for action in offered.values():
            edit = action.edit
            assert edit is not None
            assert (edit.document_changes is not None) == versioned
            new = applied(text, edit)
            assert comment in new or new.startswith(("// keylint: ignore-file[KL101]\n", "# keylint: ignore-file[KL603]\n"))
            editor.type(uri, new)
            assert await editor.diagnostics(uri) == []
            editor.type(uri, text)
            assert await editor.diagnostics(uri, [str(found.code)])


@pytest.mark.asyncio
async def test_a_wrong_configuration_is_shown_where_it_is_wrong(root: Path) -> None:
    file, config = written(root, a__swift=SWIFT, keylint__toml="")
    async with editing(root) as editor:
        uri = file.as_uri()
        editor.open(uri, SWIFT, "swift")
        await editor.diagnostics(uri, ["KL101"])
        assert [item.method for item in editor.registered] == [lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES]
        config.write_text('\nignor = ["KL101"]\n')
        editor.touched(config)
        (wrong,) = await editor.diagnostics(config.as_uri())
        assert wrong.range.start.line == 1
        assert "ignor" in wrong.message
        (found,) = await editor.diagnostics(uri, ["KL900"])
        assert "keylint.toml:2: " in found.message
        assert [message for message in editor.shown if "keylint.toml:2: " in message]
        config.write_text('\nignore = ["KL101"]\n')
        editor.touched(config)
        assert await editor.diagnostics(uri, []) == []
        assert await editor.diagnostics(config.as_uri(), []) == []
        config.unlink()
        editor.touched(config, lsp.FileChangeType.Deleted)
        await editor.diagnostics(uri, ["KL101"])


@pytest.mark.asyncio
async def test_a_client_that_watches_nothing_is_heard_when_it_saves(root: Path) -> None:
    file, config = written(root, a__swift=SWIFT, pyproject__toml="")
    async with editing(root, capable(watches=False)) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri(), ["KL101"])
        assert editor.registered == []
        config.write_text('[tool.keylint]\nignore = ["KL1"]\n')
        editor.save(config.as_uri())
        assert await editor.diagnostics(file.as_uri(), []) == []


@pytest.mark.asyncio
async def test_files_that_change_on_the_disk_count(root: Path) -> None:
    helper, caller = written(root, helper__ts=HELPER, caller__ts=STRICT)
    async with editing(root) as editor:
        editor.open(helper.as_uri(), HELPER, "typescript")
        await editor.diagnostics(helper.as_uri(), [])
        caller.write_text(CALLER)
        editor.touched(caller)
        await editor.diagnostics(helper.as_uri(), ["KL101"])
        caller.unlink()
        (root / "other.ts").write_text(STRICT)
        editor.touched(caller, lsp.FileChangeType.Deleted)
        await editor.diagnostics(helper.as_uri(), [])


@pytest.mark.parametrize(
    ("name", "config"),
    [("a.swift", 'exclude = ["a.*"]\n'), ("Pods/a.swift", ""), ("x/node_modules/y/a.swift", "")],
)
@pytest.mark.asyncio
async def test_what_is_excluded_is_not_diagnosed(root: Path, name: str, config: str) -> None:
    (root / "keylint.toml").write_text(config)
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    (root / "Pods").mkdir(exist_ok=True)
    file.write_text(SWIFT)
    async with editing(root) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        assert await editor.diagnostics(file.as_uri()) == []


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "{root}/not/there/yet.swift", "{root}/../outside.swift"])
@pytest.mark.asyncio
async def test_texts_that_are_no_file_of_the_project(root: Path, uri: str) -> None:
    if "outside" in uri:
        (root.parent / "outside.swift").write_text("")
    uri = uri.replace("{root}/..", root.parent.as_uri()).replace("{root}", root.as_uri())
    async with editing(root) as editor:
        editor.open(uri, SWIFT, "swift")
        (found,) = await editor.diagnostics(uri, ["KL101"])
        new = applied(SWIFT, (await editor.actions(uri, found))["Suppress KL101 here"].edit)
        editor.type(uri, new)
        assert await editor.diagnostics(uri, []) == []


@pytest.mark.asyncio
async def test_a_new_file_joins_its_project_when_it_is_saved(root: Path) -> None:
    helper = root / "helper.ts"
    written(root, caller__ts=CALLER)
    async with editing(root, capable(watches=False)) as editor:
        editor.open(helper.as_uri(), HELPER, "typescript")
        assert await editor.diagnostics(helper.as_uri()) == []
        helper.write_text(HELPER)
        editor.save(helper.as_uri())
        await editor.diagnostics(helper.as_uri(), ["KL101"])
        helper.unlink()
        editor.type(helper.as_uri(), HELPER + "\n")
        assert await editor.diagnostics(helper.as_uri()) == []


@pytest.mark.asyncio
async def test_views_of_files_are_left_alone(root: Path) -> None:
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root) as editor:
        editor.open("git:/a.swift?main", SWIFT, "swift")
        editor.open((root / "a.txt").as_uri(), SWIFT, "plaintext")
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri())
        assert {params.uri for params in editor.published} == {file.as_uri()}


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"select": ["KL2"]}, []),
        ({"ignore": ["missing-accessibility"]}, []),
        ({"config": "other.toml"}, []),
        ({"minConfidence": "high"}, ["KL101"]),
        ({"select": ["KL999"]}, ["KL900"]),
        ({"config": "not-there.toml"}, ["KL900"]),
        ({"select": 5}, ["KL101"]),
        ([], ["KL101"]),
    ],
)
@pytest.mark.asyncio
async def test_settings_of_the_editor(root: Path, options: object, codes: list[str]) -> None:
    file, _ = written(root, a__swift=SWIFT, other__toml='ignore = ["KL101"]\n')
    async with editing(root, options=options) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri(), codes)
        if isinstance(options, dict) and options.get("select") == 5:
            await editor.until(lambda: [message for message in editor.shown if "settings" in message])
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams({"keylint": {"ignore": ["KL101"]}}))
        await editor.diagnostics(file.as_uri(), [])


@pytest.mark.asyncio
async def test_pulled_diagnostics(root: Path) -> None:
    helper, caller = written(root, helper__ts=HELPER, caller__ts=STRICT)
    async with editing(root, capable(pulls=True)) as editor:
        editor.open(helper.as_uri(), HELPER, "typescript")
        editor.open(caller.as_uri(), STRICT, "typescript")
        first = await editor.pull(helper.as_uri())
        assert isinstance(first, lsp.RelatedFullDocumentDiagnosticReport)
        assert list(first.items) == []
        again = await editor.pull(helper.as_uri(), first.result_id)
        assert isinstance(again, lsp.RelatedUnchangedDocumentDiagnosticReport)
        assert isinstance(await editor.pull(caller.as_uri()), lsp.RelatedFullDocumentDiagnosticReport)
        assert editor.client.diagnostic_refresh_count == 0
        editor.type(caller.as_uri(), CALLER)
        await editor.pull(caller.as_uri())
        changed = await editor.pull(helper.as_uri(), first.result_id)
        assert isinstance(changed, lsp.RelatedFullDocumentDiagnosticReport)
        assert [item.code for item in changed.items] == ["KL101"]
        assert editor.client.diagnostic_refresh_count == 1
        assert editor.published == []


@pytest.mark.asyncio
async def test_a_client_that_cannot_be_told_to_pull_again_is_told_everything(root: Path) -> None:
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root, capable(pulls=True, refreshes=False)) as editor:
        assert editor.result is not None
        assert editor.result.capabilities.diagnostic_provider is None
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri(), ["KL101"])


def slow(root: Path) -> Callable[[int], str]:
    """A project that takes seconds to analyze; the text of its last file, for a number."""
    for number in range(30):
        delete = 'SecItemDelete([kSecClass as String: kSecClassKey, "k": "{}"] as CFDictionary)'
        body = "".join(f"  if x > {line} {{ {delete.format(line)} }}\n" for line in range(25))
        (root / f"f{number}.swift").write_text(f"import Security\nfunc f{number}(x: Int) {{\n{body}}}\n")
    return lambda number: SWIFT + f"// {number}\n"


@pytest.mark.asyncio
async def test_a_newer_text_supersedes_what_is_being_analyzed(root: Path) -> None:
    text = slow(root)
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root) as editor:
        uri = file.as_uri()
        editor.open(uri, SWIFT, "swift")
        await editor.diagnostics(uri, ["KL101"])
        began = time.monotonic()
        last = editor.type(uri, text(0))
        while time.monotonic() - began < 4:
            last = editor.type(uri, text(last))
            await asyncio.sleep(0.4)  # longer than the pause, shorter than the analysis
        editor.type(uri, GOOD)
        assert await editor.diagnostics(uri) == []
        assert [params.version for params in editor.published if params.uri == uri and params.version not in (1, last + 1)] == []


@pytest.mark.asyncio
async def test_the_server_answers_while_it_analyzes_and_requests_can_be_cancelled(root: Path) -> None:
    text = slow(root)
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root, capable(pulls=True)) as editor:
        uri = file.as_uri()
        editor.open(uri, text(0), "swift")
        params = lsp.DocumentDiagnosticParams(lsp.TextDocumentIdentifier(uri))
        began = time.monotonic()
        request = editor.client.protocol.send_request_async(lsp.TEXT_DOCUMENT_DIAGNOSTIC, params, "pull")  # type: ignore[no-untyped-call]
        pulled = asyncio.ensure_future(request)
        await asyncio.sleep(0.3)
        assert await editor.hover(uri, 0, 0) == ""
        assert not pulled.done()
        editor.client.protocol.notify(lsp.CANCEL_REQUEST, lsp.CancelParams("pull"))
        with pytest.raises(Exception, match="cancel"):
            await asyncio.wait_for(pulled, SECONDS)
        cancelled = time.monotonic() - began
        report = await editor.pull(uri)
        assert isinstance(report, lsp.RelatedFullDocumentDiagnosticReport)
        assert [item.code for item in report.items] == ["KL101"]
        assert cancelled < time.monotonic() - began


@pytest.mark.asyncio
async def test_leaving_in_the_middle_of_an_analysis_leaves_nothing_behind(root: Path) -> None:
    text = slow(root)
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root) as editor:
        editor.open(file.as_uri(), text(0), "swift")
        await asyncio.sleep(1)
        assert children(editor.client._server.pid)  # type: ignore[union-attr]
        workers = children(editor.client._server.pid)  # type: ignore[union-attr]
    await asyncio.sleep(0.5)
    assert not [pid for pid in workers if os.path.exists(f"/proc/{pid}") and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]]


@pytest.mark.asyncio
async def test_a_worker_that_dies_is_replaced(root: Path) -> None:
    (file,) = written(root, a__swift=SWIFT)
    async with editing(root) as editor:
        uri = file.as_uri()
        editor.open(uri, SWIFT, "swift")
        await editor.diagnostics(uri, ["KL101"])
        server = editor.client._server
        assert server is not None
        (idle,) = children(server.pid)
        os.kill(idle, 9)
        editor.type(uri, SWIFT + "\n")
        await editor.diagnostics(uri, ["KL101"])
        assert "KL900" not in {item.code for params in editor.published for item in params.diagnostics}
        slow(root)
        editor.touched(root / "f0.swift", lsp.FileChangeType.Created)
        while (last := editor.last(uri)) is None or [item.code for item in last.diagnostics] != ["KL900"]:
            await asyncio.sleep(0.05)
            for worker in children(server.pid):
                os.kill(worker, 9)
        assert "died" in last.diagnostics[0].message
        editor.type(uri, SWIFT + "\n\n")
        await editor.diagnostics(uri, ["KL101"])


async def soon(holds: Callable[[], list[int]]) -> list[int]:
    """What is there once something is."""
    for _ in range(200):
        if found := holds():
            return found
        await asyncio.sleep(0.02)
    return []


def children(pid: int) -> list[int]:
    """The processes that a process started and that are there."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("the system does not say which processes another has started")
    return [int(child) for child in listed.read_text().split()]


@pytest.mark.asyncio
async def test_nothing_of_the_project_is_imported(root: Path) -> None:
    """Editors start servers in the project: a module there that is called like one of ours is nobody's."""
    (file,) = written(root, a__swift=SWIFT)
    for name in ("msgspec", "pygls", "asyncio", "keylint", "encodings", "tree_sitter"):
        (root / f"{name}.py").write_text("import os\nos._exit(7)\n")
    command = (sys.executable, "-c", "import sys; sys.path.pop(0); from keylint.cli import run; sys.exit(run(['server']))")
    async with editing(root, command=command) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri(), ["KL101"])


@pytest.mark.asyncio
async def test_what_is_printed_does_not_come_between_the_messages(root: Path, tmp_path: Path) -> None:
    (file,) = written(root, a__swift=SWIFT)
    noisy = tmp_path / "site"
    noisy.mkdir()
    # Runs in both processes, and prints when findings are made.
    (noisy / "sitecustomize.py").write_text(
        "import atexit, threading, os\n"
        "def noise():\n    print('noise', flush=True); os.system('echo noise')\n"
        "threading.Timer(0.8, noise).start()\n"
    )
    path = os.pathsep.join([environment()["PYTHONPATH"], str(noisy)])
    async with editing(root, extra={"PYTHONPATH": path}) as editor:
        editor.open(file.as_uri(), SWIFT, "swift")
        await editor.diagnostics(file.as_uri(), ["KL101"])
        await asyncio.sleep(1.2)
        editor.type(file.as_uri(), GOOD)
        assert await editor.diagnostics(file.as_uri()) == []


@pytest.mark.asyncio
async def test_one_client_over_a_port(root: Path) -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(*COMMAND, "--tcp", f"127.0.0.1:{port}", env=environment())
    try:
        for _ in range(100):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                break
            except OSError:
                await asyncio.sleep(0.1)
        params: dict[str, object] = {"capabilities": {}, "processId": None, "rootUri": None}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
        writer.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = await asyncio.wait_for(reader.readline(), SECONDS)
        assert answer.startswith(b"Content-Length")
        writer.close()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def test_the_server_itself_writes_nothing_but_messages(tmp_path: Path) -> None:
    noise = "def noise():\n    print('noise', flush=True)\n    os.system('echo noise')\n"
    (tmp_path / "sitecustomize.py").write_text(f"import threading, os\n{noise}threading.Timer(1.5, noise).start()\n")
    path = os.pathsep.join([environment()["PYTHONPATH"], str(tmp_path)])
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**environment(), "PYTHONPATH": path}
    ) as process:
        assert process.stdin is not None
        params: dict[str, object] = {"capabilities": {}, "processId": None, "rootUri": None}
        for number, method in ((1, "initialize"), (2, "shutdown"), (None, "exit")):
            if method == "shutdown":
                time.sleep(3)
            message = {"jsonrpc": "2.0", "method": method, **({"id": number} if number else {})}
            body = json.dumps({**message, **({"params": params} if number == 1 else {})}).encode()
            process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            process.stdin.flush()
        assert process.stdout is not None
        assert process.stderr is not None
        output, errors = process.stdout.read(), process.stderr.read()
    answers = []
    while output:
        header, _, rest = output.partition(b"\r\n\r\n")
        found = re.fullmatch(rb"Content-Length: (\d+)(?:\r\nContent-Type: [^\r\n]*)?", header)
        assert found is not None, output
        answers.append(json.loads(rest[: int(found[1])])["id"])
        output = rest[int(found[1]) :]
    assert answers == [1, 2]
    assert errors.count(b"noise") == 2


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pygls'] = None\n")
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    done = subprocess.run(COMMAND, capture_output=True, env={**environment(), "PYTHONPATH": path}, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b'keylint: error: the server needs more than is installed: pip install "keylint[server]"\n'
