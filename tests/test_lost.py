"""Code that was not looked at and mentions a store is said to be so: by its own words, or by the names that the file gives a store."""

from __future__ import annotations

import pytest

from keylint.check import Result, analyze_sources
from keylint.rules.registry import resolve
from keylint.settings import Settings


def checked(path: str, text: str) -> Result:
    return analyze_sources([(path, text.encode())], Settings(resolve([])))


def partly(result: Result) -> list[str]:
    return [finding.message for finding in result.findings if finding.code == "KL904"]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.ts", 'import * as Store from "expo-secure-store";\nf(Store.@@setItemAsync("k", v));\n', 2),
        ("a.ts", 'import { setItemAsync as put } from "expo-secure-store";\nfoo(\nput("k", v, @@@ ));\n', 3),
        ("a.ts", 'import {\n  setItemAsync\n} from "expo-secure-store";\nfoo();\n%% setItemAsync("k");\n', 5),
        ("a.js", 'const Store = require("expo-secure-store");\nf(Store.@@setItemAsync("k", v));\n', 2),
        ("a.js", 'async function f() {\n  const Store = await import("expo-secure-store");\n  Store.@@setItemAsync("k", v);\n}\n', 3),
        ("a.py", "from keyring import set_password as put\ndef a():\n    put(1, ???)\n", 3),
        ("a.py", "def a():\n    from keyring import set_password as put\n    put(1, ???)\n", 3),
    ],
)
def test_a_broken_call_by_a_name_that_the_file_gave_a_store(path: str, text: str, line: int) -> None:
    messages = partly(checked(path, text))
    assert len(messages) == 1
    assert f"line {line}," in messages[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "a.ts",
            'import * as Store from "expo-secure-store";\nimport * as other from "other";\nother.@@call();\nStore.getItemAsync("k", {});\n',
        ),
        ("a.ts", 'import * as Store from "expo-secure-store";\nf(MyStore.@@call(store));\n'),
        ("a.ts", '// They require an import from "expo-secure-store".\nf(from.@@call(as));\n'),
        ("a.py", "import keyring.errors as errors\nimport os\nos.call(???)\n"),
    ],
)
def test_other_broken_lines_are_silent(path: str, text: str) -> None:
    assert partly(checked(path, text)) == []


SWIFT_CALL = "_ = SecItemAdd([kSecClass: kSecClassGenericPassword, kSecValueData: d] as CFDictionary, nil)"
TYPESCRIPT_IMPORT = 'import * as Store from "expo-secure-store";\n'
TYPESCRIPT_CALL = 'Store.setItemAsync("k", v)'
PYTHON_IMPORT = "import keyring\nfrom keyrings.alt.file import PlaintextKeyring\n"
PYTHON_CALL = "keyring.set_keyring(PlaintextKeyring())"


@pytest.mark.parametrize("depth", [20, 100, 1_000, 5_000])
@pytest.mark.parametrize(
    ("path", "before", "opening", "inside", "closing", "after"),
    [
        ("a.swift", "func f(_ d: Data, x: Bool) {\n", "if x {\n", SWIFT_CALL + "\n", "}\n", "}"),
        ("a.swift", "func f(_ d: Data) {\n", "run {\n", SWIFT_CALL + "\n", "}\n", "}"),
        ("a.swift", "", "struct A {\n", "func f(_ d: Data) {\n" + SWIFT_CALL + "\n}\n", "}\n", ""),
        ("a.swift", "func f(_ d: Data) { let s = ", "(", SWIFT_CALL.partition("= ")[2], ")", "}"),
        ("a.ts", TYPESCRIPT_IMPORT + "export function f(v, x) {\n", "if (x) {\n", TYPESCRIPT_CALL + "\n", "}\n", "}"),
        ("a.ts", TYPESCRIPT_IMPORT + "export function f(v) {\n", "run(() => {\n", TYPESCRIPT_CALL + "\n", "});\n", "}"),
        ("a.ts", TYPESCRIPT_IMPORT + "export const f = (v) => ", "g(", TYPESCRIPT_CALL, ")", ";"),
        ("a.ts", TYPESCRIPT_IMPORT + "export const f = ", "() => ", TYPESCRIPT_CALL, "", ";"),
        ("a.tsx", TYPESCRIPT_IMPORT + "export const f = (v) => ", "<a>", "<b x={() => " + TYPESCRIPT_CALL + "}/>", "</a>", ";"),
        ("a.py", PYTHON_IMPORT + "x = ", "f(", PYTHON_CALL, ")", "\n"),
        ("a.py", PYTHON_IMPORT + "x = ", "lambda: ", PYTHON_CALL, "", "\n"),
    ],
)
def test_no_depth_makes_a_call_vanish(path: str, before: str, opening: str, inside: str, closing: str, after: str, depth: int) -> None:
    result = checked(path, before + opening * depth + inside + closing * depth + after)
    assert {finding.code for finding in result.findings} & {"KL101", "KL603", "KL900", "KL904"}


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.ts", TYPESCRIPT_IMPORT + "export function f(v) {\n" + "g(1);\n" * 9_000 + TYPESCRIPT_CALL + "\n}\n", 9_003),
        ("a.swift", "func f(_ d: Data) {\n" + "g(1)\n" * 9_000 + SWIFT_CALL + "\n}\n", 9_002),
        ("a.py", PYTHON_IMPORT + "def f():\n" + "    g(1)\n" * 9_000 + "    " + PYTHON_CALL + "\n", 9_004),
    ],
)
def test_a_call_that_no_budget_came_to_is_admitted(path: str, text: str, line: int) -> None:
    messages = partly(checked(path, text))
    assert len(messages) == 1
    assert f"gave up before it came to line {line}," in messages[0]


def test_a_call_that_ran_another_time_is_not_lost() -> None:
    text = "func f(_ d: Data) {\n" + "g(1)\n" * 9_000 + f"save(d)\n}}\nfunc save(_ d: Data) {{\n{SWIFT_CALL}\n}}\n"
    result = checked("a.swift", text)
    assert partly(result) == []
    assert "KL101" in {finding.code for finding in result.findings}


def test_a_lost_call_that_is_no_operation_of_a_store_is_silent() -> None:
    text = "from keyring import errors\ndef f():\n" + "    g(1)\n" * 9_000 + "    raise errors.PasswordSetError('x')\n"
    assert partly(checked("a.py", text)) == []


def test_a_lost_call_by_another_name_is_admitted() -> None:
    text = 'import { setItemAsync as put } from "expo-secure-store";\nexport function f(v) {\n' + "g(1);\n" * 9_000 + 'put("k", v)\n}\n'
    assert len(partly(checked("a.ts", text))) == 1
