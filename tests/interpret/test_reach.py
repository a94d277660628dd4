"""Which functions can come to a store call."""

from __future__ import annotations

import pytest
from observing import PRELUDES, file_of, models

from keylint.interpret.survey import Survey


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        ("ts", "function a() { SecureStore.getItem('k'); } function b() { a(); } function c() { d(); } function d() {}", "ab"),
        ("ts", "const s = SecureStore; function a() { s.getItem('k'); } function b() { t(); }", "a"),
        ("py", "def a(): b()\ndef b(): keyring.get_password('s', 'u')\ndef c(): pass\n", "ab"),
        ("swift", "func a() { b() }\nfunc b() { SecItemDelete(q) }\nfunc c() { d() }\nfunc d() { }", "ab"),
        ("swift", "struct S { init() { SecItemDelete(q) } }\nfunc a() { _ = S() }", "ai"),
    ],
)
def test_reach(suffix: str, text: str, expected: str) -> None:
    file = file_of(f"a.{suffix}", PRELUDES[suffix] + text)
    reach = Survey(models(file.language)).reach(file)
    functions = [*file.module.functions, *(one for kind in file.module.types for one in kind.functions)]
    assert "".join(sorted(one.name[0] for one in functions if reach.can_reach(one))) == expected
