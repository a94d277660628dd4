"""Configuration files as text: into a `Config`, or into an error that names file, line and key, and what was probably meant."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from keylint.config.finding import SHARED, ConfigError
from keylint.config.shape import ConfigTable
from keylint.options import suggestion
from keylint.policy import CLASSES, Policy
from keylint.stores.reading import ModelError, toml

if TYPE_CHECKING:
    from keylint.config.shape import PolicyTable
    from keylint.select import Patterns
    from keylint.stores.model import Store

Path = tuple["str | int", ...]

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_WRONG_TYPE = re.compile(r"Expected `(.*)`, got `(.*)`$")
_NAMED = re.compile(r"`([\w-]+)`")
_TYPES = {
    "array": "an array",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "a table",
    "str": "a string",
}


class Config(msgspec.Struct, frozen=True):
    """What a configuration file says. `directory` is where it stands; `table` holds what needs no more than reading."""

    path: str
    directory: str
    table: ConfigTable
    stores: tuple[Store, ...]
    policies: tuple[Policy, ...]
    exclude: Patterns | None


def has_table(path: str, data: bytes) -> bool:
    """The `pyproject.toml` with the bytes `data` has a table `[tool.keylint]`. Raises `ConfigError` where that cannot be told."""
    return _File(path, data, ("tool", "keylint")).table is not None


def read(path: str, data: bytes, directory: str) -> Config:
    """The configuration that `data`, the bytes of the file at `path`, holds. Its patterns are about files below `directory`.

    Raises `ConfigError`.
    """
    place: Path = ("tool", "keylint") if os.path.basename(path) == SHARED else ()
    file = _File(path, data, place)
    if file.table is None:
        raise ConfigError(f"{file.shown}: has no table [tool.keylint]")
    table = file.converted(file.table)
    _check_selectors(file, table)
    return Config(
        path,
        directory,
        table,
        tuple(_stores(file, table)),
        tuple(_policy(file, index, policy, directory) for index, policy in enumerate(table.policy)),
        _patterns(file, table.exclude, directory, ("exclude",)),
    )


class _File:
    """A configuration file, and how to say what is wrong with it. `table` is ours in it, at `place`."""

    def __init__(self, path: str, data: bytes, place: Path) -> None:
        self.shown = _shown(path)
        self._place = place
        self.table: dict[str, Any] | None = None
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

    def line(self, path: Sequence[str | int]) -> int | None:
        """The line on which the value at `path` stands."""
        from keylint.config.lines import line_of

        return line_of(self._text, (*self._place, *path))

    def at(self, path: Sequence[str | int]) -> str:
        """The file and the line of the value at `path`."""
        line = self.line(path)
        return self.shown if line is None else f"{self.shown}:{line}"

    def wrong(self, path: Sequence[str | int], what: str) -> NoReturn:
        """Raises the error that the value at `path` is wrong."""
        inside = _table_of(path, self.table)
        raise ConfigError(f"{self.at(path)}: {f'{inside}: ' if inside else ''}{what}")

    def converted(self, table: dict[str, Any]) -> ConfigTable:
        """`table` as what it must be."""
        try:
            return msgspec.convert(table, ConfigTable)
        except msgspec.ValidationError as error:
            self.invalid(error, ConfigTable)

    def invalid(self, error: msgspec.ValidationError, kind: type, above: Path = ()) -> NoReturn:
        """Raises the error that `error` means, for the value at `above`, which was to be a `kind`."""
        text, _, place = str(error).rpartition(" - at `$")
        if not text:
            text, place = place, ""
        path: Path = tuple(int(step[2]) if step[2] else step[1] for step in _STEP.finditer(place.rstrip("`")))
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
    """The table of an array in which `path` lies, by its name if it has one: "[[stores]] `vault`"."""
    if len(path) < 2 or not isinstance(path[1], int):
        return ""
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
    found = msgspec.inspect.type_info(kind)
    for step in path:
        if isinstance(found, msgspec.inspect.UnionType):
            found = next((each for each in found.types if not isinstance(each, msgspec.inspect.NoneType)), found)
        if isinstance(found, msgspec.inspect.StructType):
            found = next(field.type for field in found.fields if field.encode_name == step)
        elif isinstance(found, msgspec.inspect.VarTupleType):
            found = found.item_type
        elif isinstance(found, msgspec.inspect.DictType):
            found = found.value_type
    return found


def _check_selectors(file: _File, table: ConfigTable) -> None:
    from keylint.rules.registry import UnknownSelector, resolve

    for key, selectors in (("select", table.select or ()), ("extend-select", table.extend_select), ("ignore", table.ignore)):
        for index, selector in enumerate(selectors):
            try:
                resolve([selector])
            except UnknownSelector as error:
                file.wrong((key, index), f"`{key}`: {error}")


def _patterns(file: _File, patterns: Sequence[str], directory: str, path: Path) -> Patterns | None:
    if not patterns:
        return None
    from keylint.select import BadPattern, Patterns

    try:
        return Patterns(patterns, directory)
    except BadPattern as error:
        file.wrong(path, f"`{path[-1]}`: {error}")


def _stores(file: _File, table: ConfigTable) -> Iterator[Store]:
    if not table.stores:
        return
    from keylint.config.wrappers import wrapper
    from keylint.stores.model import Store

    names: set[str] = set()
    for index, data in enumerate(table.stores):
        place: Path = ("stores", index)
        try:
            store = wrapper(data)
        except ModelError as error:
            if isinstance(error.__cause__, msgspec.ValidationError):
                file.invalid(error.__cause__, Store, place)
            what = str(error)
            key = _NAMED.search(what)
            file.wrong((*place, key[1]) if key else place, what)
        if store.name in names:
            file.wrong((*place, "name"), f"`name`: there is another `{store.name}`")
        names.add(store.name)
        yield store


def _policy(file: _File, index: int, table: PolicyTable, directory: str) -> Policy:
    place: Path = ("policy", index)
    _patterns(file, table.paths, directory, (*place, "paths"))
    if table.synchronizable:
        file.wrong((*place, "synchronizable"), "`synchronizable` can only be false: items that may synchronize need no key")
    if table.access_control is False:
        file.wrong((*place, "access-control"), "`access-control` can only be true: items that need none need no key")
    if table.classes is None and table.synchronizable is None and table.access_control is None:
        file.wrong(place, "nothing is demanded: `classes`, `synchronizable` or `access-control` is missing")
    return Policy(
        table.name or _described(table),
        file.at(place),
        table.stores,
        table.keys,
        table.services,
        table.paths,
        directory,
        None if table.classes is None else tuple(_classes(file, table.classes, place)),
        table.synchronizable is not False,
        table.access_control is True,
    )


def _described(table: PolicyTable) -> str:
    """A table without a name, by what it is about."""
    about = (("key", table.keys), ("service", table.services), ("store", table.stores), ("path", table.paths))
    return ", ".join(f"{what} {' or '.join(patterns)}" for what, patterns in about if patterns) or "every item"


def _classes(file: _File, patterns: Iterable[str], place: Path) -> list[str]:
    """The neutral classes that names and patterns mean."""
    from fnmatch import fnmatchcase

    chosen: set[str] = set()
    for index, pattern in enumerate(patterns):
        meant = [name for name in CLASSES if fnmatchcase(name, pattern)]
        if not meant:
            file.wrong((*place, "classes", index), f"`classes`: there is no class '{pattern}'{suggestion(pattern, CLASSES)}")
        chosen.update(meant)
    return [name for name in CLASSES if name in chosen]
