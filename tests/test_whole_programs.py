"""Programs of many files: what is found does not depend on where code stands, which files were named, in which order or by how many
processes they were read."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from keylint import check, workspace
from keylint.check import Result, analyze_sources, check_paths
from keylint.rules.registry import resolve
from keylint.select import Selection, select
from keylint.settings import Settings

DEFAULT = Settings(resolve([]))
EVERYTHING = Settings(resolve(["default", "strict"]), confidence="low")

QUERY = """
{access}static func attributes(account: String, group: String? = nil, early: Bool = false) -> [String: Any] {{
    var found: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: account]
    if early {{ found[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlock }}
    if let group {{ found[kSecAttrAccessGroup as String] = group }}
    return found
}}
"""
ITEM = """
public func read(_ account: String, early: Bool = false) throws -> Data {
    var search = Secret.attributes(account: account, early: early)
    search[kSecReturnData as String] = true
    var result: AnyObject?
    let status = SecItemCopyMatching(search as CFDictionary, &result)
    guard status != errSecItemNotFound else { throw SecretError.absent }
    guard status == errSecSuccess, let data = result as? Data else { throw SecretError.failed(status) }
    return data
}
public func write(_ value: Data, _ account: String, early: Bool = false) throws {
    do {
        _ = try read(account, early: early)
        let query = Secret.attributes(account: account, early: early)
        let status = SecItemUpdate(query as CFDictionary, [kSecValueData as String: value] as CFDictionary)
        guard status == errSecSuccess else { throw SecretError.failed(status) }
    } catch SecretError.absent {
        var item = Secret.attributes(account: account, early: early)
        item[kSecValueData as String] = value
        let status = SecItemAdd(item as CFDictionary, nil)
        guard status == errSecSuccess else { throw SecretError.failed(status) }
    }
}
"""
CALLER = """
final class Login {
    private let secret = Secret()
    func finish(_ token: Data) throws { try secret.write(token, "token") }
    func token() throws -> Data { try secret.read("token", early: true) }
}
"""
ERRORS = "enum SecretError: Error { case absent, failed(OSStatus) }\n"
OPEN = "import Security\n"


@pytest.mark.parametrize(
    "files",
    [
        {"a.swift": f"{OPEN}{ERRORS}public struct Secret {{ {ITEM} {QUERY.format(access='private ')} }}"},
        {
            "Secret.swift": f"{OPEN}{ERRORS}public struct Secret {{ {ITEM} }}",
            "Secret+Query.swift": f"{OPEN}extension Secret {{ {QUERY.format(access='')} }}",
        },
        {
            "Secret.swift": f"{OPEN}public struct Secret {{ {ITEM} }}",
            "Secret+Query.swift": f"{OPEN}extension Secret {{ {QUERY.format(access='')} }}",
            "Errors.swift": ERRORS,
            "Login.swift": CALLER,
        },
        {
            "Secret.swift": f"{OPEN}{ERRORS}struct Secret {{ {ITEM} }}".replace("public ", ""),
            "Secret+Query.swift": f"{OPEN}extension Secret {{ {QUERY.format(access='')} }}",
            "Login.swift": CALLER,
        },
        {
            "Package.swift": 'let package = Package(name: "A", targets: ['
            '.target(name: "Core"), .target(name: "App", dependencies: ["Core"])])',
            "Sources/Core/Secret.swift": f"{OPEN}public struct Secret {{ {ITEM} }}",
            "Sources/Core/Query.swift": f"{OPEN}{ERRORS}extension Secret {{ {QUERY.format(access='')} }}",
            "Sources/App/Login.swift": f"import Core\n{CALLER}",
        },
    ],
    ids=["one file", "the helper in another", "the caller in a third", "without `public`", "two targets"],
)
def test_a_class_that_a_flag_of_a_helper_puts_into_every_dictionary(files: dict[str, str]) -> None:
    result = analyze_sources([(path, text.encode()) for path, text in files.items()], DEFAULT)
    assert result.incomplete == ()
    found = {(finding.code, _text(result, finding.path, finding.span.start)) for finding in result.findings}
    assert found == {
        ("KL102", "SecItemAdd(item"),
        ("KL103", "kSecAttrAccessibleAfterFirstUnlock"),
        ("KL105", "SecItemCopyMatching(search"),
        ("KL105", "SecItemUpdate(query"),
    }
    assert any("SecItemNotFound" in finding.message for finding in result.findings if finding.code == "KL105")


def _text(result: Result, path: str, start: int) -> str:
    return result.sources[path].data[start:].split()[0].decode()


def project(root: Path) -> Path:
    """Three programs of files that need one another: keys here, stores there, and callers of these."""
    files = {
        "swift/Keys.swift": "enum Keys { static let prefix = \"app.\"\n" + "\n".join(f'static let k{n} = "k{n}"' for n in range(6)) + "}",
        "swift/Storing.swift": "protocol Storing { var key: String { get } }\nextension Storing { func drop() { Vault.drop(key) } }",
        "swift/Vault.swift": OPEN + "enum Vault { static func drop(_ key: String) "
        "{ SecItemDelete([kSecClass: kSecClassGenericPassword, kSecAttrAccount: key] as CFDictionary) } }",
        "pyproject.toml": '[project]\nname = "app"\n',
        "ts/package.json": '{"name": "app"}',
        "ts/options.ts": "import * as S from 'expo-secure-store';\nexport const OPTIONS = { keychainAccessible: S.AFTER_FIRST_UNLOCK };",
        "ts/index.ts": "".join(f"export * from './store{n}';\n" for n in range(6)),
        "py/app/__init__.py": "from .names import SERVICE\n",
        "py/app/names.py": 'SERVICE = "app"\n',
    }
    for n in range(6):
        files[f"swift/Store{n}.swift"] = (
            f"{OPEN}struct Store{n}: Storing {{ let key = Keys.k{n}\n func save(_ data: Data) -> OSStatus {{ drop()\n"
            "return SecItemAdd([kSecClass: kSecClassGenericPassword, kSecAttrAccount: key, kSecValueData: data] as CFDictionary, nil) } }"
        )
        files[f"swift/Screen{n}.swift"] = (
            f"import Foundation\nfinal class Screen{n} {{ let lock = NSLock()\n"
            f"func go(_ data: Data) -> Int32 {{ lock.withLock {{ Store{n}().save(data) }} }}\n"
            f"func other(_ data: Data) {{ _ = Store{(n + 1) % 6}().save(data) }} }}"
        )
        files[f"ts/store{n}.ts"] = (
            "import * as S from 'expo-secure-store';\nimport { OPTIONS } from './options';\n"
            f"export const put{n} = (value: string, options?: object) => S.setItemAsync('key{n % 4}', value, options);\n"
            f"export const get{n} = async () => {{ try {{ return await S.getItemAsync('key{n % 4}', OPTIONS); }} "
            "catch { return null; } };\n"
        )
        files[f"ts/screen{n}.tsx"] = (
            f"import {{ get{n}, put{n} }} from '.';\nimport {{ OPTIONS }} from './options';\n"
            f"export const go{n} = async () => {{ if ((await get{n}()) === null) await put{n}('new', OPTIONS); }};\n"
        )
        files[f"py/app/store{n}.py"] = (
            f"import keyring\nfrom app import SERVICE\n\n\ndef put(value):\n    keyring.set_password(SERVICE, 'u{n % 3}', value)\n\n\n"
            f"def drop():\n    keyring.delete_password(SERVICE, 'u{n % 3}')\n"
        )
        files[f"py/app/use{n}.py"] = f"from app import store{n}\n\n\ndef use(v):\n    store{n}.drop()\n    store{n}.put(v)\n"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def shuffling(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Has files listed in another order, which a seed decides."""

    def install(seed: int) -> None:
        order = random.Random(seed)

        def shuffled(paths: Sequence[str], excludes: Sequence[str] = (), force_exclude: bool = False) -> Selection:
            selection = select(paths, excludes, force_exclude)
            candidates = list(selection.candidates)
            order.shuffle(candidates)
            return selection._replace(candidates=candidates)

        for module in (check, workspace):
            monkeypatch.setattr(module, "select", shuffled)

    return install


