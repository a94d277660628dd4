"""What applies to a file, and from where: for `keylint config show`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from keylint.languages import language_of
from keylint.rules.registry import codes, load, meaning

if TYPE_CHECKING:
    from keylint.config.applying import Asked, Configuration
    from keylint.config.reading import Config, Layer

DEFAULT = "default"
"""The origin of what nobody asked for."""

_UNSAID: Mapping[str, Any] = {
    "select": ["default"],
    "ignore": [],
    "min-confidence": "medium",
    "fail-on": "warning",
    "require-reason": False,
    "exclude": [],
}
"""What holds where neither the command line nor a file says anything, as far as that can be written in a file."""


class Read(Struct, frozen=True):
    """A configuration file. `counts`: what of it does (`all`, or `exclude` only). `extended_by` is the file that extends it, or empty."""

    path: str
    counts: str
    extended_by: str = ""


class Entry(Struct, frozen=True):
    """A key with its value. `key` are the names that lead to it. `origin` is a file with a line, an option, or `DEFAULT`.

    Tables of `stores` and `policy` are told by name, without a value.
    """

    key: tuple[str, ...]
    value: Any
    origin: str


class LeftOut(Struct, frozen=True):
    """Why a file is not looked at: the pattern or name `by` which, or a reason in words where it is none. `origin` as above, or empty."""

    by: str
    reason: str
    origin: str = ""


class Reported(Struct, frozen=True):
    """A rule that is reported. `origin` is that of its severity."""

    code: str
    name: str
    severity: str
    origin: str


class Told(Struct, frozen=True):
    """What applies to the file or directory at `path`. `per_file_ignores` are those entries of the table that are about it."""

    path: str
    files: tuple[Read, ...]
    left_out: LeftOut | None
    entries: tuple[Entry, ...]
    per_file_ignores: tuple[Entry, ...]
    rules: tuple[Reported, ...]


def told(configuration: Configuration, path: str, excludes: Sequence[str] = ()) -> Told:
    """What applies to the file at `path`, which need not exist; one that is a directory, or ends in a separator, is told of as such.

    Raises `ConfigError` and `BadPattern`.
    """
    shown = os.path.normpath(path)
    directory = path.endswith(("/", os.sep)) or os.path.isdir(path)
    place = os.path.join(shown, "") if directory else shown
    above = list(configuration.above(place))
    nearest = above[-1] if above else None
    layers = nearest.layers if nearest is not None else ()
    settings = configuration.of(place)
    origins = _severity_origins(layers)
    names = codes()
    return Told(
        shown,
        tuple(_files(above)),
        _left_out(configuration, above, place, directory, excludes),
        tuple(_entries(configuration.asked, above, excludes)),
        tuple(
            _keyed(layers, "per-file-ignores", each.key) for each in (nearest.ignores if nearest is not None else ()) if each.match(place)
        ),
        tuple(
            Reported(code, names[code], settings.severities.get(code, load(code).severity), origins.get(code, DEFAULT))
            for code in sorted(settings.codes)
        ),
    )


def _files(above: Sequence[Config]) -> Iterator[Read]:
    for number, config in enumerate(reversed(above)):
        counts = "exclude" if number else "all"
        before = ""
        for layer in config.layers:
            yield Read(layer.file.shown, counts, before)
            before = layer.file.shown


def _left_out(configuration: Configuration, above: Sequence[Config], path: str, directory: bool, excludes: Sequence[str]) -> LeftOut | None:
    from keylint.select import excluding

    name = os.path.join(path, "x") if directory else path
    if (always := excluding(name)) is not None:
        return LeftOut(always, "dependencies, build products and generated code always are", DEFAULT)
    if (pattern := excluding(name, excludes)) is not None:
        return LeftOut(pattern, "", "--exclude")
    for config in () if configuration.asked.exclude else above:
        number = config.exclude.which(path) if config.exclude is not None else None
        if number is not None:
            layer = next(layer for layer in config.layers if layer.table.exclude is not None)
            return LeftOut((layer.table.exclude or ())[number], "", layer.file.at(("exclude", number)))
    return None if directory else _not_listed(path)


def _not_listed(path: str) -> LeftOut | None:
    """What is left out whatever the configuration."""
    from keylint.select import is_python_shebang, select

    if os.path.islink(path):
        return LeftOut("", "a symbolic link")
    exists = os.path.isfile(path)
    if language_of(path) is None:
        head = b""
        if exists and not os.path.splitext(path)[1]:
            with open(path, "rb") as file:
                head = file.read(256)
        if not is_python_shebang(head):
            return LeftOut("", "not Swift, TypeScript, JavaScript or Python")
    if exists:
        # As 'keylint check' would come by it: from here, or else from the directory that it is in.
        around = os.path.dirname(path) if os.path.relpath(path).startswith(os.pardir + os.sep) else os.curdir
        if os.path.abspath(path) not in {os.path.abspath(candidate.path) for candidate in select([around]).candidates}:
            return LeftOut("", "git or a .gitignore ignores it")
    return None


def _entries(asked: Asked, above: Sequence[Config], excludes: Sequence[str]) -> Iterator[Entry]:
    """Every key that holds, in the order in which the file's shape has them."""
    from keylint.config.reading import that_choose

    layers = above[-1].layers if above else ()
    choosing = () if asked.select else that_choose(layers)
    yield Entry(("select",), list(asked.select), "--select") if asked.select else _nearest(choosing, "select")
    for layer in choosing:
        if layer.table.extend_select:
            yield Entry(("extend-select",), list(layer.table.extend_select), layer.file.at(("extend-select",)))
    if asked.ignore:
        yield Entry(("ignore",), list(asked.ignore), "--ignore")
    if not asked.ignore or any(layer.table.ignore for layer in choosing):
        yield _nearest(choosing, "ignore")
    for name in ("per-file-ignores", "severity"):
        for key in dict.fromkeys(key for layer in reversed(layers) for key in _raw(layer).get(name, {})):
            yield _keyed(layers, name, key)
    for name, given in (("min-confidence", asked.min_confidence), ("fail-on", asked.fail_on)):
        yield _nearest(layers, name) if given is None else Entry((name,), given, f"--{name}")
    yield _nearest(layers, "require-reason")
    if any(layer.table.baseline is not None for layer in layers):
        yield _nearest(layers, "baseline")
    if asked.exclude:
        yield Entry(("exclude",), list(excludes), "--exclude")
    else:
        stated = [_nearest(config.layers, "exclude") for config in reversed(above) if config.exclude is not None]
        yield from stated or [_nearest((), "exclude")]
    if above:
        for store in above[-1].stores:
            layer = next(layer for layer in layers if any(store.name == own.name for own in layer.stores))
            index = next(index for index, own in enumerate(layer.stores) if own.name == store.name)
            yield Entry(("stores", store.name), None, layer.file.at(("stores", index)))
        for policy in above[-1].policies:
            yield Entry(("policy", policy.name), None, policy.place)


