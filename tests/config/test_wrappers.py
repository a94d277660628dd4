"""A project's own code as a store: seen however it is imported, in every language, and nothing else taken for it."""

from __future__ import annotations

import pytest

from keylint.check import analyze_sources
from keylint.config.reading import read
from keylint.rules.registry import resolve
from keylint.settings import Settings
from keylint.stores.model import Store

TYPESCRIPT = """
[[stores]]
name = "secure_store"
base = "expo_secure_store"
modules = ["@/lib/secureStore", "src/vault/index.ts", "my-vault"]
instances = ["Vault"]
factories = ["open"]

[[stores.operations]]
functions = ["remember", "vault.set", "put"]
verb = "write"
value = 1
options = 2
returns = "promise"
asynchronous = true
raises = true
identity = [{ name = "key", argument = 0, noun = "key" }]
"""
PYTHON = """
[[stores]]
name = "secrets_service"
languages = ["python"]
modules = ["app.secrets", "vault"]
instances = ["Vault"]

[[stores.operations]]
functions = ["save", "Vault.put", "put"]
verb = "write"
value = 1
raises = true
returns = "nothing"
overwrite = "replaces"
identity = [{ name = "key", argument = 0, noun = "key" }]

[[stores.operations]]
functions = ["forget"]
verb = "delete"
raises = true
returns = "nothing"
identity = [{ name = "key", argument = 0, noun = "key" }]
"""
SWIFT = """
[[stores]]
name = "credential_box"
languages = ["swift"]
in_scope = true
instances = ["CredentialBox"]

[[stores.operations]]
functions = ["put", "CredentialBox.shared.put", "storeCredential"]
verb = "add"
returns = "status"
overwrite = "fails"
identity = [{ name = "key", label = "forKey", noun = "key" }]
"""


def store(text: str) -> Store:
    [found] = read("keylint.toml", text.encode(), "").stores
    return found


def found(text: str, path: str, code: str) -> set[str]:
    result = analyze_sources([(path, code.encode())], Settings(resolve(["default"]), stores=(store(text),)))
    assert not result.incomplete
    return {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    ("path", "line", "seen"),
    [
        ("src/a.ts", "import { remember } from '@/lib/secureStore'", True),
        ("src/a.ts", "import { remember } from './lib/secureStore'", True),
        ("src/screens/login/a.ts", "import { remember } from '../../lib/secureStore'", True),
        ("src/lib/a.ts", "import { remember } from './secureStore'", True),
        ("src/lib/a.ts", "import { remember } from './secureStore.js'", True),
        ("./src/lib/a.ts", "import { remember as keep } from './secureStore'; const remember = keep", True),
        ("src/lib/a.ts", "const { remember } = require('./secureStore')", True),
        ("src/lib/a.ts", "import secureStore = require('./secureStore'); const remember = secureStore.remember", True),
        ("src/lib/a.ts", "import secureStore from './secureStore'; const remember = secureStore.remember", True),
        ("src/lib/a.ts", "import * as secureStore from './secureStore'; const remember = secureStore.remember", True),
        ("src/a.ts", "import { remember } from './vault'", True),
        ("src/a.ts", "import { remember } from './vault/index'", True),
        ("a.ts", "import { remember } from 'my-vault'", True),
        ("src/a.ts", "import { remember } from '@/lib/secureStore2'", False),
        ("src/lib/a.ts", "import { remember } from './insecureStore'", False),
        ("src/other/a.ts", "import { remember } from './secureStore'", False),
        ("src/a.ts", "import { remember } from 'secureStore'", False),
        ("a.ts", "import { remember } from './my-vault'", False),
        ("a.ts", "import { remember } from 'expo-secure-store'", False),
        ("src/b/a.ts", "import { remember } from './vault'", False),
        ("src/lib/a.ts", "// secureStore\nimport { remember } from './memory'", False),
    ],
)
def test_imports_of_typescript(path: str, line: str, seen: bool) -> None:
    code = f"{line};\nexport function save(secret: string) {{\n  remember('token', secret);\n}}\n"
    assert found(TYPESCRIPT, path, code) == ({"KL101", "KL303"} if seen else set())


def test_an_import_without_a_name_needs_a_word() -> None:
    code = "import { remember } from '..';\nexport const save = async (s: string) => { await remember('token', s); };\n"
    assert found(TYPESCRIPT, "src/vault/b/a.ts", code) == set()
    assert found(TYPESCRIPT.replace("base", 'words = ["remember"]\nbase'), "src/vault/b/a.ts", code) == {"KL101"}


@pytest.mark.parametrize(
    "body",
    [
        "import { vault } from '@/lib/secureStore';\nexport async function save(s: string) { await vault.set('k', s); }",
        "import { Vault } from '@/lib/secureStore';\nexport async function save(s: string) { await new Vault().put('k', s); }",
        "import { Vault } from '@/lib/secureStore';\nexport async function save(v: Vault, s: string) { await v.put('k', s); }",
        "import { open } from './lib/secureStore';\nexport async function save(s: string) { await open().put('k', s); }",
        "import { Vault } from './lib/secureStore';\nconst v = new Vault();\nexport const save = (s: string) => v.put('k', s);",
    ],
)
def test_objects_of_typescript(body: str) -> None:
    assert found(TYPESCRIPT, "src/a.ts", body) == {"KL101"}


