"""Swift, TypeScript and JavaScript files under flake8, which knows no file but Python's.

flake8 makes one `FileChecker` a file, whatever the file is, and that parses and tokenizes Python before any plugin is asked. Where the
user's `--filename` patterns take in a language of ours, that class is replaced by a subclass of it, in every process of the run: for files
in these languages it says what the command says, and nothing of flake8's is run on them; for all others it is flake8's own.

Nothing else is replaced. Which files there are, what of the findings is selected, how they are shown and counted stays flake8's.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatch
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from keylint.languages import SUFFIXES, language_of
from keylint.reports.terminal import printable

if TYPE_CHECKING:
    from argparse import Namespace
    from types import ModuleType

    from keylint.check import Result
    from keylint.config.reading import Config
    from keylint.findings import Finding
    from keylint.settings import Settings

STANDARD_INPUT = "-"
REPLACED = "keylint_replaces"
"""The attribute of our class that holds the one in whose place it is."""

_NEEDED = ("__init__", "_make_processor", "run_checks")
_OURS = {suffix: language for suffix, language in SUFFIXES.items() if language != "python"}
_WILDCARD = re.compile(r"[*?\[]")
_EXTENSION = re.compile(r"\.[^./\\]*\Z")
_UNKNOWN = "Not analyzed, so nothing is known about the secrets this file stores"


class CannotTeach(Exception):
    """This flake8 has no such class as is replaced here."""


class Project(NamedTuple):
    """How the files of a directory are configured. Both raise `config.finding.ConfigError`."""

    config: Callable[[str], Config | None]
    settings: Callable[[Config | None], Settings]


class Line(NamedTuple):
    """One line of flake8's output, as flake8 keeps it: `row` is 1-based, `column` 0-based and in code points; `code_line` is searched for
    `# noqa` and shown by `--show-source`."""

    code: str
    row: int
    column: int
    message: str
    code_line: str


def teach(patterns: Sequence[str], project: Project) -> None:
    """Has flake8 check files of our languages that `patterns` take in, from now on; undoes it where they take in none.

    Raises `CannotTeach`.
    """
    checker = import_module("flake8.checker")
    plain = getattr(checker, "FileChecker", None)
    plain = vars(plain).get(REPLACED, plain) if isinstance(plain, type) else None
    files = OtherFiles(patterns, project)
    if files.languages:
        if plain is None or not all(callable(getattr(plain, name, None)) for name in _NEEDED):
            raise CannotTeach(f"flake8 {import_module('flake8').__version__} cannot be taught {', '.join(sorted(files.languages))}")
        plain = _checker(plain, files, import_module("flake8.processor"))
    if plain is not None:
        checker.FileChecker = plain  # type: ignore[attr-defined]


def _checker(plain: Any, files: OtherFiles, processor: ModuleType) -> type:
    class FileChecker(plain):  # type: ignore[misc]
        """flake8's own, except for the files that keylint speaks for."""

        _keylint_file: OtherFile | None = None

        def _make_processor(self) -> Any:
            if (file := files.opened(self.filename, self.options)) is None:
                return super()._make_processor()
            self._keylint_file = file
            return processor.FileProcessor(file.name, self.options, file.lines)

        def run_checks(self) -> Any:
            if self._keylint_file is None:
                return super().run_checks()
            if self.should_process:
                self.results += [tuple(line) for line in files.said_of(self._keylint_file)]
            return self.display_name, self.results, self.statistics

    setattr(FileChecker, REPLACED, plain)
    return FileChecker


class AskedFor(NamedTuple):
    """The `paths` that flake8 was started with, and whether one of them is a directory."""

    paths: tuple[str, ...]
    directory: bool


class OtherFile(NamedTuple):
    """A file that keylint speaks for.

    `name` is what flake8 calls it, `path` where it is, empty for standard input. `data` is `None` where it cannot be read, `lines` are
    empty where it is no text. `asked_for` is the same object for all files of a run.
    """

    name: str
    path: str
    language: str
    data: bytes | None
    lines: list[str]
    asked_for: AskedFor


