"""Objects of stores: what they carry, how it changes, and what a call of theirs goes by."""

from __future__ import annotations

from textwrap import dedent

import pytest
from observing import Seen, file_of, models, seen

from keylint.interpret.events import ABSENT, MAY, MUST, UNKNOWN
from keylint.interpret.machine import observe
from keylint.program.link import link


def access(body: str, head: str = "") -> Seen:
    return seen(
        f"import KeychainAccess\n{head}\nfunc save(_ secret: String, flag: Bool, given: Keychain) throws {{\n{body}\n}}\n", "swift", False
    )


def chosen(found: Seen, verb: str = "write") -> tuple[str, list[str | None]]:
    return found.classes(verb)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('try Keychain(service: "s").set(secret, key: "k")', (ABSENT, [])),
        ('try Keychain(service: "s").accessibility(.whenUnlocked).set(secret, key: "k")', (MUST, ["whenUnlocked"])),
        ('try Keychain().accessibility(Accessibility.always).label("l").set(secret, key: "k")', (MUST, ["always"])),
        ('try KeychainAccess.Keychain().accessibility(KeychainAccess.Accessibility.always).set(secret, key: "k")', (MUST, ["always"])),
        ('let k = Keychain()\nk.accessibility(.always)\ntry k.set(secret, key: "k")', (ABSENT, [])),
        ('let k = Keychain()\n_ = k.accessibility(.always)\nk["k"] = secret', (ABSENT, [])),
        ('var k = Keychain()\nk = k.accessibility(.always)\nk["k"] = secret', (MUST, ["always"])),
        ('var k = Keychain()\nif flag { k = k.accessibility(.always) }\nk["k"] = secret', (MAY, ["always"])),
        ('let k = Keychain().accessibility(flag ? .always : .whenUnlocked)\nk["k"] = secret', (MUST, ["always", "whenUnlocked"])),
        ('given["k"] = secret', (UNKNOWN, [])),
        ('try given.accessibility(.whenUnlocked).set(secret, key: "k")', (MUST, ["whenUnlocked"])),
        ('let make = { Keychain() }\nmake()[string: "k"] = secret', (ABSENT, [])),
    ],
)
def test_the_class_that_an_object_carries(body: str, expected: tuple[str, list[str | None]]) -> None:
    assert chosen(access(body)) == expected


def test_a_condition_on_an_object_is_told() -> None:
    found = access('var k = Keychain()\nif flag { k = k.accessibility(.always) }\nk["k"] = secret').one("write")
    assert [condition.why for condition in found.accessibility.conditions] == ["when `flag` holds"]


def test_elements_are_read_written_and_deleted() -> None:
    found = access('_ = given["a"]\ngiven["b"] = secret\ngiven["c"] = nil\ngiven[string: "d"] = nil\n_ = given[data: "e"]')
    assert [(event.verb, event.item, event.spelled) for event in found.events()] == [
        ("read", "key `a`", 'given["a"]'),
        ("write", "key `b`", 'given["b"]'),
        ("delete", "key `c`", 'given["c"]'),
        ("delete", "key `d`", 'given[string: "d"]'),
        ("read", "key `e`", 'given[data: "e"]'),
    ]


def test_what_an_object_was_made_with_identifies_its_items() -> None:
    found = access(
        'let a = Keychain(service: "a")\nlet b = Keychain(server: "https://b", protocolType: .https)\na["k"] = nil\nb["k"] = secret'
    )
    assert [event.item for event in found.events()] == ["key `k`, service `a`", "key `k`, server `https://b`"]
    assert found.verdicts() == []


def test_two_objects_made_alike_hold_the_same_items() -> None:
    assert access('Keychain(service: "a")["k"] = nil\ntry Keychain(service: "a").set(secret, key: "k")').verdicts() == ["unserialized"]
    assert access('given["k"] = nil\ntry given.set(secret, key: "k")').verdicts() == ["unserialized"]
    assert access('given["k"] = nil\ntry Keychain(service: "a").set(secret, key: "k")').verdicts() == []


def test_properties_of_objects_and_types_made_anywhere() -> None:
    found = seen(
        """
        import KeychainAccess
        enum Stores { static let main = Keychain(service: "main") }
        private let top = Keychain(service: "top")
        final class Tokens {
            private let own = Keychain(service: "own").accessibility(.whenUnlocked)
            private lazy var late: Keychain = { Keychain(service: "late") }()
            private let injected: Keychain
            init(injected: Keychain) { self.injected = injected }
            func save(_ secret: String) {
                Stores.main["a"] = secret
                top["b"] = secret
                own["c"] = secret
                late["d"] = secret
                self.injected["e"] = secret
            }
        }
        """,
        "swift",
        False,
    )
    assert [(event.item, event.accessibility.presence) for event in found.events("write")] == [
        ("key `a`, service `main`", ABSENT),
        ("key `b`, service `top`", ABSENT),
        ("key `c`, service `own`", MUST),
        ("key `d`, service `late`", ABSENT),
        ("key `e`", UNKNOWN),
    ]