def test_neither_the_number_of_processes_nor_the_order_of_files_matters(tmp_path: Path, shuffling: Callable[[int], None]) -> None:
    root = project(tmp_path)
    first = check_paths([str(root)], EVERYTHING)
    assert first.incomplete == ()
    assert {finding.code for finding in first.findings} >= {"KL101", "KL102", "KL103", "KL201", "KL206", "KL304"}
    assert len({finding.path for finding in first.findings}) > 15
    for jobs in (1, 2, 3):
        shuffling(jobs)
        again = check_paths([str(root)], EVERYTHING, jobs=jobs)
        assert again.findings == first.findings, f"{jobs} processes"
        assert again.sources.keys() == first.sources.keys()
        assert (again.files, again.analyzed, again.silenced) == (first.files, first.analyzed, first.silenced)


@pytest.mark.parametrize("named", [["ts/store1.ts"], ["swift/Store2.swift", "py/app/store0.py", "ts/options.ts"], ["py"]])
def test_what_a_file_has_does_not_depend_on_which_files_were_named(tmp_path: Path, named: list[str]) -> None:
    root = project(tmp_path)
    everything = check_paths([str(root)], EVERYTHING).findings
    found = check_paths([str(root / name) for name in named], EVERYTHING).findings
    wanted = tuple(str(root / name) for name in named)
    assert found == tuple(finding for finding in everything if finding.path.startswith(wanted))
    assert found
