"""Where a suppression comment counts, in one table a language: real code, through the whole run.

In each row the text has one defect. `heard` are the codes that are reported, in the order of places: with the defect's code among them the
comment did not count. KL901 to KL903 are what is said of the comment itself.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from keylint.check import analyze_sources
from keylint.rules.registry import resolve
from keylint.settings import Settings

SETTINGS = Settings(resolve([]), today="2027-01-31")


class Row(NamedTuple):
    """What the row shows, the text, and the codes that are reported."""

    title: str
    text: str
    heard: tuple[str, ...] = ()


UNUSED, BLANKET, UNKNOWN = "KL901", "KL902", "KL903"



def within(body: str) -> str:
    """A Swift function with that body."""
    return f"func f() -> OSStatus {{\n  {body}\n}}"


SWIFT_DEFECT = "KL101"
SWIFT = [
    Row("the same line", within("return SecItemAdd(item, nil) // keylint: ignore[KL101] public")),
    Row("no space after the slashes", within("return SecItemAdd(item, nil) //keylint:ignore[KL101]")),
    Row("in capitals", within("return SecItemAdd(item, nil) // KEYLINT: IGNORE[kl101]")),
    Row("by name", within("return SecItemAdd(item, nil) // keylint: ignore[missing-accessibility]")),
    Row("by prefix", within("return SecItemAdd(item, nil) // keylint: ignore[KL10]")),
    Row("a block comment behind", within("return SecItemAdd(item, nil) /* keylint: ignore[KL101] public */")),
    Row("a block comment before", within("/* keylint: ignore[KL101] */ return SecItemAdd(item, nil)")),
    Row("within the call's first line", within("return SecItemAdd( // keylint: ignore[KL101]\n    item, nil)")),
    Row("within the call", within("return SecItemAdd(\n    item, // keylint: ignore[KL101]\n    nil\n  )")),
    Row("alone within the call", within("return SecItemAdd(\n    // keylint: ignore[KL101]\n    item, nil)")),
    Row(
        "behind the closing parenthesis",
        within("return SecItemAdd(\n    item,\n    nil\n  ) // keylint: ignore[KL101]"),
    ),
    Row("the line above", within("// keylint: ignore[KL101] public\n  return SecItemAdd(item, nil)")),
    Row(
        "comments between",
        within("// keylint: ignore[KL101]\n  // More.\n  /* And\n   more. */\n  return SecItemAdd(item, nil)"),
    ),
    Row(
        "a block of lines above",
        within("/*\n   keylint: ignore[KL101] public\n   */\n  return SecItemAdd(item, nil)"),
    ),
    Row("nested block comments", within("/* /* keylint: ignore[KL101] */ */\n  return SecItemAdd(item, nil)")),
    Row(
        "a doc comment",
        "/// Saves.\n/// keylint: ignore[KL101] public\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
    ),
    Row(
        "a doc block",
        "/**\n Saves.\n - Note: keylint: ignore[KL101] public\n */\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
    ),
    Row(
        "above an attribute",
        "// keylint: ignore[KL101]\n@discardableResult\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
    ),
    Row(
        "above attributes and a modifier",
        "// keylint: ignore[KL101]\n@MainActor\n@available(iOS 15, *)\npublic\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
    ),
    Row(
        "between attribute and declaration",
        "@MainActor\n// keylint: ignore[KL101]\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
    ),
    Row(
        "above attributes with a comment between",
        "// keylint: ignore[KL101]\n@MainActor // main\n// Saves.\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
    ),
    Row(
        "the file",
        "// keylint: ignore-file[KL101] a sample\n\nfunc f() -> OSStatus {\n  return SecItemAdd(item, nil)\n}",
    ),
    Row("the file, said at its end", within("return SecItemAdd(item, nil)") + "\n/* keylint: ignore-file[KL101] */"),
    Row(
        "a day that has not passed",
        within("return SecItemAdd(item, nil) // keylint: ignore[KL101] until=2027-01-31 moving"),
    ),
    Row(
        "a later day, after the reason",
        within("return SecItemAdd(item, nil) // keylint: ignore[KL101] moving, until=2027-02-01."),
    ),
    Row("yesterday", within("return SecItemAdd(item, nil) // keylint: ignore[KL101] until=2027-01-30"), ("KL101",)),
    Row(
        "no such day",
        within("return SecItemAdd(item, nil) // keylint: ignore[KL101] until=2027-02-30"),
        ("KL101", UNUSED),
    ),
    Row("no codes", within("return SecItemAdd(item, nil) // keylint: ignore"), (BLANKET,)),
    Row(
        "several, one of them idle",
        within("return SecItemAdd(item, nil) // keylint: ignore[KL101, KL103]"),
        (UNUSED,),
    ),
    Row(
        "several, one of them unknown",
        within("return SecItemAdd(item, nil) // keylint: ignore[KL101, KL1001]"),
        (UNKNOWN,),
    ),
    Row("another code", within("return SecItemAdd(item, nil) // keylint: ignore[KL103]"), ("KL101", UNUSED)),
    Row("parentheses", within("return SecItemAdd(item, nil) // keylint: ignore(KL101)"), ("KL101", UNUSED)),
    Row("an open bracket", within("return SecItemAdd(item, nil) // keylint: ignore[KL101"), ("KL101", UNUSED)),
    Row("empty brackets", within("return SecItemAdd(item, nil) // keylint: ignore[]"), ("KL101", UNUSED)),
    Row("no colon", within("return SecItemAdd(item, nil) // keylint ignore[KL101]"), ("KL101", UNUSED)),
    Row("another linter's words", within("return SecItemAdd(item, nil) // swiftlint:disable:this KL101"), ("KL101",)),
    Row(
        "an empty line between",
        within("// keylint: ignore[KL101]\n\n  return SecItemAdd(item, nil)"),
        (UNUSED, "KL101"),
    ),
    Row(
        "code between",
        within("// keylint: ignore[KL101]\n  print()\n  return SecItemAdd(item, nil)"),
        (UNUSED, "KL101"),
    ),
    Row(
        "behind code on the line above",
        within("print() // keylint: ignore[KL101]\n  return SecItemAdd(item, nil)"),
        (UNUSED, "KL101"),
    ),
    Row("the line below", within("return SecItemAdd(item, nil)\n  // keylint: ignore[KL101]"), ("KL101", UNUSED)),
    Row(
        "above an attribute with code",
        "// keylint: ignore[KL101]\n@MainActor var a = 1\nfunc f() -> OSStatus { SecItemAdd(item, nil) }",
        (UNUSED, "KL101"),
    ),
    Row("in a string", within('print("// keylint: ignore[KL101]"); return SecItemAdd(item, nil)'), ("KL101",)),
    Row(
        "in a string of lines",
        'let s = """\n// keylint: ignore-file[KL101]\n"""\nfunc f() -> OSStatus { SecItemAdd(item, nil) }',
        ("KL101",),
    ),
    Row("noqa is Python's", within("return SecItemAdd(item, nil) // # noqa: KL101"), ("KL101",)),
    Row(
        "where the item is made",
        within("let made = item // keylint: ignore[KL101]\n  return SecItemAdd(made, nil)"),
        (UNUSED, "KL101"),
    ),
]
SWIFT_PRELUDE = (
    "import Security\n"
    "let item = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: Data()] as CFDictionary\n"
)

