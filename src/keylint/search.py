"""Finds the files of the later waves by their bytes: those that name what earlier files declare, and those that declare what these name.

What is found may be too much, for a name can mean something else; linking decides. Nothing is parsed here. `indexing` says which files are
worth a look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.project.imports import imports_of
from keylint.scan import NotRead, is_machine_made

if TYPE_CHECKING:
    from keylint.select import Candidate

_SEPARATORS = bytes(byte if chr(byte).isalnum() or byte in b"_$" or byte >= 128 else 32 for byte in range(256))
_TYPES = frozenset(b"class struct enum actor protocol typealias".split())
_TOP_LEVEL = re.compile(
    rb"\n(?=[@a-z])(?!(?:file)?private\b)(?:[@a-z][^\s{}=]*[ \t]+)*?(?:let|var|func)[ \t]+`?([\w$\x80-\xff]+)"
)
_DECLARING = tuple(b" " + kind + b" " for kind in sorted(_TYPES | {b"extension"}))
_BASES = re.compile(rb"\bclass\s+\w+\s*(?:<[^>{]{0,200}>\s*)?:([^{]{0,200})")
_WORD = re.compile(rb"[\w$\x80-\xff]+")
_KEYWORDS = frozenset(b"import from require const let var await type typeof export default return as async def in".split())
_BRACES = re.compile(rb"\{([^{}]*)\}")
_NO_NAMES: frozenset[bytes] = frozenset()
EVERYTHING = b"*"


class Search(Struct, frozen=True):
    """What is looked for.

    - `names`: names of any file's scope, for languages without imports inside a module (Swift). Of a type, the members that matter; none
      where the name itself does.
    - `modules`: last segments of module specifiers, each with the names of those modules that matter (none: whatever they are).
    - `declared`: names whose declarations are looked for, for the same languages as `names`, each with the members that are asked of it.
    """

    names: dict[bytes, frozenset[bytes]] = {}
    modules: dict[str, frozenset[bytes]] = {}
    declared: dict[bytes, frozenset[bytes]] = {}


class Match(Struct, frozen=True):
    """A file that names something looked for. `names` are those it has of `Search.names` or declares of `Search.declared`; `specifiers`
    the modules it mentions, each with what the file seems to call the names that matter; `bases` those of `names` that its classes
    inherit from."""

    candidate: Candidate
    names: frozenset[bytes] = frozenset()
    specifiers: tuple[tuple[str, frozenset[bytes]], ...] = ()
    bases: frozenset[bytes] = frozenset()


class Searcher:
    """Searches files one after another."""

    def __init__(self, search: Search, read: Callable[[Candidate], bytes]) -> None:
        self._search = search
        self._read = read

    def __call__(self, candidates: Sequence[Candidate]) -> list[Match]:
        """Those of `candidates` that match."""
        return [match for candidate in candidates if (match := self._match(candidate)) is not None]

    def _match(self, candidate: Candidate) -> Match | None:
        search = self._search
        swift = candidate.language == "swift"
        if not candidate.language or not (search.names or search.declared if swift else search.modules):
            return None
        try:
            data = self._read(candidate)
        except (NotRead, OSError):
            return None
        names = bases = _NO_NAMES
        specifiers: tuple[tuple[str, frozenset[bytes]], ...] = ()
        if not swift:
            specifiers = tuple(self._modules(candidate.language, data))
        elif search.names:
            words = words_of(data)
            renames = b"typealias" in words
            bases = frozenset(search.names.keys() & bases_in(data)) if b"class" in words else _NO_NAMES
            names = bases | frozenset(
                name
                for name in search.names.keys() & words
                if renames or not search.names[name] or not words.isdisjoint(search.names[name])
            )
            specifiers = tuple((name, _NO_NAMES) for name in imports_of(candidate.language, data)) if names else ()
        else:
            names = frozenset(declared_in(data, search.declared))
        if not (names or (specifiers and not swift)) or is_machine_made(data, candidate.language):
            return None
        return Match(candidate, names, specifiers, bases)

    def _modules(self, language: str, data: bytes) -> Iterator[tuple[str, frozenset[bytes]]]:
        modules = self._search.modules
        if language == "python":
            present = [segment for segment in modules if segment.encode() in data]
            if not present:
                return
            wanted = frozenset(name for segment in present for name in modules[segment]) | {segment.encode() for segment in present}
            everything = any(not modules[segment] for segment in present)
            for specifier in imports_of(language, data):
                names = frozenset(python_names(data, specifier))
                if EVERYTHING in names:
                    names = names - {EVERYTHING} | modules.get(last_segment(specifier), _NO_NAMES)
                found = names if everything and last_segment(specifier) in modules else names & wanted
                if found or last_segment(specifier) in modules.keys() - {""}:
                    yield specifier, found
            return
        for specifier in imports_of(language, data):
            live = modules.get(last_segment(specifier))
            if live is None or (live and b"export *" not in data and not any(name in data for name in live)):
                continue
            yield specifier, frozenset(typescript_names(data, specifier, live))


def bases_in(data: bytes) -> set[bytes]:
    """What classes in a Swift text inherit from: the members of that are their own."""
    return {name for clause in _BASES.findall(data) for name in _WORD.findall(clause)}


def words_of(data: bytes) -> set[bytes]:
    """The words of a text."""
    return set(data.translate(_SEPARATORS).split())


def declared_in(data: bytes, wanted: Mapping[bytes, frozenset[bytes]]) -> Iterator[bytes]:
    """The names of `wanted` that a Swift text declares: types, what stands at the top level, and extensions with members asked for."""
    words = data.translate(_SEPARATORS).split()
    present = wanted.keys() & set(words)
    if not present:
        return
    for before, word in pairwise(words):
        if word in present and (before in _TYPES or (before == b"extension" and not wanted[word].isdisjoint(words))):
            yield word
    yield from (name for name in _TOP_LEVEL.findall(b"\n" + data) if name in present)


def may_declare(data: bytes) -> Iterator[bytes]:
    """Every name that `declared_in` may find in a Swift text, whatever is wanted of it."""
    text = b" %b " % data.translate(_SEPARATORS)
    for beginning in _DECLARING:
        at = text.find(beginning)
        while at >= 0:
            if match := _WORD.match(text, _first_letter(text, at + len(beginning))):
                yield match[0]
            at = text.find(beginning, at + 1)
    yield from _TOP_LEVEL.findall(b"\n" + data)


def _first_letter(text: bytes, at: int) -> int:
    while text[at : at + 1] == b" ":
        at += 1
    return at


def last_segment(specifier: str) -> str:
    """What names the file in a module specifier: its last segment, without a suffix; nothing where that is of dots."""
    last = specifier.rstrip("/").replace(".", "/").rpartition("/")[2] if "/" not in specifier else specifier.rstrip("/").rpartition("/")[2]
    if not last.strip("."):
        return ""
    stem, dot, suffix = last.partition(".")
    return stem if dot and stem and suffix in ("js", "ts", "jsx", "tsx", "mjs", "cjs", "mts", "cts") else last


def typescript_names(data: bytes, specifier: str, wanted: frozenset[bytes]) -> Iterator[bytes]:
    """What a TypeScript or JavaScript file calls the names that it takes from `specifier`: those of `wanted`, or all if that is empty,
    and whatever stands for the whole module or its default export."""
    for quote in (b"'", b'"'):
        quoted = quote + specifier.encode() + quote
        at = data.find(quoted)
        while at >= 0:
            line = data.rfind(b"\n", 0, at) + 1
            start = line
            if data.rfind(b"from", line, at) >= 0 or data[line:at].lstrip().startswith((b"}", b"'", b'"')):
                start = max(data.rfind(b"import", 0, at), data.rfind(b"export", 0, at), 0)
            yield from _taken(data[start:at], wanted)
            at = data.find(quoted, at + 1)


def _taken(clause: bytes, wanted: frozenset[bytes]) -> Iterator[bytes]:
    for inside in _BRACES.findall(clause):
        for part in inside.split(b","):
            words = [word for word in _WORD.findall(part) if word not in (b"type", b"as")]
            if words and (not wanted or words[0] in wanted):
                yield words[-1]
    for word in _WORD.findall(_BRACES.sub(b" ", clause)):
        if word not in _KEYWORDS:
            yield word


def python_names(data: bytes, specifier: str) -> Iterator[bytes]:
    """What a Python file calls the names that it takes from the module `specifier`, and the names themselves; `EVERYTHING` where it takes
    whatever there is."""
    text = specifier.encode()
    at = data.find(text)
    while at >= 0:
        line = data.rfind(b"\n", 0, at) + 1
        head = data[line:at].split()
        end = at + len(text)
        if head[:1] == [b"from"]:
            newline = data.find(b"\n", end)
            opened = data.find(b"(", end, newline if newline >= 0 else len(data))
            stop = data.find(b")", opened) if opened >= 0 else newline
            if data[end : newline if newline >= 0 else len(data)].split()[:2] == [b"import", EVERYTHING]:
                yield EVERYTHING
            yield from (word for word in _WORD.findall(data[end : stop if stop >= 0 else len(data)]) if word not in _KEYWORDS)
        elif head[:1] == [b"import"]:
            newline = data.find(b"\n", end)
            rest = data[end : newline if newline >= 0 else len(data)].partition(b",")[0].split()
            if rest[:1] == [b"as"] and len(rest) > 1:
                yield rest[1]
            else:
                yield text.partition(b".")[0]
                yield text.rpartition(b".")[2]
        at = data.find(text, at + 1)