def test_an_extension_of_a_store_s_class() -> None:
    found = seen(
        """
        import KeychainAccess
        extension Keychain {
            static let shared = Keychain(service: "shared")
            static var locked: Keychain { shared.accessibility(.whenUnlocked) }
            var strict: Keychain { accessibility(.whenUnlockedThisDeviceOnly) }
            func put(_ secret: String) { self["k"] = secret }
            func keep(_ secret: String) throws { try set(secret, key: "k") }
        }
        func save(_ secret: String) throws {
            Keychain.shared.put(secret)
            try Keychain.locked.keep(secret)
            Keychain.shared.strict["j"] = secret
        }
        """,
        "swift",
        False,
    )
    assert [(event.spelled, event.accessibility.presence) for event in found.events("write")] == [
        ('self["k"]', ABSENT),
        ("set", MUST),
        ('Keychain.shared.strict["j"]', MUST),
    ]
    assert {event.item for event in found.events()} == {"key `k`, service `shared`", "key `j`, service `shared`"}


def test_a_type_of_the_program_wins_over_a_store_s_of_the_same_name() -> None:
    found = seen(
        """
        import KeychainAccess
        final class Keychain {
            init(service: String) {}
            func set(_ value: String, key: String) throws {}
            subscript(key: String) -> String? { get { nil } set {} }
        }
        func save(_ secret: String, other: Keychain) throws {
            try Keychain(service: "s").set(secret, key: "k")
            other["k"] = secret
        }
        """,
        "swift",
        False,
    )
    assert found.events() == []


def test_without_the_import_a_name_is_no_store_s() -> None:
    assert seen('func save(k: Keychain) { Keychain()["k"] = "v"; k["k"] = nil }', "swift", False).events() == []


VALET = 'Identifier(nonEmpty: "app")!'


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (f"Valet.valet(with: {VALET}, accessibility: .whenUnlocked)", (MUST, ["whenUnlocked"])),
        (f"Valet.iCloudValet(with: {VALET}, accessibility: CloudAccessibility.afterFirstUnlock)", (MUST, ["afterFirstUnlock"])),
        (f"SecureEnclaveValet.valet(with: {VALET}, accessControl: .userPresence)", (MUST, ["whenPasscodeSetThisDeviceOnly"])),
        ("Valet.valet(with: makeIdentifier())", (UNKNOWN, [])),
        ("makeValet()", (UNKNOWN, [])),
    ],
)
def test_the_class_of_a_valet_is_never_missing(made: str, expected: tuple[str, list[str | None]]) -> None:
    found = seen(
        f'import Valet\nfunc save(makeValet: () -> Valet) throws {{ let v: Valet = {made}\ntry v.setString("s", forKey: "k") }}',
        "swift",
        False,
    )
    assert chosen(found) == expected


def test_a_valet_of_another_class_holds_other_items() -> None:
    def verdicts(first: str, second: str) -> list[str]:
        return seen(
            f"""
            import Valet
            func save(id: Identifier) throws {{
                try Valet.valet(with: id, accessibility: {first}).removeObject(forKey: "k")
                try Valet.valet(with: id, accessibility: {second}).setString("s", forKey: "k")
            }}
            """,
            "swift",
            False,
        ).verdicts()

    assert verdicts(".whenUnlocked", ".whenUnlocked") == ["unserialized"]
    assert verdicts(".whenUnlocked", ".afterFirstUnlock") == []


def test_the_class_of_a_valet_tells_items_apart() -> None:
    found = seen(
        """
        import Valet
        func save(id: Identifier) throws {
            try Valet.valet(with: id, accessibility: .whenUnlocked).setString("s", forKey: "k")
            try Valet.valet(with: id, accessibility: .afterFirstUnlock).setString("s", forKey: "k")
            try Valet.valet(with: id, accessibility: Accessibility.whenUnlocked).setString("s", forKey: "k")
        }
        """,
        "swift",
        False,
    )
    first, second, third = (event.identity_key for event in found.events("write"))
    assert first != second
    assert first == third