def test_facts_of_the_base_hold() -> None:
    code = (
        "import { remember } from './lib/secureStore';\nimport * as SecureStore from 'expo-secure-store';\n"
        "export const save = (s: string) => remember('k', s, { keychainAccessible: SecureStore.%s });\n"
    )
    assert found(TYPESCRIPT, "src/a.ts", code % "AFTER_FIRST_UNLOCK") == {"KL103"}
    assert found(TYPESCRIPT, "src/a.ts", code % "AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY") == set()


def test_the_base_stays_what_it_is() -> None:
    code = "import * as SecureStore from 'expo-secure-store';\nexport const save = (s: string) => SecureStore.setItemAsync('k', s);\n"
    assert found(TYPESCRIPT, "src/a.ts", code) == {"KL101"}
    assert store(TYPESCRIPT).modules == ("@/lib/secureStore", "src/vault/index.ts", "my-vault")
    assert "expo-secure-store" not in store(TYPESCRIPT).words


def test_a_model_of_the_same_name_replaces_the_shipped_one() -> None:
    text = '[[stores]]\nname = "expo_secure_store"\nbase = "expo_secure_store"\nclass_keys = []\n'
    code = "import * as SecureStore from 'expo-secure-store';\nexport const save = (s: string) => SecureStore.setItemAsync('k', s);\n"
    assert found(text, "a.ts", code) == set()


@pytest.mark.parametrize(
    ("path", "line", "seen"),
    [
        ("a.py", "from app.secrets import save, forget", True),
        ("app/login.py", "from .secrets import save, forget", True),
        ("src/app/views/login.py", "from ..secrets import save, forget", True),
        ("src/app/login.py", "from . import secrets; save, forget = secrets.save, secrets.forget", True),
        ("a.py", "from app import secrets; save, forget = secrets.save, secrets.forget", True),
        ("a.py", "import app.secrets; save, forget = app.secrets.save, app.secrets.forget", True),
        ("a.py", "import app.secrets as s; save, forget = s.save, s.forget", True),
        ("a.py", "from vault import save, forget", True),
        ("a.py", "from app.secrets2 import save, forget", False),
        ("other/a.py", "from .secrets import save, forget", False),
        ("other/a.py", "from . import secrets; save, forget = secrets.save, secrets.forget", False),
        ("app/a.py", "from .vault import save, forget", False),
        ("a.py", "import secrets; save, forget = secrets.save, secrets.forget", False),
    ],
)
def test_imports_of_python(path: str, line: str, seen: bool) -> None:
    code = f"{line}\n\n\ndef replace(secret):\n    forget('token')\n    save('token', secret)\n"
    assert found(PYTHON, path, code) == ({"KL201"} if seen else set())


def test_imports_inside_functions() -> None:
    body = "    forget('token')\n    save('token', secret)\n"
    code = f"def replace(secret):\n    from .secrets import save, forget\n{body}"
    assert found(PYTHON, "app/a.py", code) == {"KL201"}
    assert found(PYTHON, "other/a.py", code) == set()


@pytest.mark.parametrize("call", ["put(d, forKey: k)", "storeCredential(d, forKey: k)", "CredentialBox.shared.put(d, forKey: k)"])
def test_swift_needs_no_import(call: str) -> None:
    box = "CredentialBox()." if call.startswith("put") else ""
    code = f"func save(_ d: Data, _ k: String) {{\n    _ = {box}{call}\n}}\n"
    assert found(SWIFT, "a.swift", code) == {"KL301"}


def test_a_method_of_another_type_is_not_meant() -> None:
    assert found(SWIFT, "a.swift", "// CredentialBox\nfunc save(_ d: Data, c: Cache) {\n    _ = c.put(d, forKey: \"k\")\n}\n") == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TYPESCRIPT, ("secureStore", "vault", "my-vault")),
        (PYTHON, ("secrets", "vault")),
        (SWIFT, ("CredentialBox", "put", "storeCredential")),
        (TYPESCRIPT.replace("instances", 'words = ["only"]\ninstances'), ("only",)),
    ],
)
def test_words_follow_from_how_it_is_reached(text: str, words: tuple[str, ...]) -> None:
    assert store(text).words == words


def test_other_languages_do_not_see_it() -> None:
    code = "from my_vault import save\n\n\ndef f(s):\n    save('k', s)\n"
    assert found(TYPESCRIPT.replace("my-vault", "my_vault"), "a.py", code) == set()


@pytest.mark.parametrize(("specifier", "seen"), [("@own/vault", True), ("@own/other", False)])
def test_an_alias_leads_to_the_declared_file(specifier: str, seen: bool) -> None:
    sources = {
        "tsconfig.json": b'{ "compilerOptions": { "paths": { "@own/*": ["./src/*"] } } } // aliases',
        "src/vault/index.ts": b"export async function put(key: string, value: string, options?: object) {}",
        "src/other.ts": b"export async function put(key: string, value: string, options?: object) {}",
        "src/save.ts": b"import { put } from '%s'; // vault\nexport const save = async (text: string) => put('token', text);\n"
        % specifier.encode(),
    }
    result = analyze_sources(list(sources.items()), Settings(resolve(["KL101"]), stores=(store(TYPESCRIPT),)))
    assert [(finding.path, finding.code) for finding in result.findings] == [("src/save.ts", "KL101")] * seen