TYPESCRIPT_DEFECT = "KL101"
TYPESCRIPT = [
    Row("the same line", "await Store.setItemAsync('a', v) // keylint: ignore[KL101] a theme"),
    Row("no space, other case", "await Store.setItemAsync('a', v) //KeyLint:Ignore[kl101]"),
    Row(
        "by name, without brackets",
        "await Store.setItemAsync('a', v) // keylint: ignore missing-accessibility a theme",
    ),
    Row("by code, without brackets", "await Store.setItemAsync('a', v) // keylint: ignore KL101"),
    Row(
        "behind another comment",
        "await Store.setItemAsync('a', v) // eslint-disable-line foo -- keylint: ignore[KL101] a theme",
    ),
    Row("a block comment behind", "await Store.setItemAsync('a', v) /* keylint: ignore[KL101] */"),
    Row("a block comment before", "/* keylint: ignore[KL101] */ await Store.setItemAsync('a', v)"),
    Row("behind the opening parenthesis", "await Store.setItemAsync( // keylint: ignore[KL101]\n  'a', v)"),
    Row("behind an argument", "await Store.setItemAsync(\n  'a', // keylint: ignore[KL101]\n  v)"),
    Row("alone within the call", "await Store.setItemAsync(\n  'a',\n  // keylint: ignore[KL101]\n  v)"),
    Row("behind the closing parenthesis", "await Store.setItemAsync(\n  'a',\n  v,\n) // keylint: ignore[KL101]"),
    Row("the line above", "// keylint: ignore[KL101] a theme\nawait Store.setItemAsync('a', v)"),
    Row("comments between", "// keylint: ignore[KL101]\n// More.\n/* And more. */\nawait Store.setItemAsync('a', v)"),
    Row("a block of lines above", "/*\n * keylint: ignore[KL101]\n */\nawait Store.setItemAsync('a', v)"),
    Row(
        "two of ours above",
        "// keylint: ignore[KL101]\n// keylint: ignore[KL110]\nawait Store.setItemAsync('a', v)",
        (UNUSED,),
    ),
    Row("above a chain's link", "await load()\n  // keylint: ignore[KL101]\n  .then(() => Store.setItemAsync('a', v))"),
    Row(
        "above a decorator",
        "class A {\n  // keylint: ignore[KL101]\n  @Memoized()\n  save = () => Store.setItemAsync('a', v)\n}",
    ),
    Row(
        "above a decorator of lines and a modifier",
        "class A {\n  // keylint: ignore[KL101]\n  @Memoized({\n    for: ')',\n  })\n  public\n"
        "  save = () => Store.setItemAsync('a', v)\n}",
    ),
    Row(
        "between decorator and declaration",
        "class A {\n  @Memoized()\n  // keylint: ignore[KL101]\n  save = () => Store.setItemAsync('a', v)\n}",
    ),
    Row("a doc comment", "/** Saves. keylint: ignore[KL101] a theme */\nconst save = () => Store.setItemAsync('a', v)"),
    Row(
        "an attribute of an element",
        "const a = <A\n  // keylint: ignore[KL101]\n  save={() => Store.setItemAsync('a', v)}\n/>",
    ),
    Row("behind an attribute", "const a = <A\n  save={() => Store.setItemAsync('a', v)} // keylint: ignore[KL101]\n/>"),
    Row(
        "above an element",
        "const a = <A>\n  {/* keylint: ignore[KL101] */}\n  <B save={() => Store.setItemAsync('a', v)} />\n</A>",
    ),
    Row(
        "above an element, on lines of its own",
        "const a = <A>\n  {/*\n    keylint: ignore[KL101] a theme\n  */}\n  <B save={() => Store.setItemAsync('a', v)} />\n</A>",
    ),
    Row(
        "above an element, as prettier breaks it",
        "const a = <A>\n  {\n    /* keylint: ignore[KL101] */\n  }\n  <B save={() => Store.setItemAsync('a', v)} />\n</A>",
    ),
    Row(
        "at the element's end",
        "const a = <A>\n  <B save={() => Store.setItemAsync('a', v)} /> {/* keylint: ignore[KL101] */}\n</A>",
    ),
    Row("the file", "// keylint: ignore-file[KL101]\n\nawait Store.setItemAsync('a', v)"),
    Row("a day to come", "await Store.setItemAsync('a', v) // keylint: ignore[KL101] until=2099-01-01"),
    Row(
        "a day that has passed",
        "await Store.setItemAsync('a', v) // keylint: ignore[KL101] until: 2027-01-01",
        ("KL101",),
    ),
    Row(
        "a month is no day",
        "await Store.setItemAsync('a', v) // keylint: ignore[KL101] until=2027-03",
        ("KL101", UNUSED),
    ),
    Row(
        "two days",
        "await Store.setItemAsync('a', v) // keylint: ignore[KL101] until=2027-03-01 until=2028-01-01",
        ("KL101", UNUSED),
    ),
    Row("no codes, on the line above", "// keylint: ignore - a theme\nawait Store.setItemAsync('a', v)", (BLANKET,)),
    Row(
        "no codes, within a construct",
        "await Store.setItemAsync(\n  'a', // keylint: ignore\n  v,\n)",
        ("KL101", BLANKET),
    ),
    Row(
        "an unknown name",
        "await Store.setItemAsync('a', v) // keylint: ignore[mising-accessibility]",
        ("KL101", UNKNOWN),
    ),
    Row("a group", "await Store.setItemAsync('a', v) // keylint: ignore[all]", ("KL101", UNKNOWN)),
    Row("eslint's words", "// keylint: disable-next-line KL101\nawait Store.setItemAsync('a', v)", (UNUSED, "KL101")),
    Row(
        "text of an element",
        "const a = <A>\n  // keylint: ignore[KL101]\n  <B save={() => Store.setItemAsync('a', v)} />\n</A>",
        ("KL101",),
    ),
    Row("a string", "const s = '// keylint: ignore[KL101]'; await Store.setItemAsync('a', v)", ("KL101",)),
    Row("a template", "const s = `\n// keylint: ignore[KL101]\n`; await Store.setItemAsync('a', v)", ("KL101",)),
    Row("a pattern", "const p = /\\/\\/ keylint: ignore/; await Store.setItemAsync('a', v)", ("KL101",)),
    Row(
        "behind code on the line above",
        "load() // keylint: ignore[KL101]\nawait Store.setItemAsync('a', v)",
        (UNUSED, "KL101"),
    ),
    Row(
        "behind an element on the line above",
        "const a = <A>\n  <C /> {/* keylint: ignore[KL101] */}\n  <B save={() => Store.setItemAsync('a', v)} />\n</A>",
        (UNUSED, "KL101"),
    ),
    Row("an empty line between", "// keylint: ignore[KL101]\n\nawait Store.setItemAsync('a', v)", (UNUSED, "KL101")),
    Row("the line below", "await Store.setItemAsync('a', v)\n// keylint: ignore[KL101]", ("KL101", UNUSED)),
    Row(
        "a block left empty",
        "if (v)\n{\n  // keylint: ignore[KL101]\n}\nawait Store.setItemAsync('a', v)",
        (UNUSED, "KL101"),
    ),
    Row(
        "above the statement, not the call",
        "// keylint: ignore[KL101]\nconst done =\n  await Store.setItemAsync('a', v)",
        (UNUSED, "KL101"),
    ),
]
TYPESCRIPT_PRELUDE = "import * as Store from 'expo-secure-store'\nexport declare const v: string, load: () => Promise<void>\n"