def _raw(layer: Layer) -> dict[str, Any]:
    """The table as it is written."""
    return layer.file.table or {}


def _nearest(layers: Sequence[Layer], name: str) -> Entry:
    """A key's value in the nearest file that states it, or what holds where none does."""
    for layer in layers:
        if name in _raw(layer):
            return Entry((name,), _raw(layer)[name], layer.file.at((name,)))
    return Entry((name,), _UNSAID[name], DEFAULT)


def _keyed(layers: Sequence[Layer], name: str, key: str) -> Entry:
    """An entry of a table, as the nearest file that has it states it."""
    layer = next(layer for layer in layers if key in _raw(layer).get(name, {}))
    return Entry((name, key), _raw(layer)[name][key], layer.file.at((name, key)))


def _severity_origins(layers: Sequence[Layer]) -> dict[str, str]:
    """Where the severity of each rule is stated that has another than its own."""
    best: dict[str, tuple[int, str]] = {}
    for layer in reversed(layers):
        for selector in layer.table.severity:
            narrowness, meant = meaning(selector)
            for code in meant:
                if narrowness >= best.get(code, (-1, ""))[0]:
                    best[code] = narrowness, layer.file.at(("severity", selector))
    return {code: origin for code, (_, origin) in best.items() if code != "KL900"}
