"""The modules that a file's bytes mention in its imports, seen without parsing.

Comments and texts are taken for code, so there may be too many; none that a parser would find is missing, unless it is computed.
"""

from __future__ import annotations

from collections.abc import Iterator

_LONGEST = 1000
_BLANK = b" \t\r\n\f\v"
_QUOTES = b"\"'`"
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_SWIFT_KINDS = frozenset((b"actor", b"class", b"enum", b"func", b"let", b"protocol", b"struct", b"typealias", b"var"))


def imports_of(language: str, data: bytes) -> list[str]:
    """The specifiers of what a file imports, each once, in order.

    TypeScript: what stands after `from` and in `import`, `import()` and `require()`. Python: modules with their leading dots, and
    `module.name` for each name that is imported from one, since it may be a module. Swift: names of modules.
    """
    found: dict[str, None] = {}
    for specifier in _FINDERS[language](data):
        try:
            found[specifier.decode()] = None
        except UnicodeDecodeError:
            continue
    return list(found)


def _after(data: bytes, keyword: bytes) -> Iterator[int]:
    """Where the code after each `keyword` begins, if that is not in the middle of a word."""
    at = data.find(keyword)
    while at >= 0:
        end = at + len(keyword)
        if at == 0 or data[at - 1] not in _WORD:
            yield end
        at = data.find(keyword, end)


def _skip(data: bytes, at: int, slashes: bool = True) -> int:
    """The first place from `at` on that is neither blank nor in a comment."""
    size = len(data)
    while at < size:
        if data[at] in _BLANK:
            at += 1
        elif slashes and data.startswith(b"/*", at):
            end = data.find(b"*/", at + 2, at + _LONGEST)
            if end < 0:
                return at
            at = end + 2
        elif data.startswith(b"//", at) if slashes else data[at] == 35 or data.startswith((b"\\\n", b"\\\r\n"), at):
            end = data.find(b"\n", at)
            if end < 0:
                return size
            at = end + 1
        else:
            return at
    return size


def _quoted(data: bytes, at: int) -> bytes | None:
    """The text of the string literal at `at`."""
    if at >= len(data) or data[at] not in _QUOTES:
        return None
    end = data.find(data[at : at + 1], at + 1, at + _LONGEST)
    text = data[at + 1 : end]
    return text if end > at and b"\n" not in text else None


def _typescript(data: bytes) -> Iterator[bytes]:
    places: dict[int, bytes] = {}
    for keyword in (b"from", b"import", b"require"):
        for end in _after(data, keyword):
            at = _skip(data, end)
            if keyword != b"from" and data[at : at + 1] == b"(":
                at = _skip(data, at + 1)
            if (text := _quoted(data, at)) is not None:
                places[at] = text
    for _, text in sorted(places.items()):
        yield text


def _python(data: bytes) -> Iterator[bytes]:
    for end in _after(data, b"import"):
        if data[end : end + 1] == b"_":
            yield from _argument(data, data.find(b"(", end, end + 20))
            continue
        if data[end : end + 1] and data[end] in _WORD:
            continue
        module = _module_before(data, end - len(b"import"))
        if module is not None:
            yield module
        for name in _names(data, end):
            if module is None:
                yield from _with_parents(name)
            elif name != b"*":
                yield module + name if module.endswith(b".") else module + b"." + name
    for end in _after(data, b"__import__"):
        yield from _argument(data, _skip(data, end, slashes=False))


def _argument(data: bytes, opening: int) -> Iterator[bytes]:
    """The text that is the first argument after a parenthesis."""
    if opening >= 0:
        text = _quoted(data, _skip(data, opening + 1, slashes=False))
        if text is not None:
            yield text


def _with_parents(module: bytes) -> Iterator[bytes]:
    """The packages that hold a module, all of which `import` loads, and the module."""
    at = module.find(b".")
    while at >= 0:
        yield module[:at]
        at = module.find(b".", at + 1)
    yield module


def _module_before(data: bytes, at: int) -> bytes | None:
    """The module of a `from module import` whose `import` is at `at`."""
    start = at
    while (start := data.rfind(b"from", max(0, at - _LONGEST), start)) >= 0:
        between = data[start + 4 : at].replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
        if b"\n" in between:
            return None
        if between[:1] in (b" ", b"\t", b".", b"\f") and (start == 0 or data[start - 1] not in _WORD):
            words = between.replace(b".", b" ").split()
            dots = between.strip()[: between.strip().rfind(b".") + 1]
            module = b"".join(between.split())
            spaced = module.lstrip(b".").count(b".") + 1
            if len(words) <= spaced and (words or dots) and all(_is_name(word) for word in words):
                return module
            return None
    return None


def _is_name(part: bytes) -> bool:
    return all(byte in _WORD or byte >= 128 for byte in part)


def _names(data: bytes, at: int) -> Iterator[bytes]:
    """The names, without what they are called here, in a list that may stand in parentheses."""
    at = _blank_on_line(data, at)
    grouped = data[at : at + 1] == b"("
    at += grouped
    while True:
        at = _skip(data, at, slashes=False) if grouped else _blank_on_line(data, at)
        start = at
        while at < len(data) and (data[at] in _WORD or data[at] >= 128 or data[at] in b".*"):
            at += 1
        if at == start or at - start > _LONGEST:
            return
        yield data[start:at]
        at = _skip(data, at, slashes=False) if grouped else _blank_on_line(data, at)
        if data.startswith(b"as", at) and data[at + 2 : at + 3] in (b" ", b"\t", b"\\", b"\n"):
            at = _skip(data, at + 2, slashes=False)
            while at < len(data) and (data[at] in _WORD or data[at] >= 128):
                at += 1
            at = _skip(data, at, slashes=False) if grouped else _blank_on_line(data, at)
        if data[at : at + 1] != b",":
            return
        at += 1


def _blank_on_line(data: bytes, at: int) -> int:
    while True:
        if data[at : at + 1] in (b" ", b"\t", b"\f"):
            at += 1
        elif data.startswith(b"\\\n", at):
            at += 2
        elif data.startswith(b"\\\r\n", at):
            at += 3
        else:
            return at


def _swift(data: bytes) -> Iterator[bytes]:
    for end in _after(data, b"import"):
        at = _skip(data, end)
        word = _swift_word(data, at)
        if word in _SWIFT_KINDS:
            word = _swift_word(data, _skip(data, at + len(word)))
        if at > end and word:
            yield word


def _swift_word(data: bytes, at: int) -> bytes:
    at += data[at : at + 1] == b"`"
    start = at
    while at < len(data) and (data[at] in _WORD or data[at] >= 128):
        at += 1
    return data[start:at]


_FINDERS = {"typescript": _typescript, "python": _python, "swift": _swift}
