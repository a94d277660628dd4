"""What a file offers to others, and what it asks of them."""

from __future__ import annotations

from textwrap import dedent

import pytest
from observing import file_of, models

from keylint.interpret.summary import Summary, summarize
from keylint.interpret.survey import Survey
from keylint.languages import language_of
from keylint.program.link import DEFAULT


def summary(path: str, text: str, live: tuple[str, ...] = (), types: tuple[str, ...] = ()) -> Summary:
    file = file_of(path, dedent(text), *live)
    language = language_of(path)
    assert language is not None
    return summarize(file, Survey(models(language)).reach(file), frozenset(name.encode() for name in types))


VAULT = """
    import keyring
    class Vault:
        def put(self, v): keyring.set_password("a", "b", v)
        def size(self): return 1
"""


def test_names_that_lead_to_a_store() -> None:
    found = summary("a.py", "import keyring\ndef put(): keyring.set_password('a', 'b', 'c')\ndef call(): put()\ndef idle(): pass\n")
    assert found.live == {"put", "call", "keyring"}
    assert found.members == {}
    assert not found.passes_on


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("vault = Vault()", "vault"),
        ("def make():\n    return Vault()", "make"),
        ("def make() -> 'Vault':\n    x = 1", "make"),
    ],
)
def test_what_holds_or_makes_an_object_leads_there_too(more: str, name: str) -> None:
    found = summary("a.py", dedent(VAULT) + more + "\n")
    assert found.members == {"Vault": {"put"}}
    assert name in found.live


def test_members_are_inherited() -> None:
    found = summary("a.py", dedent(VAULT) + "class Own(Vault):\n    pass\nclass Other(Thing):\n    pass\n")
    assert found.members == {"Vault": {"put"}, "Own": {"put"}}
    elsewhere = summary("b.py", "from a import Vault\nclass Own(Vault):\n    def get(self): self.put(1)\n", ("put",), ("Vault",))
    assert elsewhere.members == {"Own": {"get", "put"}}


def test_a_python_module_has_what_it_imports() -> None:
    assert summary("a.py", "from b import put, other\n", ("put",)).live == {"put"}
    assert summary("a.py", "from b import *\n").passes_on


def test_exports_by_other_names_and_by_none() -> None:
    head = "import * as S from 'expo-secure-store';\nconst put = () => S.setItemAsync('a', 'b', {});\n"
    assert summary("a.ts", head + "export { put as keep };").live >= {"put", "keep"}
    assert DEFAULT in summary("a.ts", head + "export default put;").live
    assert DEFAULT in summary("a.ts", head + "export { put as default };").live
    box = "class Vault { put() { return S.setItemAsync('a', 'b', {}); } }\n"
    assert summary("a.ts", head + box + "export { Vault as Box };").members == {"Vault": {"put"}, "Box": {"put"}}
    assert DEFAULT in summary("a.ts", head + box + "export default new Vault();").live
    assert summary("a.ts", "export * from './b';").passes_on


def test_swift_types_extensions_and_aliases() -> None:
    found = summary(
        "a.swift",
        """
        import Security
        final class Vault {
            static let shared = Vault()
            init(q: Int) { SecItemDelete(q) }
            func wipe() { SecItemDelete(q) }
            func idle() {}
        }
        extension Library { func drop() { SecItemDelete(q) } }
        enum Services { static func make() -> Vault { Vault(q: 1) }
            typealias Storage = Vault }
        typealias Safe = Vault
        """,
    )
    assert found.members == {
        "Vault": {"shared", "wipe"},
        "Library": {"drop"},
        "Services": {"make", "shared", "wipe"},
        "Safe": {"shared", "wipe"},
    }
    assert found.live == {"Vault", "Safe", "drop", "Services"}


def test_what_is_used_and_asked() -> None:
    put = "def put():\n    keyring.set_password(keys.SERVICE, 'b', TOKEN)\n"
    found = summary("a.py", f"import keyring\nimport keys\n{put}def idle(): spare()\n")
    assert found.used >= {b"SERVICE", b"TOKEN"}
    assert b"spare" not in found.used
    assert ("keys", "SERVICE") in found.asked