class OtherFiles:
    """The files that keylint speaks for in one process: those in our languages, without Python, that a `--filename` pattern takes in."""

    def __init__(self, patterns: Sequence[str], project: Project) -> None:
        self._patterns = tuple(patterns)
        self._project = project
        self._suffixes = frozenset(suffix for suffix in _OURS if any(_names(pattern, suffix) for pattern in patterns) or not patterns)
        self._words: dict[str, tuple[bytes, ...]] = {}
        self._standard_input: bytes | None = None
        self._asked: tuple[object, AskedFor] | None = None
        self._run: tuple[AskedFor, _Run | str] | None = None

    @property
    def languages(self) -> frozenset[str]:
        """The languages of ours in which there can be such files."""
        open_ended = any(_WILDCARD.search(pattern) and not _EXTENSION.search(pattern) for pattern in self._patterns)
        return frozenset(_OURS.values() if open_ended else (_OURS[suffix] for suffix in self._suffixes))

    def opened(self, filename: str, options: Namespace) -> OtherFile | None:
        """The file that flake8 calls `filename`, if keylint speaks for it. It is read as keylint reads it, not as Python would be."""
        stdin = filename == STANDARD_INPUT
        name = (options.stdin_display_name or "stdin") if stdin else filename
        language = language_of(name)
        # flake8 can be given other patterns after its options were parsed, when it is called from Python.
        if language is None or language == "python" or tuple(options.filename) != self._patterns or not self._take_in(name):
            return None
        data = self._stdin() if stdin else _contents(filename)
        return OtherFile(name, "" if stdin else filename, language, data, _lines(name, data, language), self._asked_for(options.filenames))

    def said_of(self, file: OtherFile) -> list[Line]:
        """What keylint says of `file`. A failure is said like a finding: an exception would end flake8's whole run."""
        from keylint.config.finding import ConfigError

        try:
            config = self._project.config(os.path.dirname(file.name))
            mentioned = file.data is None or self._mention_a_store(file.data, file.language, config)
            if file.path:
                # A directory is looked at whole. Where only files are named, those without any word of a store cost one search each.
                if mentioned or file.asked_for.directory:
                    return self._said_in_run(file, mentioned)
                return []
            return self._said_of_text(file, config) if mentioned else []
        except ConfigError as error:
            return [_unknown(str(error))]
        except Exception as error:
            return [_unknown(_told(error))]

    def _said_of_text(self, file: OtherFile, config: Config | None) -> list[Line]:
        from keylint.check import check_text

        path = os.path.normpath(file.name)
        result = check_text(path, file.language, file.data or b"", self._project.settings(config))
        return [_line(finding, result) for finding in _all(result) if finding.path == path]

    def _said_in_run(self, file: OtherFile, mentioned: bool) -> list[Line]:
        if file.data is None and file.path in file.asked_for.paths and not os.path.exists(file.path):
            return [_unknown("No such file or directory")]
        if self._run is None or self._run[0] is not file.asked_for:
            self._run = file.asked_for, self._checked(file.asked_for.paths)
        run = self._run[1]
        if isinstance(run, str):
            return [_unknown(run)] if mentioned else []
        return [_line(finding, run.result) for finding in run.found.get(os.path.abspath(file.path), ())]

    def _asked_for(self, names: Sequence[str] | None) -> AskedFor:
        # It is asked once a file, and there can be as many names as files.
        if self._asked is None or self._asked[0] is not names:
            paths = tuple(names or (os.curdir,))
            self._asked = names, AskedFor(paths, any(os.path.isdir(path) for path in paths))
        return self._asked[1]

    def _checked(self, asked_for: Sequence[str]) -> _Run | str:
        """What the command says of the paths that flake8 was started with, or why it says nothing."""
        from keylint.check import check_paths

        paths = [path for path in asked_for if os.path.isdir(path) or (os.path.exists(path) and self._take_in(path))]
        try:
            result = check_paths(paths, _Configured(self._project, self.languages))
        except Exception as error:
            return _told(error)
        found: dict[str, list[Finding]] = {}
        for finding in _all(result):
            found.setdefault(os.path.abspath(finding.path), []).append(finding)
        return _Run(result, found)

    def _take_in(self, path: str) -> bool:
        """A pattern matches `path`, or names its suffix: files that are named are checked wherever they are."""
        suffix = os.path.splitext(path)[1].lower()
        if suffix not in _OURS:
            return False
        return suffix in self._suffixes or any(
            fnmatch(spelled, pattern) for spelled in (path, os.path.basename(path), os.path.abspath(path)) for pattern in self._patterns
        )

    def _mention_a_store(self, data: bytes, language: str, config: Config | None) -> bool:
        from keylint.scan import mentions

        if language not in self._words:
            from keylint.stores.words import trigger_words

            self._words[language] = tuple(word.encode() for word in trigger_words(language))
        stores = () if config is None else config.stores
        declared = (word.encode() for store in stores if language in store.languages for word in store.words)
        return mentions(data, (*self._words[language], *declared))

    def _stdin(self) -> bytes:
        if self._standard_input is None:
            self._standard_input = sys.stdin.buffer.read()
        return self._standard_input