PYTHON_DEFECT = "KL201"
PYTHON = [
    Row("the same line", 'keyring.set_password("a", "b", t)  # keylint: ignore[KL201] one user'),
    Row("no space, other case", 'keyring.set_password("a", "b", t)  #KEYLINT:ignore[kl201]'),
    Row("spaces everywhere", 'keyring.set_password("a", "b", t)  #  keylint : ignore [ KL101 , KL201 ] x', (UNUSED,)),
    Row("by name", 'keyring.set_password("a", "b", t)  # keylint: ignore[unserialized-delete-then-add]'),
    Row("before other tools", 'keyring.set_password("a", "b", t)  # keylint: ignore[KL201] one user  # noqa: E501'),
    Row("after other tools", 'keyring.set_password("a", "b", t)  # noqa: E501  # keylint: ignore[KL201] one user'),
    Row("behind the opening parenthesis", 'keyring.set_password(  # keylint: ignore[KL201]\n    "a", "b", t)'),
    Row("behind an argument", 'keyring.set_password(\n    "a",  # keylint: ignore[KL201]\n    "b", t)'),
    Row("alone within the call", 'keyring.set_password(\n    # keylint: ignore[KL201]\n    "a", "b", t)'),
    Row(
        "behind the closing parenthesis",
        'keyring.set_password(\n    "a",\n    "b",\n    t,\n)  # keylint: ignore[KL201]',
    ),
    Row(
        "behind the last line of a continued one",
        'keyring.set_password("a", \\\n    "b", \\\n    t)  # keylint: ignore[KL201]',
    ),
    Row("behind a string of lines", 'keyring.set_password("a", "b", """\nsecret\n""")  # keylint: ignore[KL201]'),
    Row("the line above", '# keylint: ignore[KL201] one user\nkeyring.set_password("a", "b", t)'),
    Row("comments between", '# keylint: ignore[KL201]\n# More.\n#\nkeyring.set_password("a", "b", t)'),
    Row("another indentation", 'if t:\n# keylint: ignore[KL201]\n    keyring.set_password("a", "b", t)'),
    Row(
        "above a decorator",
        '# keylint: ignore[KL201]\n@decorated\ndef f(): keyring.delete_password("c", "d"); keyring.set_password("c", "d", t)',
    ),
    Row(
        "above decorators of lines",
        '# keylint: ignore[KL201]\n@decorated(\n    "(",\n)\n@decorated\n'
        'def f(): keyring.delete_password("c", "d"); keyring.set_password("c", "d", t)',
    ),
    Row(
        "between decorator and function",
        '@decorated\n# keylint: ignore[KL201]\ndef f(): keyring.delete_password("c", "d"); keyring.set_password("c", "d", t)',
    ),
    Row("the file", '# keylint: ignore-file[KL201] a script\n\n\nkeyring.set_password("a", "b", t)'),
    Row("noqa", 'keyring.set_password("a", "b", t)  # noqa: KL201'),
    Row("noqa without codes", 'keyring.set_password("a", "b", t)  # noqa'),
    Row("noqa among others", 'keyring.set_password("a", "b", t)  # noqa: E501,KL201'),
    Row("noqa with an idle code of ours", 'keyring.set_password("a", "b", t)  # noqa: KL201, KL304', (UNUSED,)),
    Row("noqa of others only", 'keyring.set_password("a", "b", t)  # noqa: E501', ("KL201",)),
    Row("noqa alone on the line above", '# noqa: KL201\nkeyring.set_password("a", "b", t)', (UNUSED, "KL201")),
    Row(
        "noqa with an unknown code of ours",
        'keyring.set_password("a", "b", t)  # noqa: KL2011, E501',
        ("KL201", UNKNOWN),
    ),
    Row("a day to come", 'keyring.set_password("a", "b", t)  # keylint: ignore[KL201] until=2027-12-31 one user'),
    Row(
        "a day that has passed",
        'keyring.set_password("a", "b", t)  # keylint: ignore[KL201] until=2026-12-31 one user',
        ("KL201",),
    ),
    Row("no date", 'keyring.set_password("a", "b", t)  # keylint: ignore[KL201] until=soon', ("KL201", UNUSED)),
    Row("a reason with that word", 'keyring.set_password("a", "b", t)  # keylint: ignore[KL201] until the rewrite'),
    Row("no codes", 'keyring.set_password("a", "b", t)  # keylint: ignore', (BLANKET,)),
    Row(
        "a code with a letter too many",
        'keyring.set_password("a", "b", t)  # keylint: ignore KL2O1',
        ("KL201", UNKNOWN),
    ),
    Row("another tool's code", 'keyring.set_password("a", "b", t)  # keylint: ignore[E501]', ("KL201", UNKNOWN)),
    Row("a colon for brackets", 'keyring.set_password("a", "b", t)  # keylint: ignore: KL201', ("KL201", UNUSED)),
    Row(
        "behind code on the line above",
        'print(t)  # keylint: ignore[KL201]\nkeyring.set_password("a", "b", t)',
        (UNUSED, "KL201"),
    ),
    Row("an empty line between", '# keylint: ignore[KL201]\n\nkeyring.set_password("a", "b", t)', (UNUSED, "KL201")),
    Row("the line below", 'keyring.set_password("a", "b", t)\n# keylint: ignore[KL201]', ("KL201", UNUSED)),
    Row(
        "at the delete that it relates to",
        'keyring.delete_password("a", "b")  # keylint: ignore[KL201]\nkeyring.set_password("a", "b", t)',
        (UNUSED, "KL201"),
    ),
    Row("a string", 'print("# keylint: ignore[KL201]"); keyring.set_password("a", "b", t)', ("KL201",)),
    Row(
        "a string of lines",
        's = """\n# keylint: ignore-file[KL201]\n"""\nkeyring.set_password("a", "b", t)',
        ("KL201",),
    ),
    Row(
        "a docstring",
        'def f():\n    """keylint: ignore-file[KL201]"""\n\n\nkeyring.set_password("a", "b", t)',
        ("KL201",),
    ),
    Row(
        "within a string in the call",
        'keyring.set_password("a", "b", """\n# keylint: ignore[KL201]\n""")',
        ("KL201",),
    ),
]
PYTHON_PRELUDE = 'import keyring\nt = input()\ndecorated = print\nkeyring.delete_password("a", "b")\n'

