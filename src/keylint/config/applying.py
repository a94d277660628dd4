"""What the command line and the configuration files together mean for a file. The command line wins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.check import Settings
from keylint.config.finding import Finder, named_contents
from keylint.rules.registry import resolve

if TYPE_CHECKING:
    from keylint.config.reading import Config


class Asked(Struct, frozen=True):
    """What the command line says about it; what it leaves open, files decide.

    `select` sets aside whatever files select or ignore. `ignore` comes on top. `exclude` replaces what files exclude. Without
    `suppressions`, comments are not heard.
    """

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    min_confidence: str | None = None
    fail_on: str | None = None
    exclude: bool = False
    suppressions: bool = True


class Configuration:
    """Settings of files: `file` is the only configuration file that counts, if it is named; with `isolated` none does.

    Raises `registry.UnknownSelector` for the command line's selectors and `ConfigError` for files: for the named one at once, for those
    that are found as soon as they are needed.
    """

    def __init__(self, asked: Asked, file: str | None = None, isolated: bool = False) -> None:
        self._asked = asked
        self._finder = Finder()
        self._unconfigured = self._settings(None)
        self._named: Config | None = None
        self._by_config: dict[str, Settings] = {}
        self._by_directory: dict[str, Settings] = {}
        self._files_by_directory: dict[str, tuple[str, ...]] = {}
        self._everywhere: tuple[str, ...] | None = () if isolated else None
        if file is not None:
            from keylint.config.reading import read

            # Patterns in a file that may stand anywhere are about what the command was asked about.
            self._named = read(file, named_contents(file), os.getcwd())
            self._everywhere = (file,)

    def of(self, path: str) -> Settings:
        """The settings of the file at `path`."""
        directory = _directory(path)
        known = self._by_directory.get(directory)
        if known is None:
            files = self._files(directory)
            known = self._by_directory[directory] = self._of_config(files[-1]) if files else self._unconfigured
        return known

    def leaves_out(self, path: str) -> bool:
        """A configuration above the file at `path` excludes it. Those below one that excludes their directory are not even read."""
        if self._asked.exclude:
            return False
        for file in self._files(_directory(path)):
            exclude = self._config(file).exclude
            if exclude is not None and exclude.match(path):
                return True
        return False

    @property
    def selects(self) -> bool:
        """A rule was selected for some file that was asked about, or would be for one without a configuration."""
        return any(settings.codes for settings in self._by_directory.values() or (self._unconfigured,))

    def _files(self, directory: str) -> tuple[str, ...]:
        if self._everywhere is not None:
            return self._everywhere
        known = self._files_by_directory.get(directory)
        if known is None:
            known = self._files_by_directory[directory] = self._finder.files(os.path.abspath(directory))
        return known

    def _config(self, file: str) -> Config:
        return self._finder.config(file) if self._named is None else self._named

    def _of_config(self, file: str) -> Settings:
        known = self._by_config.get(file)
        if known is None:
            known = self._by_config[file] = self._settings(self._config(file))
        return known

    def _settings(self, config: Config | None) -> Settings:
        asked = self._asked
        if config is None:
            return Settings(
                resolve(asked.select, asked.ignore),
                asked.min_confidence or "medium",
                fail_on=asked.fail_on or "warning",
                suppressions=asked.suppressions,
            )
        table = config.table
        if asked.select:
            codes = resolve(asked.select, asked.ignore)
        else:
            selectors = (*(("default",) if table.select is None else table.select), *table.extend_select)
            codes = resolve(selectors, table.ignore) if selectors else frozenset()
            codes -= resolve(asked.ignore) if asked.ignore else frozenset()
        return Settings(
            codes,
            asked.min_confidence or table.min_confidence or "medium",
            fail_on=asked.fail_on or table.fail_on or "warning",
            stores=config.stores,
            policies=config.policies,
            suppressions=asked.suppressions,
        )


def _directory(path: str) -> str:
    return path[: max(path.rfind("/"), path.rfind(os.sep)) + 1]
