"""Which files are tests, and so hold no user's data."""

from __future__ import annotations

import pytest

from keylint.interpret.entrypoints import is_test_file
from keylint.languages import front_end
from keylint.program.link import File
from keylint.source import Source

CHECKS = "import XCTest\nimport Security\nclass VaultTests: AppTestCase { func testPut() { SecItemDelete([:] as CFDictionary) } }\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("AppTests/VaultTests.swift", CHECKS, True),
        ("Tests/Unit/VaultTests.swift", CHECKS, True),
        ("Sources/Support/VaultChecks.swift", CHECKS, False),
        ("Sources/Contests/Vault.swift", "import Security\nfunc put() { SecItemDelete([:] as CFDictionary) }\n", False),
        ("AppTests/Host/Vault.swift", "import Security\nfunc put() { SecItemDelete([:] as CFDictionary) }\n", False),
    ],
)
def test_a_swift_test_file_stands_in_a_test_folder_and_imports_a_test_framework(path: str, text: str, expected: bool) -> None:
    source = Source(path, text.encode())
    file = File(source, front_end("swift").lower(source, [b"SecItem", b"kSec"]))
    assert is_test_file(file) is expected