TABLES = {
    "swift": ("a.swift", SWIFT_PRELUDE, SWIFT),
    "typescript": ("a.tsx", TYPESCRIPT_PRELUDE, TYPESCRIPT),
    "python": ("a.py", PYTHON_PRELUDE, PYTHON),
}
_ROWS = [
    pytest.param(path, prelude + row.text + "\n", row.heard, id=f"{name}:{row.title}")
    for name, (path, prelude, rows) in TABLES.items()
    for row in rows
]


def heard(path: str, text: bytes, settings: Settings = SETTINGS) -> list[str]:
    """The codes of what is reported, in the order of places."""
    return [finding.code for finding in analyze_sources([(path, text)], settings).findings]


@pytest.mark.parametrize(("path", "text", "expected"), _ROWS)
def test_placement(path: str, text: str, expected: tuple[str, ...]) -> None:
    assert heard(path, text.encode()) == list(expected)


@pytest.mark.parametrize(("path", "text", "expected"), _ROWS)
def test_placement_with_other_line_ends(path: str, text: str, expected: tuple[str, ...]) -> None:
    assert heard(path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()) == list(expected)


@pytest.mark.parametrize("name", TABLES)
def test_the_table_has_twenty_rows_right_and_wrong(name: str) -> None:
    rows = TABLES[name][2]
    assert len(rows) >= 20
    assert len({row.title for row in rows}) == len(rows)
    assert {bool(row.heard) for row in rows} == {True, False}


@pytest.mark.parametrize(("path", "text", "expected"), _ROWS)
def test_nothing_but_the_defect_without_suppressions(path: str, text: str, expected: tuple[str, ...]) -> None:
    """Each row's text has one defect, and none of it is about the comment when comments are not heard."""
    settings = Settings(resolve([]), suppressions=False)
    defects = {"a.swift": SWIFT_DEFECT, "a.tsx": TYPESCRIPT_DEFECT, "a.py": PYTHON_DEFECT}
    assert heard(path, text.encode(), settings) == [defects[path]]
