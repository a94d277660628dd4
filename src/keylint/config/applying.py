"""What the command line and the configuration files together mean for a file. The command line wins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from keylint.config.finding import ConfigError, Finder, named_contents
from keylint.rules.registry import resolve
from keylint.settings import Settings

if TYPE_CHECKING:
    from keylint.config.reading import Config
    from keylint.settle.baseline import Baseline
    from keylint.stores.model import Store


class Asked(Struct, frozen=True):
    """What the command line says about it; what it leaves open, files decide.

    `select` sets aside whatever files select or ignore, but for `per-file-ignores`. `ignore` comes on top. `exclude` replaces what files
    exclude. `baseline` is the path of the only baseline that counts; where it is empty none does. Without `suppressions`, comments are not
    heard.
    """

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    min_confidence: str | None = None
    fail_on: str | None = None
    exclude: bool = False
    baseline: str | None = None
    suppressions: bool = True


class Configuration:
    """Settings of files: `file` is the only configuration file that counts, if it is named; with `isolated` none does.

    Raises `registry.UnknownSelector` for the command line's selectors and `ConfigError` for files: for the named one at once, for those
    that are found as soon as they are needed.
    """

    def __init__(self, asked: Asked, file: str | None = None, isolated: bool = False) -> None:
        self.asked = asked
        self._finder = Finder()
        self._baselines: dict[str, Baseline] = {}
        self._unconfigured = _settings(asked, None, (), self._baseline(""))
        self._named: Config | None = None
        self._by_config: dict[str, _PerFile] = {}
        self._by_directory: dict[str, Settings] = {}
        self._by_path: dict[str, Settings] = {}
        self._stores: list[tuple[Store, ...]] = []
        self._files_by_directory: dict[str, tuple[str, ...]] = {}
        self._everywhere: tuple[str, ...] | None = () if isolated else None
        if file is not None:
            from keylint.config.reading import read

            # Patterns in a file that may stand anywhere are about what the command was asked about.
            self._named = read(file, named_contents(file), os.getcwd(), everywhere=True)
            self._everywhere = (file,)

    def of(self, path: str) -> Settings:
        """The settings of the file at `path`."""
        return self._by_directory.get(_directory(path)) or self._by_path.get(path) or self._found(path)

    def leaves_out(self, path: str) -> bool:
        """A configuration above the file at `path` excludes it. Those below one that excludes their directory are not even read."""
        if self.asked.exclude:
            return False
        return any(config.exclude is not None and config.exclude.match(path) for config in self.above(path))

    def above(self, path: str) -> Iterator[Config]:
        """The configurations that may exclude the file at `path`, outermost first: the last is the one that holds."""
        return map(self._config, self._files(_directory(path)))

    def baseline_file(self) -> str:
        """The baseline that the configuration of the current directory names, or nothing. Relative where that is shorter."""
        named = [config.baseline for config in self.above("")][-1:]
        return os.path.relpath(named[0]) if named and named[0] else ""

    @property
    def selects(self) -> bool:
        """A rule was selected for some file that was asked about, or would be for one without a configuration."""
        known: Iterable[Settings] = (*self._by_directory.values(), *self._by_path.values())
        return any(settings.codes for settings in known or (self._unconfigured,))

    def _found(self, path: str) -> Settings:
        """The settings of a file of which nothing is known yet. Where all files of its directory have the same, they are kept for that."""
        directory = _directory(path)
        files = self._files(directory)
        if not files:
            self._by_directory[directory] = self._unconfigured
            return self._unconfigured
        known = self._by_config.get(files[-1])
        if known is None:
            known = self._by_config[files[-1]] = self._of_config(self._config(files[-1]))
        found = known.of(path)
        if known.config.ignores:
            self._by_path[path] = found
        else:
            self._by_directory[directory] = found
        return found

    def _files(self, directory: str) -> tuple[str, ...]:
        if self._everywhere is not None:
            return self._everywhere
        known = self._files_by_directory.get(directory)
        if known is None:
            known = self._files_by_directory[directory] = self._finder.files(os.path.abspath(directory))
        return known

    def _config(self, file: str) -> Config:
        return self._finder.config(file) if self._named is None else self._named

    def _of_config(self, config: Config) -> _PerFile:
        # Projects are looked at once for all files whose stores are one object.
        stores = next((known for known in self._stores if known == config.stores), None)
        if stores is None:
            stores = config.stores
            self._stores.append(stores)
        return _PerFile(config, _settings(self.asked, config, stores, self._baseline(config.baseline)))

    def _baseline(self, configured: str) -> Baseline | None:
        """The baseline in the file that the command line names, or else in the one that is `configured`."""
        path = configured if self.asked.baseline is None else self.asked.baseline
        if not path:
            return None
        known = self._baselines.get(path)
        if known is None:
            from keylint.settle.baseline import BadBaseline, load

            try:
                known = self._baselines[path] = load(path)
            except FileNotFoundError:
                raise ConfigError(f"{path}: there is no such baseline; 'keylint baseline' writes one") from None
            except BadBaseline as error:
                raise ConfigError(str(error)) from None
        return known


class _PerFile:
    """The settings of the files of a configuration: the same object for those in which the same entries of `per-file-ignores` hold."""

    def __init__(self, config: Config, settings: Settings) -> None:
        self.config = config
        self._settings = settings
        self._by_entries: dict[tuple[int, ...], Settings] = {(): settings}

    def of(self, path: str) -> Settings:
        """The settings of the file at `path`."""
        ignores = self.config.ignores
        entries = tuple(number for number, each in enumerate(ignores) if each.match(path)) if ignores else ()
        known = self._by_entries.get(entries)
        if known is None:
            codes = self._settings.codes.difference(*(ignores[number].codes for number in entries))
            known = self._by_entries[entries] = replace(self._settings, codes=codes)
        return known


def _settings(asked: Asked, config: Config | None, stores: tuple[Store, ...], baseline: Baseline | None) -> Settings:
    narrowed = bool(asked.select or asked.ignore or asked.min_confidence)
    if config is None:
        return Settings(
            resolve(asked.select, asked.ignore),
            asked.min_confidence or "medium",
            fail_on=asked.fail_on or "warning",
            suppressions=asked.suppressions,
            baseline=baseline,
            narrowed=narrowed,
        )
    table = config.table
    if asked.select:
        codes = resolve(asked.select, asked.ignore)
    else:
        selectors = (*(("default",) if table.select is None else table.select), *table.extend_select)
        codes = resolve(selectors, table.ignore or ()) if selectors else frozenset()
        codes -= resolve(asked.ignore) if asked.ignore else frozenset()
    return Settings(
        codes,
        asked.min_confidence or table.min_confidence or "medium",
        fail_on=asked.fail_on or table.fail_on or "warning",
        stores=stores,
        policies=config.policies,
        severities=config.severities,
        suppressions=asked.suppressions,
        require_reason=bool(table.require_reason),
        baseline=baseline,
        narrowed=narrowed,
    )


def _directory(path: str) -> str:
    return path[: max(path.rfind("/"), path.rfind(os.sep)) + 1]
