"""Which files need not be lowered again for a few more names."""

import pytest

from keylint.covering import covers
from keylint.languages import front_end
from keylint.source import Source

TYPESCRIPT = b"""
import { save, type Kind } from './store';
import * as SecureStore from 'expo-secure-store';

export async function keep(value: string) {
  await SecureStore.setItemAsync('k', value);
  save(value);
}

export function other(kind: Kind) {
  return helper(kind);
}

function helper(kind: string) {
  return kind;
}
"""
OLD = (b"SecureStore", b"expo-secure-store")


@pytest.mark.parametrize(
    ("data", "word", "expected"),
    [
        (TYPESCRIPT.replace(b", type Kind", b""), b"save", True),
        (TYPESCRIPT, b"save", False),  # The import also names `Kind`, which a function mentions that did not matter.
        (TYPESCRIPT, b"helper", False),
        (TYPESCRIPT, b"store", False),  # It is in the specifier of an import, too.
        (TYPESCRIPT, b"nowhere", True),
    ],
)
def test_a_file_is_covered_where_new_names_stand_beside_old_ones(data: bytes, word: bytes, expected: bool) -> None:
    source = Source.decode("a.ts", data, "typescript")
    module = front_end("typescript").lower(source, OLD)
    assert covers(data, module, OLD, [word]) is expected
    if expected:
        assert front_end("typescript").lower(source, (*OLD, word)) == module
