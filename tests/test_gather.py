"""The waves: who calls into a store's file without naming the store, and what the code of those needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from keylint import gather as waves
from keylint.gather import Gathered, ProjectFiles, gather, segments
from keylint.languages import language_of
from keylint.lowering import Lowered, Lowerer, Order
from keylint.project.modules import ProjectModules
from keylint.search import Match, Search, Searcher
from keylint.select import Candidate
from keylint.stores import catalogue

KNOWN = catalogue.load(["swift", "typescript", "python"])
VAULT = "import keyring\ndef put(v): keyring.set_password('a', 'b', v)\n"
SWIFT_VAULT = "import Security\nstruct Vault {\n static let shared = Vault()\n func wipe() { SecItemDelete(q) } }"


class Waves:
    """What was gathered, and how often files were lowered."""

    def __init__(self, files: dict[str, str]) -> None:
        candidates = {path: Candidate(path, language_of(path) or "", "") for path in sorted(files)}
        self.modules = ProjectModules("", {path: path for path in files}, lambda path: None)
        self.lowered: list[str] = []
        texts = {path: text.encode() for path, text in files.items()}
        lowerer = Lowerer(KNOWN, lambda candidate: texts[candidate.path])

        def lower(orders: Sequence[Order], known: Mapping[str, Lowered]) -> list[Lowered]:
            self.lowered += [order.candidate.path for order in orders]
            return [lowerer(order) for order in orders]

        def find(search: Search) -> list[Match]:
            return Searcher(search, lambda candidate: texts[candidate.path])(list(candidates.values()))

        relevant = [item for path, item in candidates.items() if any(word in texts[path] for word in (b"keyring", b"SecItem"))]
        self.gathered: Gathered = gather(relevant, ProjectFiles(candidates, self.modules), lower, find)

    @property
    def roots(self) -> set[str]:
        return self.gathered.roots

    @property
    def supplies(self) -> set[str]:
        return set(self.gathered.lowered) - self.gathered.roots


def test_callers_and_their_callers() -> None:
    found = Waves(
        {
            "vault.py": VAULT,
            "a.py": "from vault import put\ndef a(): put(1)\n",
            "b.py": "import a\ndef b(): a.a()\n",
            "c.py": "from b import b\ndef c(): b()\n",
            "d.py": "from c import c\ndef d(): c()\n",
            "other.py": "from elsewhere import put\ndef other(): put(1)\n",
            "idle.py": "import a\nx = 1\n",
        }
    )
    assert found.roots >= {"vault.py", "a.py", "b.py", "c.py"}
    assert "d.py" not in found.roots, "three rounds of callers"
    assert "other.py" not in found.gathered.lowered


def test_swift_callers_name_a_type_and_a_member_of_it() -> None:
    found = Waves(
        {
            "Vault.swift": SWIFT_VAULT,
            "Caller.swift": "func a() { Vault.shared.wipe() }",
            "Alias.swift": "typealias Safe = Vault",
            "ByAlias.swift": "func b(_ safe: Safe) { safe.wipe() }",
            "Namesake.swift": "func c() { wipe() }",
            "Type.swift": "let made: Vault? = nil",
        }
    )
    assert found.roots == {"Vault.swift", "Caller.swift", "Alias.swift", "ByAlias.swift"}
    program = found.gathered.program(found.modules)
    caller = program.file_at("Caller.swift")
    assert caller is not None
    assert caller.live >= {b"wipe"}


def test_what_callers_need_is_supplied_and_not_started() -> None:
    found = Waves(
        {
            "vault.py": "import keyring\nfrom names import SERVICE\ndef put(v): keyring.set_password(SERVICE, 'b', v)\n",
            "names.py": "from deep import PREFIX\nSERVICE = PREFIX + 'a'\nUNUSED = 1\n",
            "deep.py": "PREFIX = 'x'\n",
            "unused.py": "PREFIX = 'x'\n",
        }
    )
    assert found.roots == {"vault.py"}
    assert found.supplies == {"names.py", "deep.py"}


def test_a_part_that_was_left_out_is_lowered_when_somebody_asks() -> None:
    found = Waves(
        {
            "vault.py": "import keyring\nimport keys\ndef put(v): keyring.set_password('a', keys.KEY, v)\n",
            "keys.py": "import keyring\nKEY = 'k'\ndef drop(): keyring.delete_password('a', 'b')\n",
        }
    )
    assert found.lowered.count("keys.py") == 2
    keys = found.gathered.program(found.modules).file_at("keys.py")
    assert keys is not None
    assert "KEY" in keys.variables


def test_what_is_handed_an_object_that_leads_to_a_store() -> None:
    found = Waves(
        {
            "vault.py": "import keyring\nclass Vault:\n    def put(self, v): keyring.set_password('a', 'b', v)\n",
            "login.py": "class Login:\n    def __init__(self, store): self.store = store\n    def go(self): self.store.put(1)\n",
            "main.py": "from vault import Vault\nfrom login import Login\ndef main(): Login(Vault()).go()\n",
            "idle.py": "class Idle:\n    def go(self, store): store.put(1)\n",
        }
    )
    assert found.roots == {"vault.py", "main.py"}
    assert found.supplies == {"login.py"}
    login = found.gathered.program(found.modules).file_at("login.py")
    assert login is not None
    assert b"put" in login.live


def test_no_more_files_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"user{n}.py": "from vault import put\ndef use(): put(1)\n" for n in range(9)}
    monkeypatch.setattr(waves, "LEAST_ROOM", 4)
    found = Waves({"vault.py": VAULT, **files})
    assert found.roots == {"vault.py", "user0.py", "user1.py", "user2.py", "user3.py"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/vault.ts", ["vault"]),
        ("src/vault.ios.ts", ["vault"]),
        ("a/secure/index.ts", ["index", "", "secure"]),
        ("secure/src/index.ts", ["index", "", "src", "secure"]),
        ("app/__init__.py", ["__init__", "", "app"]),
        ("index.js", ["index", ""]),
    ],
)
def test_how_specifiers_may_end(path: str, expected: list[str]) -> None:
    assert segments(path) == expected
