"""Which candidates mention a store: decided on raw bytes, so that nothing else is ever decoded or parsed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from stat import S_ISREG

from keylint.select import BY_SHEBANG, Candidate, is_python_shebang

LARGEST = 16 << 20
"""Bytes. A larger file is not read whole: no hand wrote it, and no budget of time or memory would hold."""

_MINIFIED_LINE = 5_000
_MINIFIED_MEAN = 500
_MINIFIED_LINES = 25
_HEAD = 2_000
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_OPEN_FOUND = _OPEN | getattr(os, "O_NOFOLLOW", 0)
_READ_INTO = getattr(os, "readv", None)
_BUFFER = 1 << 18
_SHORTEST_PROBE = 3
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

Words = Mapping[str, Sequence[bytes]]
"""Trigger words of each language."""


class NotRead(Exception):
    """A file that cannot be read; the message says why, for people."""


class TooLarge(NotRead):
    """A file that is not read because of its size."""


def read(path: str, found: bool = False) -> bytes:
    """The bytes of the regular file at `path`. A file that was `found` rather than named is not followed through a symbolic link.

    Raises `FileNotFoundError` when it is not there (any more), `NotRead` otherwise.
    """
    try:
        descriptor = os.open(path, _OPEN_FOUND if found else _OPEN)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(path) from error
    except (OSError, ValueError) as error:
        raise NotRead(_reason(error)) from None
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            raise FileNotFoundError(path) if found else NotRead("not a regular file")
        if status.st_size > LARGEST:
            raise TooLarge(f"larger than {LARGEST >> 20} MB")
        data = os.read(descriptor, status.st_size + 1)
        if len(data) == status.st_size:
            return data
        chunks = [data]  # It is being written to.
        while chunks[-1] and sum(map(len, chunks)) <= LARGEST:
            chunks.append(os.read(descriptor, 1 << 20))
        return b"".join(chunks)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotRead(_reason(error)) from None
    finally:
        os.close(descriptor)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def relevant(candidates: Sequence[Candidate], words: Words) -> list[Candidate]:
    """The candidates that must be analyzed: they mention a word of their language, or cannot be read and so must be reported.

    Files that vanished since they were listed are dropped, and so are generated and minified ones, unless they were named.
    """
    kept: list[Candidate] = []
    homes: dict[str, bool] = {}
    probes = {language: probes_of(found) for language, found in words.items()}
    buffer = bytearray(_BUFFER)
    for candidate in candidates:
        path, language, root = candidate
        if root and language != BY_SHEBANG and _surely_without(path, buffer, probes[language]):
            continue
        try:
            data = read(path, bool(root))
        except FileNotFoundError:
            if not root:
                kept.append(candidate)
            continue
        except TooLarge:
            if language and _large_matters(path, language, words[language], bool(root)):
                kept.append(candidate)
            continue
        except NotRead:
            if not root or (language and not os.path.islink(path)):
                kept.append(candidate)
            continue
        if language == BY_SHEBANG:
            if not is_python_shebang(data[:256]):
                continue
            language = "python"
        if mentions(data, words[language]) and not (root and (is_machine_made(data, language) or _elsewhere(path, root, homes))):
            kept.append(Candidate(path, language, root))
    return kept


def probes_of(words: Sequence[bytes]) -> list[tuple[bytes, list[bytes]]]:
    """Texts to search for instead of `words`, each with the words that contain it: what several share is searched for once."""
    groups: list[tuple[bytes, list[bytes]]] = []
    for word in sorted(words, key=len):
        for index, (probe, members) in enumerate(groups):
            shared = _shared(probe, word)
            if len(shared) >= _SHORTEST_PROBE:
                groups[index] = (shared, [*members, word])
                break
        else:
            groups.append((word, [word]))
    return groups


def _shared(first: bytes, second: bytes) -> bytes:
    """The longest text that both contain."""
    for length in range(len(first), 0, -1):
        for start in range(len(first) - length + 1):
            if first[start : start + length] in second:
                return first[start : start + length]
    return b""


def _surely_without(path: str, buffer: bytearray, probes: Sequence[tuple[bytes, Sequence[bytes]]]) -> bool:
    """The file fits into `buffer` and mentions no word. Reading into one buffer saves asking for the size and for memory each time."""
    if _READ_INTO is None:
        return False
    try:
        descriptor = os.open(path, _OPEN_FOUND)
        try:
            size = _READ_INTO(descriptor, [buffer])
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return False
    if size >= _BUFFER or buffer.startswith(_UTF16_MARKS, 0, size):
        return False
    for probe, members in probes:
        if buffer.find(probe, 0, size) >= 0 and (len(members) == 1 or any(buffer.find(word, 0, size) >= 0 for word in members)):
            return False
    return True


def mentions(data: bytes, words: Sequence[bytes]) -> bool:
    """`data` has one of `words`. UTF-16, in which no word could be seen, counts: it must fail to decode rather than look clean."""
    for word in words:
        if word in data:
            return True
    return data.startswith(_UTF16_MARKS)


def _large_matters(path: str, language: str, words: Sequence[bytes], found: bool) -> bool:
    """A file too large to read whole mentions a word, and is not machine-made as far as its beginning shows."""
    from mmap import ACCESS_READ, mmap

    try:
        descriptor = os.open(path, _OPEN_FOUND if found else _OPEN)
        try:
            with mmap(descriptor, 0, access=ACCESS_READ) as data:
                if found and is_machine_made(data[:LARGEST], language):
                    return False
                return any(data.find(word) >= 0 for word in words)
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return True


def is_machine_made(data: bytes, language: str) -> bool:
    """`data` is minified, or says near the top that a program generated it."""
    if language == "typescript":
        lines = data.count(b"\n") + 1
        if data.find(b"\n", 0, _MINIFIED_LINE) < 0 and len(data) > _MINIFIED_LINE:
            return True
        if lines < _MINIFIED_LINES and len(data) > lines * _MINIFIED_MEAN and len(data) > _MINIFIED_LINE:
            return True
    head = data[:_HEAD]
    if b"@generated" in head:
        return True
    return any(b"generated" in line and b"do not edit" in line for line in head.lower().split(b"\n")) or _generated_header(head)


def _generated_header(head: bytes) -> bool:
    """The comment that opens the file says both "generated" and "do not edit", if not on one line."""
    opening = []
    for line in head.lower().split(b"\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith((b"//", b"#", b"*", b"/*", b"'use", b'"use')):
            break
        opening.append(stripped)
    text = b" ".join(opening)
    return b"generated" in text and b"do not edit" in text


def _elsewhere(path: str, root: str, homes: dict[str, bool]) -> bool:
    """A link on the way from `root` to `path` leads out of `root`."""
    directory = os.path.dirname(path)
    known = homes.get(directory)
    if known is None:
        home = os.path.join(os.path.realpath(root), "")
        known = homes[directory] = not os.path.join(os.path.realpath(directory), "").startswith(home)
    return known
