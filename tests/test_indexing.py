"""Which files are worth a look, compared with looking at all of them."""

from collections.abc import Sequence

import pytest

from keylint.indexing import Found, Index, Note
from keylint.search import Search, Searcher
from keylint.select import Candidate

FILES = {
    "a.swift": b"final class Vault { static let shared = Vault() }\n",
    "b.swift": b"\nlet session = Vault()\nfunc open() { session.read() }\n",
    "c.swift": b"struct Screen {}\nextension Vault { func clear() {} }\n",
    "d.swift": b"func clear() {}\n",
    "e.ts": b"import { save } from './vault';\nsave();\n",
    "f.ts": b"import x from './other/index.js';\n",
    "g.ts": b"export * from './vault'\n",
    "h.py": b"from .vault import save as keep\nkeep()\n",
    "i.py": b"from . import save\nsave()\n",
    "j.py": b"import os\n",
}
LANGUAGES = {"swift": "swift", "ts": "typescript", "py": "python"}
CANDIDATES = [Candidate(path, LANGUAGES[path.partition(".")[2]], ".") for path in FILES]


def read(candidate: Candidate) -> bytes:
    return FILES[candidate.path]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Search(names={b"Vault": frozenset()}), ["a.swift", "b.swift", "c.swift"]),
        (Search(names={b"Vault": frozenset((b"read",))}), ["b.swift"]),
        (Search(names={b"clear": frozenset()}), ["c.swift", "d.swift"]),
        (Search(modules={"vault": frozenset((b"save",))}), ["e.ts", "g.ts", "h.py"]),
        (Search(modules={"vault": frozenset((b"save",)), "os": frozenset()}), ["e.ts", "g.ts", "h.py", "j.py"]),
        (Search(declared={b"Vault": frozenset(), b"session": frozenset()}), ["a.swift", "b.swift"]),
        (Search(declared={b"Vault": frozenset((b"clear",))}), ["a.swift", "c.swift"]),
    ],
)
def test_an_index_leaves_out_only_files_that_would_not_match(search: Search, expected: list[str]) -> None:
    passes = []

    def note(names: object) -> list[Found]:
        passes.append(names)
        placed = list(enumerate(CANDIDATES))
        return [names(placed[:4]), names(placed[4:])]  # type: ignore[operator]

    noted: Note = note
    index = Index(CANDIDATES, read, noted)
    searcher = Searcher(search, read)
    found = searcher(index.worth_a_look(search))
    assert [match.candidate.path for match in found] == expected
    assert found == searcher(CANDIDATES)
    before: Sequence[object] = list(passes)
    index.worth_a_look(search)
    assert passes == before
