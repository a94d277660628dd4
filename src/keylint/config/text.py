"""A configuration file as text: its table, where things stand in it, and errors that name file, line, key and what was probably meant."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from keylint.config.finding import SHARED, ConfigError
from keylint.config.shape import ConfigTable
from keylint.options import suggestion
from keylint.stores.reading import ModelError, toml

if TYPE_CHECKING:
    from keylint.config.lines import Path

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
_SOME_KEY = "..."
"""What msgspec calls a key of a table that may have any."""
_WRONG_TYPE = re.compile(r"Expected `(.*)`, got `(.*)`$")
_TYPES = {
    "array": "an array",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "a table",
    "str": "a string",
}


class ConfigFile:
    """A configuration file, and how to say what is wrong with it. `path` is the file's, `shown` the same for people; `table` is what is
    ours in it, `None` where a `pyproject.toml` has nothing of ours."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.shown = _shown(path)
        self.table: dict[str, Any] | None = None
        self._place: Path = ("tool", "keylint") if os.path.basename(path) == SHARED else ()
        self._lines: dict[Path, int] | None = None
        try:
            self._text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ConfigError(f"{self.shown}:{line}: not UTF-8") from None
        self.table = self._parsed()

    def _parsed(self) -> dict[str, Any] | None:
        try:
            found: Any = toml(self._text.replace("\r\n", "\n"), self.shown)
        except ModelError as error:
            reason = str(error.__cause__)
            line = _AT_LINE.search(reason)
            where = f"{self.shown}:{line[1]}" if line else self.shown
            raise ConfigError(f"{where}: not TOML: {_AT_LINE.sub('', reason)}") from None
        for name in self._place:
            if not isinstance(found, dict) or name not in found:
                return None
            found = found[name]
        if not isinstance(found, dict):
            self.wrong((), f"`{self._place[-1]}` must be a table, not {_type_of(found)}")
        return found

    def at(self, path: Sequence[str | int]) -> str:
        """The file and the line of the value at `path`."""
        from keylint.config.lines import line_of, lines_of

        if self._lines is None:
            self._lines = lines_of(self._text)
        line = line_of(self._lines, (*self._place, *path))
        return self.shown if line is None else f"{self.shown}:{line}"

    def wrong(self, path: Sequence[str | int], what: str) -> NoReturn:
        """Raises the error that the value at `path` is wrong."""
        inside = _table_of(path, self.table)
        raise ConfigError(f"{self.at(path)}: {f'{inside}: ' if inside else ''}{what}")

    def converted(self) -> ConfigTable:
        """The table as what it must be. Raises `ConfigError`, also where there is no table."""
        if self.table is None:
            raise ConfigError(f"{self.shown}: has no table [tool.keylint]")
        try:
            return msgspec.convert(self.table, ConfigTable)
        except msgspec.ValidationError as error:
            self.invalid(error, ConfigTable)

    def invalid(self, error: msgspec.ValidationError, kind: type, above: Path = ()) -> NoReturn:
        """Raises the error that `error` means, for the value at `above`, which was to be a `kind`."""
        text, _, place = str(error).rpartition(" - at `$")
        if not text:
            text, place = place, ""
        path = tuple(self._steps(place.rstrip("`"), above))
        if text.startswith("Object contains unknown field"):
            name = text.partition("`")[2].removesuffix("`")
            self.wrong((*above, *path, name), f"unknown key `{name}`{suggestion(name, _keys(kind, path))}")
        if text.startswith("Object missing required field"):
            name = text.partition("`")[2].removesuffix("`")
            self.wrong((*above, *path), f"the key `{name}` is missing")
        key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        if text.startswith("Invalid enum value "):
            value = text.removeprefix("Invalid enum value ").strip("'")
            values = _choices(kind, path)
            self.wrong((*above, *path), f"`{key}`: '{value}' is none of {', '.join(values)}{suggestion(value, values)}")
        if types := _WRONG_TYPE.match(text):
            one = "each of " if isinstance(path[-1:] and path[-1], int) else ""
            wanted = " or ".join(_TYPES.get(name, name) for name in types[1].split(" | ") if name != "null")
            self.wrong((*above, *path), f"{one}`{key}` must be {wanted}, not {_TYPES.get(types[2], types[2])}")
        self.wrong((*above, *path), f"`{key}`: {text}" if key else text)

    def _steps(self, place: str, above: Path) -> Iterator[str | int]:
        """The keys and indices of a place as msgspec writes it. Of a table that may have any key it does not say which one is wrong:
        the first for which the file is wrong without the others."""
        found: Any = self.table
        seen: list[str] = []
        for step in above:
            found = found[step]
        for match in _STEP.finditer(place):
            key, index = match.groups()
            if index == _SOME_KEY:
                key = None if above or len(seen) != 1 else self._wrong_key(seen[0])
                if key is None:
                    return
            seen.append(key or index)
            yield int(index) if key is None else key

    def _wrong_key(self, name: str) -> str | None:
        table = self.table or {}
        for key, value in table[name].items():
            try:
                msgspec.convert({name: {key: value}}, ConfigTable)
            except msgspec.ValidationError:
                return str(key)
        return None


def _shown(path: str) -> str:
    """A path as people see it: relative where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return path
    return relative if len(relative) < len(path) else path


def _type_of(value: object) -> str:
    kinds = {bool: "bool", int: "int", float: "float", str: "str", list: "array", dict: "object"}
    name = kinds.get(type(value), type(value).__name__)
    return _TYPES.get(name, name)


def _table_of(path: Sequence[str | int], table: object) -> str:
    """The table in which `path` lies; one of an array by its name if it has one: "[[stores]] `vault`"."""
    if len(path) < 2:
        return ""
    if not isinstance(path[1], int):
        return f"[{path[0]}]"
    try:
        inner = table[path[0]][path[1]]  # type: ignore[index]
    except (IndexError, KeyError, TypeError):
        return ""
    if not isinstance(inner, dict):
        return ""
    name = inner.get("name")
    return f"[[{path[0]}]] `{name}`" if isinstance(name, str) and name else f"[[{path[0]}]] {path[1] + 1}"


def _keys(kind: type, path: Path) -> list[str]:
    """The keys of the table at `path` in a `kind`."""
    found = _type_at(kind, path)
    return [field.encode_name for field in found.fields] if isinstance(found, msgspec.inspect.StructType) else []


def _choices(kind: type, path: Path) -> list[str]:
    """The values that the key at `path` in a `kind` may have."""
    found = _type_at(kind, path)
    for option in found.types if isinstance(found, msgspec.inspect.UnionType) else (found,):
        if isinstance(option, msgspec.inspect.LiteralType):
            return [str(value) for value in option.values]
    return []


def _type_at(kind: type, path: Path) -> msgspec.inspect.Type:
    found = _bare(msgspec.inspect.type_info(kind))
    for step in path:
        if isinstance(found, msgspec.inspect.UnionType):
            found = next((each for each in found.types if not isinstance(each, msgspec.inspect.NoneType)), found)
        if isinstance(found, msgspec.inspect.StructType):
            found = next(field.type for field in found.fields if field.encode_name == step)
        elif isinstance(found, msgspec.inspect.VarTupleType):
            found = found.item_type
        elif isinstance(found, msgspec.inspect.DictType):
            found = found.value_type
        found = _bare(found)
    return found


def _bare(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """A type without what is said of it."""
    return kind.type if isinstance(kind, msgspec.inspect.Metadata) else kind