class _Run(NamedTuple):
    """What was found in one run, and that by absolute path."""

    result: Result
    found: Mapping[str, Sequence[Finding]]


class _Configured:
    """The settings of files, as `check_paths` asks for them. Only files in `languages` are looked at."""

    def __init__(self, project: Project, languages: frozenset[str]) -> None:
        self._project = project
        self._languages = languages
        self._known: dict[str, Settings] = {}

    def of(self, path: str) -> Settings:
        """The settings of the file at `path`. Where its configuration is wrong, which is said of each such file, nothing is declared."""
        from keylint.config.finding import ConfigError

        directory = os.path.dirname(path)
        if directory not in self._known:
            try:
                self._known[directory] = self._project.settings(self._project.config(directory))
            except ConfigError:
                self._known[directory] = self._project.settings(None)
        return self._known[directory]

    def leaves_out(self, path: str) -> bool:
        """The file is in none of the languages. flake8's exclusions are no reason: what an excluded file says of others still counts."""
        return language_of(path) not in self._languages


def _names(pattern: str, suffix: str) -> bool:
    """The end of `pattern`, from its last dot on, stands for `suffix`."""
    extension = _EXTENSION.search(pattern)
    return extension is not None and fnmatch(suffix, extension[0].lower())


def _contents(path: str) -> bytes | None:
    from keylint.scan import NotRead, read

    try:
        return read(path)
    except (FileNotFoundError, NotRead):
        return None


def _lines(name: str, data: bytes | None, language: str) -> list[str]:
    """The lines of a file, for what flake8 counts and for its `# flake8: noqa`; none where it is no text."""
    from keylint.source import Source, UndecodableSource

    try:
        text = Source.decode(name, data or b"", language).data.decode()
    except UndecodableSource:
        return []
    return list(io.StringIO(text, newline=None))


def _all(result: Result) -> list[Finding]:
    """The findings. What could not be analyzed is among them whichever rules run; flake8's own selection may still hide it."""
    return list(dict.fromkeys((*result.findings, *result.incomplete)))


def _line(finding: Finding, result: Result) -> Line:
    source = result.sources.get(finding.path)
    if source is None or finding.code == "KL900":
        return _unlocated(finding.code, printable(finding.message))
    row, column = source.position(finding.span.start)
    return Line(finding.code, row, column - 1, printable(finding.message), "".join(map(_shown, source.line(row))) + "\n")


def _shown(character: str) -> str:
    """As `--show-source` may show it. One character stays one: flake8 counts them to put its caret below the column."""
    return character if character == "\t" or printable(character) == character else "\N{REPLACEMENT CHARACTER}"


def _unknown(why: str) -> Line:
    return _unlocated("KL900", f"{_UNKNOWN}: {printable(why)}")


def _unlocated(code: str, message: str) -> Line:
    # Its line of code is empty: a comment in the first line is not about the whole file.
    return Line(code, 1, 0, message, "\n")


def _told(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
