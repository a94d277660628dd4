"""Configuration files as values: what each says by itself (a `Layer`), and what it says with those that it extends (a `Config`)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from keylint.config.finding import Unreadable, contents, leads_out
from keylint.config.shape import ConfigTable
from keylint.config.text import ConfigFile
from keylint.options import suggestion
from keylint.policy import CLASSES, Policy
from keylint.stores.reading import ModelError

if TYPE_CHECKING:
    from keylint.config.lines import Path
    from keylint.config.shape import PolicyTable
    from keylint.select import Patterns
    from keylint.stores.model import Store

_NAMED = re.compile(r"`([\w-]+)`")
_NEVER_LESS = "KL900"
"""What was not analyzed is not clean, whatever a file says."""


class FileIgnores(msgspec.Struct, frozen=True):
    """An entry of `per-file-ignores`: the rules `codes` are not reported in files below `directory` that match `patterns`, or with
    `others` in those that do not. `key` is the pattern as it is written."""

    key: str
    patterns: Patterns
    others: bool
    codes: frozenset[str]

    def match(self, path: str) -> bool:
        """The entry is about the file at `path`."""
        return self.patterns.has_below(path) and not self.patterns.match(path) if self.others else self.patterns.match(path)


class Layer(msgspec.Struct, frozen=True):
    """What one file says by itself. Its patterns are about files below `directory`; `baseline` is an absolute path or empty."""

    file: ConfigFile
    directory: str
    table: ConfigTable
    stores: tuple[Store, ...]
    policies: tuple[Policy, ...]
    exclude: Patterns | None
    ignores: tuple[FileIgnores, ...]
    baseline: str


class Config(msgspec.Struct, frozen=True):
    """What a configuration file says, with what it extends. `directory` is where it stands; `table` holds what needs no more than reading.

    `severities` are by code. `layers` are the file itself and those that it extends, nearest first.
    """

    path: str
    directory: str
    table: ConfigTable
    stores: tuple[Store, ...]
    policies: tuple[Policy, ...]
    exclude: Patterns | None
    ignores: tuple[FileIgnores, ...]
    severities: Mapping[str, str]
    baseline: str
    layers: tuple[Layer, ...]


def has_table(path: str, data: bytes) -> bool:
    """The `pyproject.toml` with the bytes `data` has a table `[tool.keylint]`. Raises `ConfigError` where that cannot be told."""
    return ConfigFile(path, data).table is not None


def read(path: str, data: bytes, directory: str, everywhere: bool = False) -> Config:
    """The configuration that `data`, the bytes of the file at `path`, holds. Its patterns are about files below `directory`, those of a
    file that it extends about files beside that one, or with `everywhere` about the same files as its own.

    Raises `ConfigError`.
    """
    layers = [_layer(ConfigFile(path, data), directory)]
    chain = {os.path.realpath(path): layers[0].file}
    while (target := layers[-1].table.extend) is not None:
        file = _extended(chain, target)
        layers.append(_layer(file, directory if everywhere else os.path.dirname(file.path)))
    return _merged(layers)


def _extended(chain: dict[str, ConfigFile], target: str) -> ConfigFile:
    """The file `target` that the last of `chain` extends, which it is added to. The chain has files by where they really are."""
    files = list(chain.values())
    last, key = files[-1], ("extend",)
    if not target or "\0" in target:
        last.wrong(key, "`extend`: names no file")
    path = os.path.normpath(os.path.join(os.path.dirname(last.path), target))
    if leads_out(path, os.path.dirname(files[0].path)):
        last.wrong(key, f"`extend`: {target} leads out of the project")
    real = os.path.realpath(path)
    if real in chain:
        circle = [*(each.shown for each in files[list(chain).index(real) :]), chain[real].shown]
        last.wrong(key, f"`extend` goes in a circle: {' -> '.join(circle)}")
    try:
        file = ConfigFile(path, contents(path))
    except Unreadable as error:
        last.wrong(key, f"`extend`: {target}: {error.reason}")
    if file.table is None:
        last.wrong(key, f"`extend`: {target}: has no table [tool.keylint]")
    chain[real] = file
    return file


def _layer(file: ConfigFile, directory: str) -> Layer:
    table = file.converted()
    _check_selectors(file, table)
    _check_severities(file, table)
    return Layer(
        file,
        directory,
        table,
        tuple(_stores(file, table)),
        tuple(_policy(file, index, policy, directory) for index, policy in enumerate(table.policy)),
        _patterns(file, table.exclude, directory, ("exclude",)) if table.exclude else None,
        tuple(_file_ignores(file, table, directory)),
        _baseline(file, table),
    )


def _merged(layers: Sequence[Layer]) -> Config:
    """What the first of `layers` says, and where it is silent the next.

    A nearer `select` starts afresh, as `--select` does: it sets aside which rules the files further away select or ignore. Policies are
    asked in order, so those of a nearer file come first.
    """
    nearest = layers[0]
    tables = [layer.table for layer in layers]
    choosing = [layer.table for layer in that_choose(layers)]
    farthest_first = tables[::-1]
    table = msgspec.structs.replace(
        nearest.table,
        select=choosing[-1].select,
        extend_select=tuple(dict.fromkeys(selector for each in choosing[::-1] for selector in each.extend_select)),
        ignore=next((each.ignore for each in choosing if each.ignore is not None), None),
        per_file_ignores={key: value for each in farthest_first for key, value in each.per_file_ignores.items()},
        severity={key: value for each in farthest_first for key, value in each.severity.items()},
        min_confidence=next((each.min_confidence for each in tables if each.min_confidence is not None), None),
        fail_on=next((each.fail_on for each in tables if each.fail_on is not None), None),
        require_reason=next((each.require_reason for each in tables if each.require_reason is not None), None),
        baseline=next((each.baseline for each in tables if each.baseline is not None), None),
        exclude=next((each.exclude for each in tables if each.exclude is not None), None),
        stores=(),
        policy=(),
    )
    return Config(
        nearest.file.path,
        nearest.directory,
        table,
        tuple({store.name: store for layer in reversed(layers) for store in layer.stores}.values()),
        tuple(policy for layer in layers for policy in layer.policies),
        next((layer.exclude for layer in layers if layer.table.exclude is not None), None),
        tuple({ignores.key: ignores for layer in reversed(layers) for ignores in layer.ignores}.values()),
        _severities(farthest_first),
        next((layer.baseline for layer in layers if layer.baseline), ""),
        tuple(layers),
    )


def that_choose(layers: Sequence[Layer]) -> Sequence[Layer]:
    """Those of `layers` (nearest first) that say which rules are reported: the files down to the first that starts afresh."""
    return layers[: next((number for number, layer in enumerate(layers, 1) if layer.table.select is not None), len(layers))]


def _severities(farthest_first: Iterable[ConfigTable]) -> Mapping[str, str]:
    """The severity of each rule that has another than its own: the narrowest selector's, of equal ones the nearest file's."""
    from keylint.rules.registry import meaning

    best: dict[str, tuple[int, str]] = {}
    for table in farthest_first:
        for selector, severity in table.severity.items():
            narrowness, codes = meaning(selector)
            for code in codes:
                if code != _NEVER_LESS and narrowness >= best.get(code, (-1, ""))[0]:
                    best[code] = narrowness, severity
    return {code: severity for code, (_, severity) in best.items()}


def _check_selectors(file: ConfigFile, table: ConfigTable) -> None:
    lists: list[tuple[Path, Sequence[str]]] = [
        (("select",), table.select or ()),
        (("extend-select",), table.extend_select),
        (("ignore",), table.ignore or ()),
        *((("per-file-ignores", key), selectors) for key, selectors in table.per_file_ignores.items()),
    ]
    for path, selectors in lists:
        for index, selector in enumerate(selectors):
            _codes(file, selector, (*path, index), f"`{path[-1]}`: ")


def _codes(file: ConfigFile, selector: str, path: Path, before: str = "") -> tuple[int, tuple[str, ...]]:
    """How narrow a selector is, and the codes that it means."""
    from keylint.rules.registry import UnknownSelector, meaning

    try:
        narrowness, codes = meaning(selector)
    except UnknownSelector as error:
        file.wrong(path, f"{before}{error}")
    return narrowness, tuple(codes)


def _check_severities(file: ConfigFile, table: ConfigTable) -> None:
    seen: dict[tuple[int, tuple[str, ...]], str] = {}
    for selector, severity in table.severity.items():
        path = ("severity", selector)
        meant = _codes(file, selector, path)
        if meant in seen:
            file.wrong(path, f"`{selector}` means the same rules as `{seen[meant]}`")
        seen[meant] = selector
        if meant[1] == (_NEVER_LESS,) and severity != "error":
            file.wrong(path, f"`{selector}` is always an error: what was not analyzed is not clean")


def _file_ignores(file: ConfigFile, table: ConfigTable, directory: str) -> Iterator[FileIgnores]:
    if not table.per_file_ignores:
        return
    from keylint.rules.registry import resolve

    for key, selectors in table.per_file_ignores.items():
        path: Path = ("per-file-ignores", key)
        others = key.startswith("!")
        patterns = _patterns(file, [key[1:] if others else key], directory, path, "")
        if patterns is None or patterns.empty:
            file.wrong(path, f"`{key}` matches no path")
        yield FileIgnores(key, patterns, others, resolve(selectors) if selectors else frozenset())


def _baseline(file: ConfigFile, table: ConfigTable) -> str:
    """Where the baseline is. What a configuration says is not trusted, and 'keylint baseline' writes there."""
    if table.baseline is None:
        return ""
    directory = os.path.dirname(file.path)
    path = os.path.abspath(os.path.join(directory, table.baseline))
    if not table.baseline or "\0" in table.baseline or path == os.path.abspath(directory):
        file.wrong(("baseline",), "`baseline`: names no file")
    if leads_out(path, directory, directory):
        file.wrong(("baseline",), f"`baseline`: {table.baseline} leads out of the project")
    return path


def _patterns(file: ConfigFile, patterns: Sequence[str], directory: str, path: Path, before: str | None = None) -> Patterns | None:
    if not patterns:
        return None
    from keylint.select import BadPattern, Patterns

    found: list[Patterns] = []
    for index, pattern in enumerate(patterns):
        try:
            found = [Patterns((pattern,), directory)]
        except BadPattern as error:
            element: Path = (*path, index) if before is None else path
            file.wrong(element, f"`{path[-1]}`: {error}" if before is None else f"{before}{error}")
    return found[0] if len(patterns) == 1 else Patterns(patterns, directory)


def _stores(file: ConfigFile, table: ConfigTable) -> Iterator[Store]:
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


def _policy(file: ConfigFile, index: int, table: PolicyTable, directory: str) -> Policy:
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


def _classes(file: ConfigFile, patterns: Iterable[str], place: Path) -> list[str]:
    """The neutral classes that names and patterns mean."""
    from fnmatch import fnmatchcase

    chosen: set[str] = set()
    for index, pattern in enumerate(patterns):
        meant = [name for name in CLASSES if fnmatchcase(name, pattern)]
        if not meant:
            file.wrong((*place, "classes", index), f"`classes`: there is no class '{pattern}'{suggestion(pattern, CLASSES)}")
        chosen.update(meant)
    return [name for name in CLASSES if name in chosen]
