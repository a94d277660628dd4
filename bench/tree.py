"""Makes a source tree of a given size for timing: deterministic, in three languages, most of it without a word about secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

SHARES = ((".swift", 5), (".ts", 2), (".tsx", 1), (".py", 2))
"""Suffix and its share of the files."""

NOUNS = [
    "Account",
    "Badge",
    "Cart",
    "Channel",
    "Comment",
    "Draft",
    "Event",
    "Filter",
    "Gallery",
    "Invoice",
    "Label",
    "Member",
    "Note",
    "Order",
    "Page",
    "Photo",
    "Report",
    "Route",
    "Task",
    "Theme",
]
_VERBS = [
    "apply",
    "build",
    "cancel",
    "decode",
    "filter",
    "format",
    "index",
    "load",
    "merge",
    "move",
    "parse",
    "queue",
    "refresh",
    "render",
    "resolve",
    "select",
    "show",
    "sort",
    "sync",
    "update",
]
_FIELDS = [
    "amount",
    "author",
    "cursor",
    "date",
    "depth",
    "height",
    "index",
    "kind",
    "level",
    "limit",
    "name",
    "offset",
    "owner",
    "page",
    "position",
    "rank",
    "size",
    "state",
    "title",
    "width",
]

_PLAIN = {
    ".swift": (
        "    /// {Verb}s the {noun} whose {field} is given, newest first.\n"
        "    func {verb}{Noun}{n}(_ {field}: Int, animated: Bool = true) -> [{Noun}] {{\n"
        "        guard {field} > {n}, let first = items.first(where: {{ $0.{field} == {field} }}) else {{ return [] }}\n"
        "        var found: [{Noun}] = [first]\n"
        "        for item in items where item.{other} != first.{other} {{\n"
        "            found.append(item)\n"
        '            log.debug("{verb} \\(item.{field}) of \\(found.count)")\n'
        "        }}\n"
        "        return found.sorted {{ $0.{field} > $1.{field} }}\n"
        "    }}\n\n"
    ),
    ".ts": (
        "  /** {Verb}s the {noun} whose {field} is given, newest first. */\n"
        "  async {verb}{Noun}{n}({field}: number, animated = true): Promise<{Noun}[]> {{\n"
        "    const first = this.items.find((item) => item.{field} === {field});\n"
        "    if (!first || {field} < {n}) return [];\n"
        "    const found = this.items.filter((item) => item.{other} !== first.{other});\n"
        "    await this.client.post(`/{noun}s/${{first.{field}}}`, {{ animated, count: found.length }});\n"
        "    return [first, ...found].sort((left, right) => right.{field} - left.{field});\n"
        "  }}\n\n"
    ),
    ".py": (
        "    def {verb}_{noun}_{n}(self, {field}: int, animated: bool = True) -> list[{Noun}]:\n"
        '        """{Verb}s the {noun} whose {field} is given, newest first."""\n'
        "        first = next((item for item in self.items if item.{field} == {field}), None)\n"
        "        if first is None or {field} < {n}:\n"
        "            return []\n"
        "        found = [item for item in self.items if item.{other} != first.{other}]\n"
        '        log.debug("%s %s of %d", "{verb}", first.{field}, len(found))\n'
        "        return sorted([first, *found], key=lambda item: item.{field}, reverse=True)\n\n"
    ),
}
_PLAIN[".tsx"] = _PLAIN[".ts"]

_STORING = {
    ".swift": (
        "    private func query{n}() -> [String: Any] {{\n"
        "        [kSecClass as String: kSecClassGenericPassword, kSecAttrService as String: service,\n"
        '         kSecAttrAccount as String: "{noun}.{field}"]\n'
        "    }}\n\n"
        "    func save{Noun}{n}(_ secret: Data) throws {{\n"
        "        var item = query{n}()\n"
        "        item[kSecValueData as String] = secret\n"
        "        item[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly\n"
        "        var status = SecItemUpdate(query{n}() as CFDictionary, [kSecValueData as String: secret] as CFDictionary)\n"
        "        if status == errSecItemNotFound {{ status = SecItemAdd(item as CFDictionary, nil) }}\n"
        "        guard status == errSecSuccess else {{ throw Failure.status(status) }}\n"
        "    }}\n\n"
        "    func {noun}{n}() -> Data? {{\n"
        "        var search = query{n}()\n"
        "        search[kSecReturnData as String] = true\n"
        "        var result: CFTypeRef?\n"
        "        return SecItemCopyMatching(search as CFDictionary, &result) == errSecSuccess ? result as? Data : nil\n"
        "    }}\n\n"
    ),
    ".ts": (
        "  async save{Noun}{n}(secret: string): Promise<void> {{\n"
        "    await SecureStore.setItemAsync('{noun}.{field}', secret, OPTIONS);\n"
        "  }}\n\n"
        "  async {noun}{n}(): Promise<string | null> {{\n"
        "    return await SecureStore.getItemAsync('{noun}.{field}', OPTIONS);\n"
        "  }}\n\n"
    ),
    ".py": (
        "    def save_{noun}_{n}(self, secret: str) -> None:\n"
        "        with LOCK:\n"
        '            keyring.set_password(SERVICE, "{noun}.{field}", secret)\n\n'
        "    def {noun}_{n}_secret(self) -> str | None:\n"
        '        return keyring.get_password(SERVICE, "{noun}.{field}")\n\n'
    ),
}
_STORING[".tsx"] = _STORING[".ts"]

_HEADS = {
    ".swift": "import Foundation\n{store}\nfinal class {Noun}Service{number} {{\n    private var items: [{Noun}] = []\n\n",
    ".ts": "import {{ Client, {Noun} }} from '../model';\n{store}\nexport class {Noun}Service{number} {{\n"
    "  constructor(private client: Client, private items: {Noun}[]) {{}}\n\n",
    ".py": "import logging\n{store}\nfrom model import {Noun}\n\nlog = logging.getLogger(__name__)\n\n\nclass {Noun}Service{number}:\n"
    "    def __init__(self, items: list[{Noun}]) -> None:\n        self.items = items\n\n",
}
_HEADS[".tsx"] = _HEADS[".ts"]
_TAILS = {".swift": "}\n", ".ts": "}\n", ".tsx": "}\n", ".py": ""}
_STORES = {
    ".swift": 'import Security\n\nprivate let service = "com.example.bench"\n',
    ".ts": "import * as SecureStore from 'expo-secure-store';\n\n"
    "const OPTIONS = { keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY };\n",
    ".py": 'import threading\n\nimport keyring\n\nSERVICE = "com.example.bench"\nLOCK = threading.Lock()\n',
}
_STORES[".tsx"] = _STORES[".ts"]


def make_tree(directory: str, files: int, relevant: int, size: int) -> None:
    """Fills `directory` with `files` files of `size` bytes together; those under `storing/`, `relevant` in number, use a store."""
    random = Random(2)
    suffixes = [suffix for suffix, share in SHARES for _ in range(share)]
    weights = [random.lognormvariate(0, 1) for _ in range(files)]
    scale = size / sum(weights)
    for number in range(files):
        suffix = suffixes[number % len(suffixes)]
        stores = number < relevant
        folder = os.path.join(directory, "storing" if stores else "plain", f"module{number // 400:03}", f"part{number // 20 % 20:02}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"file{number}{suffix}"), "w", encoding="utf-8") as file:
            file.writelines(text(random, suffix, number, stores, int(weights[number] * scale)))


def text(random: Random, suffix: str, number: int, stores: bool, size: int, code: str = "") -> Iterator[str]:
    """The text of a file of about `size` bytes; `code` stands above its own."""
    words = _words(random, 0)
    head = _HEADS[suffix].format(store=_STORES[suffix] if stores else code, number=number, **words)
    yield head
    written = len(head) + len(_TAILS[suffix])
    member = 0
    while written < size or member == 0:
        storing = stores and member % 8 == 0
        piece = (_STORING if storing else _PLAIN)[suffix].format(**_words(random, member))
        yield piece
        written += len(piece)
        member += 1
    yield _TAILS[suffix]


def _words(random: Random, member: int) -> dict[str, object]:
    noun, verb = random.choice(NOUNS), random.choice(_VERBS)
    return {
        "Noun": noun,
        "noun": noun.lower(),
        "verb": verb,
        "Verb": verb.capitalize(),
        "field": random.choice(_FIELDS),
        "other": random.choice(_FIELDS),
        "n": member,
    }
