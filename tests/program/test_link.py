"""Types joined from their pieces, what they inherit, and the order of a program's files."""

from __future__ import annotations

from collections.abc import Sequence

from keylint.languages import front_end
from keylint.program.link import File, link
from keylint.program.modules import Alone
from keylint.source import Source


def file(text: str, path: str = "a.swift") -> File:
    source = Source(path, text.encode())
    return File(source, front_end("swift").lower(source, [b"SecItem"]))


class Together(Alone):
    """Files that see one another's names."""

    def scopes(self, path: str) -> Sequence[frozenset[str]]:
        return [frozenset(("a.swift", "b.swift", "c.swift"))]


NAMES = ("Vault", "Safe", "Own", "Outer.Near", "Outer.Far", "Outer.Store", "Loop", "Library")


FILE = file(
    """
    import Security
    protocol Storing { var label: String { get }
      func put() }
    extension Storing { func put() { SecItemAdd(q, nil) }
      func drop() { SecItemDelete(q) } }
    class Base: Storing { var label: String { SecItemName }
      func load() { SecItemCopyMatching(q, nil) } }
    class Store: Base { enum Key { static let a = SecItemA }
      override func load() { SecItemCopyMatching(r, nil) } }
    @MainActor extension Store { func wipe() { SecItemDelete(q) } }
    enum Key { static let b = SecItemB }
    class Loop: Pool { func f() { SecItemDelete(q) } }
    class Pool: Loop { }
    """
)


def test_an_extension_adds_to_its_type() -> None:
    info = FILE.types["Store"]
    assert (info.kind, info.declared, info.isolation) == ("class", True, None)
    assert set(info.functions) == {"load", "wipe"}
    assert info.isolation_of(info.functions["wipe"][0][0]) == "MainActor"
    assert info.isolation_of(info.functions["load"][0][0]) is None


def test_the_nearest_method_counts() -> None:
    info = FILE.types["Store"]
    assert [owner.name for _, _, owner in FILE.methods(info, "load")] == ["Store"]
    assert [owner.name for _, _, owner in FILE.methods(info, "put")] == ["Storing"]
    assert FILE.methods(info, "missing") == []


def test_inheritance_is_followed_once_round() -> None:
    assert [info.name for info in FILE.ancestry(FILE.types["Store"])] == ["Store", "Base", "Storing"]
    assert [info.name for info in FILE.ancestry(FILE.types["Loop"])] == ["Loop", "Pool"]
    assert FILE.inherited_names(FILE.types["Store"]) == ["Base", "Storing"]


def test_a_name_means_the_nested_type_first() -> None:
    inside = FILE.type_named("Key", "Store")
    outside = FILE.type_named("Key")
    assert inside is not None
    assert outside is not None
    assert (inside.name, outside.name) == ("Store.Key", "Key")
    assert FILE.type_named("Key", "Base") is outside
    assert FILE.type_named(None) is None
    assert FILE.type_named("Unseen") is None


def test_an_alias_means_a_type_wherever_both_stand() -> None:
    nested = "enum Outer { struct Inner {}\n typealias Near = Inner\n typealias Far = Store\n typealias Store = Store }"
    store = file(f"struct Store {{}}\n{nested}")
    alias = file("typealias Vault = Store\ntypealias Safe = Vault\nprivate typealias Own = Store", "b.swift")
    user = file("typealias Loop = Pool\ntypealias Pool = Loop\ntypealias Library = Keychain.Options", "c.swift")
    link([store, alias, user], Together())
    found = {name: info.name for name in NAMES if (info := user.type_named(name)) is not None}
    assert found == {"Vault": "Store", "Safe": "Store", "Outer.Near": "Outer.Inner", "Outer.Far": "Store", "Outer.Store": "Store"}
    assert alias.type_named("Own") is store.types["Store"]
    assert store.type_named("Near", "Outer") is store.types["Outer.Inner"]
    assert [user.unaliased(name)[0] for name in ("Library", "Safe", "Other")] == ["Keychain.Options", "Store", "Other"]
    assert user.unaliased("Loop")[0] in ("Loop", "Pool")


def test_private_names_are_not_in_the_way_of_others() -> None:
    seen = file("struct Store {}\nfunc open() { SecItemDelete(q) }")
    hidden = file("private struct Store { struct Part {} }\nprivate func open() { SecItemAdd(q) }\nstruct Shown {}", "b.swift")
    user = file("func use() {}", "c.swift")
    program = link([seen, hidden, user], Together())
    assert user.type_named("Store") is seen.types["Store"]
    assert user.type_named("Store.Part") is None
    assert user.type_named("Shown") is hidden.types["Shown"]
    assert hidden.type_named("Store") is hidden.types["Store"]
    assert [home.path for _, home in program.functions_seen(user, "open")] == ["a.swift"]


def test_a_property_that_fulfils_a_requirement_comes_before_it() -> None:
    found = FILE.property_of(FILE.types["Store"], "label")
    assert found is not None
    assert found[1].name == "Base"
    required = file("import Security\nprotocol P { var label: String { get } }\nstruct S: P { func f() { SecItemDelete(q) } }")
    found = required.property_of(required.types["S"], "label")
    assert found is not None
    assert found[1].name == "P"


def test_files_come_in_the_order_of_their_paths() -> None:
    files = [file("import Security", path) for path in ("b.swift", "a.swift", "c.swift")]
    assert [one.path for one in link(files).files] == ["a.swift", "b.swift", "c.swift"]


def test_words_are_whole() -> None:
    one = file("let a_b = c1 + é.d")
    assert one.words(one.module.body.span) >= {b"a_b", b"c1", "é".encode(), b"d"}
