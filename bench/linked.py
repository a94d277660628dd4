"""Makes a source tree of a given size whose files use one another across their borders, as the files of real projects do.

Deterministic, in three languages. It is a workspace of modules, each with a TypeScript package, a Swift package and a Python distribution
of its own. The files that use a store are spread over them. Half of these are helpers that take keys and options from files of their
module. Of every third helper one to three sessions make use, which mention no store; a flow makes use of these, and a screen of the flow.
The rest of the tree has no word about secrets.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import NamedTuple

from tree import NOUNS, SHARES, text

FILES_A_MODULE = 400
LANGUAGES = {".swift": "swift", ".ts": "ts", ".tsx": "ts", ".py": "py"}

SUFFIX = {"swift": ".swift", "ts": ".ts", "py": ".py"}


class Part(NamedTuple):
    """A file that is part of some use across files: where it is below the sources of its module, and the code that makes it so."""

    path: str
    code: str
    stores: bool = False
    """The code of `tree` that uses a store, instead of `code`."""


_FOLDERS = {"swift": "Sources/Module{module}", "ts": "src", "py": "python/module{module}"}

_KEYS = {
    "swift": 'enum SecretKeys {{\n    static let service = "com.example.module{module}"\n    static let session = "session"\n}}\n',
    "ts": "export const SESSION_KEY = 'session.{module}';\n",
    "py": 'SERVICE = "com.example.module{module}"\nSESSION = "session"\n',
}
_OPTIONS = {
    "swift": (
        "import Security\n\n"
        "enum SecretOptions {{\n"
        "    static func base(_ account: String) -> [String: Any] {{\n"
        "        [kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: SecretKeys.service,\n"
        "         kSecAttrAccount as String: account]\n"
        "    }}\n"
        "}}\n"
    ),
    "ts": (
        "import * as SecureStore from 'expo-secure-store';\n\n"
        "export const OPTIONS = {{ keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY }};\n"
    ),
    "py": "import threading\n\nimport keyring\n\nLOCK = threading.Lock()\nBACKEND = keyring.get_keyring()\n",
}
_HELPER = {
    "swift": (
        "import Security\n\n"
        "final class {Noun}Vault{n} {{\n"
        "    private let account: String\n\n"
        "    init(account: String = SecretKeys.session) {{ self.account = account }}\n\n"
        "    func store(_ secret: Data) throws {{\n"
        "        var item = SecretOptions.base(account)\n"
        "        item[kSecValueData as String] = secret\n"
        "        item[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly\n"
        "        let query = SecretOptions.base(account) as CFDictionary\n"
        "        var status = SecItemUpdate(query, [kSecValueData as String: secret] as CFDictionary)\n"
        "        if status == errSecItemNotFound {{ status = SecItemAdd(item as CFDictionary, nil) }}\n"
        "        guard status == errSecSuccess else {{ throw VaultFailure{n}.status(status) }}\n"
        "    }}\n\n"
        "    func secret() -> Data? {{\n"
        "        var search = SecretOptions.base(account)\n"
        "        search[kSecReturnData as String] = true\n"
        "        var result: CFTypeRef?\n"
        "        return SecItemCopyMatching(search as CFDictionary, &result) == errSecSuccess ? result as? Data : nil\n"
        "    }}\n\n"
        "    func clear() {{ SecItemDelete(SecretOptions.base(account) as CFDictionary) }}\n"
        "}}\n\n"
        "enum VaultFailure{n}: Error {{ case status(OSStatus) }}\n"
    ),
    "ts": (
        "import * as SecureStore from 'expo-secure-store';\n"
        "import {{ SESSION_KEY }} from './keys';\n"
        "import {{ OPTIONS }} from './options';\n\n"
        "export async function store{Noun}{n}(secret: string): Promise<void> {{\n"
        "  await SecureStore.setItemAsync(SESSION_KEY, secret, OPTIONS);\n"
        "}}\n\n"
        "export async function {noun}Secret{n}(): Promise<string | null> {{\n"
        "  return await SecureStore.getItemAsync(SESSION_KEY, OPTIONS);\n"
        "}}\n\n"
        "export async function clear{Noun}{n}(): Promise<void> {{\n"
        "  await SecureStore.deleteItemAsync(SESSION_KEY, OPTIONS);\n"
        "}}\n"
    ),
    "py": (
        "import keyring\n\n"
        "from .keys import SERVICE, SESSION\n"
        "from .options import LOCK\n\n\n"
        "class {Noun}Vault{n}:\n"
        "    def store(self, secret: str) -> None:\n"
        "        with LOCK:\n"
        "            keyring.set_password(SERVICE, SESSION, secret)\n\n"
        "    def secret(self) -> str | None:\n"
        "        return keyring.get_password(SERVICE, SESSION)\n\n"
        "    def clear(self) -> None:\n"
        "        with LOCK:\n"
        "            keyring.delete_password(SERVICE, SESSION)\n\n"
    ),
}
_SESSION = {
    "swift": (
        "final class {Noun}Session{n}x{k} {{\n"
        "    private let vault = {Noun}Vault{n}()\n"
        "    private(set) var isSignedIn = false\n\n"
        "    func signIn(_ token: String) throws {{\n"
        "        try vault.store(Data(token.utf8))\n"
        "        isSignedIn = true\n"
        "    }}\n\n"
        "    func restore() -> String? {{\n"
        "        guard let data = vault.secret() else {{ return nil }}\n"
        "        isSignedIn = true\n"
        "        return String(data: data, encoding: .utf8)\n"
        "    }}\n\n"
        "    func signOut() {{\n"
        "        vault.clear()\n"
        "        isSignedIn = false\n"
        "    }}\n"
        "}}\n"
    ),
    "ts": (
        "import {{ clear{Noun}{n}, store{Noun}{n}, {noun}Secret{n} }} from '../storage';\n\n"
        "export class {Noun}Session{n}x{k} {{\n"
        "  signedIn = false;\n\n"
        "  async signIn(token: string): Promise<void> {{\n"
        "    await store{Noun}{n}(token);\n"
        "    this.signedIn = true;\n"
        "  }}\n\n"
        "  async restore(): Promise<string | null> {{\n"
        "    const token = await {noun}Secret{n}();\n"
        "    this.signedIn = token !== null;\n"
        "    return token;\n"
        "  }}\n\n"
        "  async signOut(): Promise<void> {{\n"
        "    await clear{Noun}{n}();\n"
        "    this.signedIn = false;\n"
        "  }}\n"
        "}}\n"
    ),
    "py": (
        "from module{module}.storage import {Noun}Vault{n}\n\n\n"
        "class {Noun}Session{n}x{k}:\n"
        "    def __init__(self) -> None:\n"
        "        self.vault = {Noun}Vault{n}()\n"
        "        self.signed_in = False\n\n"
        "    def sign_in(self, token: str) -> None:\n"
        "        self.vault.store(token)\n"
        "        self.signed_in = True\n\n"
        "    def restore(self) -> str | None:\n"
        "        token = self.vault.secret()\n"
        "        self.signed_in = token is not None\n"
        "        return token\n\n"
        "    def sign_out(self) -> None:\n"
        "        self.vault.clear()\n"
        "        self.signed_in = False\n\n"
    ),
}
_FLOW = {
    "swift": (
        "final class {Noun}Flow{n} {{\n"
        "    private let session = {Noun}Session{n}x0()\n\n"
        "    func start() -> Bool {{ session.restore() != nil }}\n\n"
        "    func finish() {{\n"
        "        session.signOut()\n"
        "        {Noun}Session{n}x{last}().signOut()\n"
        "    }}\n"
        "}}\n"
    ),
    "ts": (
        "import {{ {Noun}Session{n}x0 }} from '../session/{noun}Session{n}x0';\n"
        "import {{ {Noun}Session{n}x{last} as Last }} from '../session/{noun}Session{n}x{last}';\n\n"
        "const session = new {Noun}Session{n}x0();\n\n"
        "export async function start{Noun}{n}(): Promise<boolean> {{\n"
        "  return (await session.restore()) !== null;\n"
        "}}\n\n"
        "export async function finish{Noun}{n}(): Promise<void> {{\n"
        "  await session.signOut();\n"
        "  await new Last().signOut();\n"
        "}}\n"
    ),
    "py": (
        "from ..session.{noun}_session{n}x0 import {Noun}Session{n}x0\n"
        "from ..session.{noun}_session{n}x{last} import {Noun}Session{n}x{last} as Last\n\n\n"
        "def start_{noun}{n}() -> bool:\n"
        "    return {Noun}Session{n}x0().restore() is not None\n\n\n"
        "def finish_{noun}{n}() -> None:\n"
        "    {Noun}Session{n}x0().sign_out()\n"
        "    Last().sign_out()\n\n\n"
    ),
}
_SCREEN = {
    "swift": (
        "import SwiftUI\n\n"
        "struct {Noun}Screen{n}: View {{\n"
        "    private let flow = {Noun}Flow{n}()\n\n"
        "    var body: some View {{\n"
        '        Button("Sign out") {{ flow.finish() }}\n'
        "            .onAppear {{ _ = flow.start() }}\n"
        "    }}\n"
        "}}\n"
    ),
    "ts": (
        "import {{ useEffect, useState }} from 'react';\n"
        "import {{ Button }} from 'react-native';\n"
        "import {{ finish{Noun}{n}, start{Noun}{n} }} from '@/flows/{noun}Flow{n}';\n\n"
        "export function {Noun}Screen{n}() {{\n"
        "  const [known, setKnown] = useState(false);\n"
        "  useEffect(() => {{\n"
        "    start{Noun}{n}().then(setKnown);\n"
        "  }}, []);\n"
        '  return <Button title="Sign out" disabled={{!known}} onPress={{() => finish{Noun}{n}()}} />;\n'
        "}}\n"
    ),
    "py": (
        "from module{module}.flows.{noun}_flow{n} import finish_{noun}{n}, start_{noun}{n}\n\n\n"
        "def main() -> int:\n"
        "    if not start_{noun}{n}():\n"
        "        return 1\n"
        "    finish_{noun}{n}()\n"
        "    return 0\n\n\n"
    ),
}


def make_linked_tree(directory: str, files: int, relevant: int, size: int) -> None:
    """Fills `directory` with `files` source files of `size` bytes together, `relevant` of which use a store, and with manifests."""
    random = Random(3)
    suffixes = [suffix for suffix, share in SHARES for _ in range(share)]
    weights = [random.lognormvariate(0, 1) for _ in range(files)]
    scale = size / sum(weights)
    helpers = count()
    modules = range((files + FILES_A_MODULE - 1) // FILES_A_MODULE)
    for module in modules:
        first, end = module * FILES_A_MODULE, min(files, (module + 1) * FILES_A_MODULE)
        storing = relevant * end // files - relevant * first // files
        numbers: dict[str, list[int]] = defaultdict(list)
        for number in range(first, end):
            numbers[suffixes[number % len(suffixes)]].append(number)
        home = os.path.join(directory, "modules", f"module{module:03}")
        _manifests(home, module)
        wanted = dict.fromkeys(_FOLDERS, 0)
        for position in range(storing):
            wanted[LANGUAGES[suffixes[position * 3 % len(suffixes)]]] += 1
        for language, folder in _FOLDERS.items():
            sources = os.path.join(home, *folder.format(module=f"{module:03}").split("/"))
            own = sorted(number for suffix, found in numbers.items() if LANGUAGES[suffix] == language for number in found)
            parts = list(_parts(random, helpers, language, module, wanted[language]))
            for number, part in zip(own, parts, strict=False):
                _fill(random, sources, part, number, int(weights[number] * scale))
            for number in own[len(parts) :]:
                suffix = suffixes[number % len(suffixes)]
                _fill(random, sources, Part(f"part{number // 20 % 20:02}/file{number}{suffix}", ""), number, int(weights[number] * scale))
            if language == "ts":
                exported = sorted(part.path for part in parts if part.path.startswith("storage/") and "Vault" in part.path)
                lines = (f"export * from './{os.path.basename(path).removesuffix('.ts')}';\n" for path in exported)
                _write(os.path.join(sources, "storage", "index.ts"), "".join(lines))
            if language == "py":
                _packages(sources, parts)
    _write(os.path.join(directory, "package.json"), '{"name": "bench", "private": true, "workspaces": ["modules/*"]}\n')


def _parts(random: Random, helpers: Iterator[int], language: str, module: int, storing: int) -> Iterator[Part]:
    """The files of one module and language that use a store, and those that these use or that make use of these. `helpers` counts."""
    suffix = SUFFIX[language]
    names = {"module": f"{module:03}"}
    if storing < 2:
        return
    yield Part(f"storage/{'SecretKeys' if language == 'swift' else 'keys'}{suffix}", _KEYS[language].format(**names))
    yield Part(f"storage/{'SecretOptions' if language == 'swift' else 'options'}{suffix}", _OPTIONS[language].format(**names))
    for n in range(1, storing):
        if n % 2 == 0:
            yield Part(f"services/service{n}{suffix}", "", True)
            continue
        noun = random.choice(NOUNS)
        words = {"Noun": noun, "noun": noun.lower(), "n": n, **names}

        def path(folder: str, kind: str, rest: str, noun: str = noun, n: int = n) -> str:
            name = f"{noun.lower()}_{kind.lower()}{n}" if language == "py" else f"{noun if language == 'swift' else noun.lower()}{kind}{n}"
            return f"{folder}/{name}{rest}"

        yield Part(path("storage", "Vault", suffix), _HELPER[language].format(**words))
        if next(helpers) % 3:
            continue
        last = random.randrange(3)
        for k in range(last + 1):
            yield Part(path("session", "Session", f"x{k}{suffix}"), _SESSION[language].format(k=k, **words))
        yield Part(path("flows", "Flow", suffix), _FLOW[language].format(last=last, **words))
        yield Part(path("screens", "Screen", ".tsx" if language == "ts" else suffix), _SCREEN[language].format(**words))


def _fill(random: Random, sources: str, part: Part, number: int, size: int) -> None:
    suffix = os.path.splitext(part.path)[1]
    _write(os.path.join(sources, *part.path.split("/")), "".join(text(random, suffix, number, part.stores, size, part.code)))


def _packages(sources: str, parts: list[Part]) -> None:
    """The `__init__.py` of each package; that of `storage` offers what is in it."""
    folders = {folder for folder, _, _ in os.walk(sources)}
    for folder in sorted(folders):
        lines = ""
        if os.path.basename(folder) == "storage":
            stems = sorted(os.path.basename(part.path).removesuffix(".py") for part in parts if "_vault" in part.path)
            pairs = ((stem, stem.partition("_vault")) for stem in stems)
            lines = "".join(f"from .{stem} import {noun.capitalize()}Vault{n}\n" for stem, (noun, _, n) in pairs)
        _write(os.path.join(folder, "__init__.py"), lines)


def _manifests(home: str, module: int) -> None:
    name = f"module{module:03}"
    _write(os.path.join(home, "package.json"), f'{{"name": "@bench/{name}", "dependencies": {{"expo-secure-store": "~14.0.0"}}}}\n')
    _write(os.path.join(home, "tsconfig.json"), '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"]}}}\n')
    _write(
        os.path.join(home, "Package.swift"),
        "// swift-tools-version:5.9\nimport PackageDescription\n\n"
        f'let package = Package(name: "Module{module:03}", targets: [.target(name: "Module{module:03}")])\n',
    )
    _write(
        os.path.join(home, "pyproject.toml"),
        f'[project]\nname = "{name}"\nversion = "1"\n\n[tool.setuptools.packages.find]\nwhere = ["python"]\n',
    )


def _write(path: str, content: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(content)