def test_a_setting_of_the_whole_process() -> None:
    def chosen_in(body: str, elsewhere: str = "") -> tuple[str, list[str | None]]:
        text = f"import SAMKeychain\n{elsewhere}\nfunc save(p: String) {{\n{body}\n}}"
        return seen(text, "swift", False).classes("write")

    save = '_ = SAMKeychain.setPassword(p, forService: "s", account: "a")'
    assert chosen_in(save) == (ABSENT, [])
    told = "SAMKeychain.setAccessibilityType(kSecAttrAccessibleAlways)\n"
    assert chosen_in(told + save) == (MUST, ["kSecAttrAccessibleAlways"])
    assert chosen_in(save, "func start() { SAMKeychain.setAccessibilityType(kSecAttrAccessibleAlways) }") == (UNKNOWN, [])


def test_a_setting_that_other_code_may_have_changed() -> None:
    def synchronizable(made: str, body: str) -> str:
        text = f"""
        import KeychainSwift
        final class Tokens {{
            {made}
            func save(_ s: String) -> Bool {{ {body} }}
            func share() {{ keychain.synchronizable = true }}
        }}
        """
        return seen(text, "swift", False).one("write").options.get("synchronizable").presence

    call = 'keychain.set(s, forKey: "k", withAccess: .accessibleWhenUnlocked)'
    assert synchronizable("private let keychain = KeychainSwift()", call) == MAY
    assert synchronizable("", f"let keychain = KeychainSwift()\n return {call}") == ABSENT
    assert synchronizable("", f"let keychain = KeychainSwift()\n keychain.synchronizable = true\n return {call}") == MUST


class OneModule:
    """All files are of one Swift module: each sees the others' names."""

    def __init__(self, *paths: str) -> None:
        self.paths = frozenset(paths)

    def module(self, importer: str, specifier: str) -> str | None:
        return None

    def submodule(self, importer: str, specifier: str, name: str) -> str | None:
        return None

    def imported(self, path: str, name: str) -> frozenset[str]:
        return frozenset()

    def spelled(self, path: str) -> list[str]:
        return []

    def scopes(self, path: str) -> list[frozenset[str]]:
        return [self.paths]


def seen_together(**texts: str) -> Seen:
    files = [file_of(f"{name}.swift", dedent(text)) for name, text in texts.items()]
    program = link(files, OneModule(*(file.path for file in files)))
    return Seen(observe(program, models("swift")), "")


def test_what_another_file_adds_to_a_store_s_class() -> None:
    found = seen_together(
        additions="""
            import KeychainAccess
            extension Keychain {
                static let shared = Keychain(service: "shared")
                var token: String? {
                    get { self["token"] }
                    set { self["token"] = newValue }
                }
            }
        """,
        use="""
            import KeychainAccess
            func save(_ secret: String) { Keychain.shared.token = secret }
        """,
    )
    assert [(event.item, event.accessibility.presence) for event in found.events("write")] == [("key `token`, service `shared`", ABSENT)]


def test_a_class_that_another_file_declares_wins_over_a_store_s() -> None:
    found = seen_together(
        own="final class Keychain { func set(_ value: String, key: String) {} }",
        use="""
            import KeychainAccess
            func save(_ keychain: Keychain) { keychain.set("v", key: "k") }
            func make() { Keychain().set("v", key: "k") }
        """,
    )
    assert found.events() == []


def test_what_another_file_tells_the_process_or_an_object() -> None:
    found = seen_together(
        app="""
            import SAMKeychain
            func start() { SAMKeychain.setAccessibilityType(kSecAttrAccessibleWhenUnlocked) }
            func share(_ tokens: Tokens) { tokens.keychain.synchronizable = true }
        """,
        tokens="""
            import KeychainSwift
            import SAMKeychain
            final class Tokens {
                let keychain = KeychainSwift()
                func save(_ s: String) -> Bool {
                    SAMKeychain.setPassword(s, forService: "s", account: "a")
                        && keychain.set(s, forKey: "k", withAccess: .accessibleAfterFirstUnlock)
                }
            }
        """,
    )
    process, own = found.events("write")
    assert process.accessibility.presence == UNKNOWN
    assert own.options.get("synchronizable").presence == MAY


def test_a_class_that_derives_from_a_store_s() -> None:
    found = seen(
        """
        import KeychainSwift
        final class Tokens: KeychainSwift {
            func save(_ secret: String) -> Bool { set(secret, forKey: "own") }
            func read() -> String? { self.get("own") }
        }
        """,
        "swift",
        False,
    )
    assert [(event.verb, event.item, event.accessibility.presence) for event in found.events()] == [
        ("write", "key `own`", UNKNOWN),
        ("read", "key `own`", UNKNOWN),
    ]
