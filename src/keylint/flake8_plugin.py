"""The flake8 plugin: what the command finds, under flake8's own selection, `noqa` and output.

flake8 makes one `Plugin` a Python file, and loads this module in every run: nothing is imported here that a file without a trigger word
does not need. Files in other languages, which flake8 has to be taught first, are the affair of `flake8_files`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from keylint import __version__

if TYPE_CHECKING:
    import ast
    from argparse import Namespace

    from keylint.check import Result
    from keylint.config.finding import Finder
    from keylint.config.reading import Config
    from keylint.findings import Finding
    from keylint.settings import Settings

Report = tuple[int, int, str, type]
"""Row (1-based), column (0-based, in code points), text beginning with the code, and the plugin."""

_UNLOCATED = (1, 0)
_OTHER_FILES = "keylint.flake8_files"


class Plugin:
    """Checks one file.

    flake8 hands options to the class, not to an object, and runs the class method in each process that it starts afresh: what was
    asked for therefore lives in class attributes, written once, before any file is checked.
    """

    name = "keylint"
    version = __version__

    selectors: tuple[str, ...] = ()
    named_codes: tuple[str, ...] = ()
    confidence = "medium"
    _words: tuple[str, ...] = ()
    _settings: ClassVar[dict[str, Settings]] = {}
    _results: ClassVar[dict[tuple[str, str], tuple[Result, frozenset[str]]]] = {}
    _finder: Finder | None = None

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        # `tree` is what makes flake8 call this once a file; its byte columns and lost comments make it no use here.
        self._filename = filename
        self._lines = lines

    @staticmethod
    def add_options(option_manager: Any) -> None:
        """Declares the options."""
        option_manager.add_option(
            "--keylint-select",
            metavar="SELECTORS",
            default="",
            comma_separated_list=True,
            parse_from_config=True,
            help="keylint rules to run: codes, prefixes, names, groups (default, strict, contracts) or 'all'. "
            "flake8's --select and --ignore then choose among what they find. (Default: default)",
        )
        option_manager.add_option(
            "--keylint-min-confidence",
            metavar="LEVEL",
            default="medium",
            parse_from_config=True,
            help="how sure a keylint finding must be: low, medium or high (Default: %(default)s)",
        )

    @classmethod
    def parse_options(cls, option_manager: Any, options: Namespace, filenames: Sequence[str]) -> None:
        """Takes the options over, and refuses mistaken ones as flake8 refuses its own."""
        cls.selectors = tuple(selector.strip() for selector in options.keylint_select if selector.strip())
        cls.confidence = options.keylint_min_confidence.strip().lower()
        asked = (*(options.select or ()), *(getattr(options, "extend_select", None) or ()))
        cls.named_codes = tuple(code for code in asked if code.startswith("KL") and len(code) == len("KL101"))
        cls._settings, cls._results, cls._finder = {}, {}, None
        if cls.selectors:
            from keylint.rules.registry import UnknownSelector, resolve

            try:
                resolve(cls.selectors)
            except UnknownSelector as error:
                option_manager.parser.error(f"--keylint-select: {error}")
        if cls.confidence not in ("low", "medium", "high"):
            option_manager.parser.error(f"--keylint-min-confidence: {cls.confidence!r} is none of low, medium, high")
        from keylint.config.finding import ConfigError

        try:
            cls._config("")
        except ConfigError as error:
            option_manager.parser.error(f"keylint: {error}")
        if _beyond_python(options.filename) or _OTHER_FILES in sys.modules:
            from keylint.flake8_files import CannotTeach, Project, teach

            try:
                teach(options.filename, Project(cls._config, cls._with_options))
            except CannotTeach as error:
                option_manager.parser.error(f"keylint: --filename: {error}")

    def run(self) -> Iterator[Report]:
        """What is wrong with the file. A failure is reported like a finding: an exception would end flake8's whole run."""
        from keylint.config.finding import ConfigError

        try:
            reports = self._reports()
        except ConfigError as error:
            reports = [(*_UNLOCATED, f"KL900 Not analyzed, so nothing is known about the secrets this file stores: {error}")]
        except Exception as error:
            text = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            reports = [(*_UNLOCATED, f"KL900 Not analyzed, so nothing is known about the secrets this file stores: {text}")]
        for row, column, text in reports:
            yield row, column, text, type(self)

    def _reports(self) -> list[tuple[int, int, str]]:
        text = "".join(self._lines)
        config = self._config(os.path.dirname(self._filename))
        if not self._trigger(text, config):
            return []
        result = self._checked(text, config)
        # What could not be analyzed is reported whichever rules run; flake8's own selection may still hide it.
        findings = dict.fromkeys((*result.findings, *result.incomplete))
        return [_report(finding, result) for finding in findings if os.path.abspath(finding.path) == self._place()]

    @classmethod
    def _config(cls, directory: str) -> Config | None:
        """The configuration of the files in `directory`, for the stores and the policy that it declares."""
        if cls._finder is None:
            from keylint.config.finding import Finder

            cls._finder = Finder()
        return cls._finder.nearest(directory)

    @classmethod
    def _trigger(cls, text: str, config: Config | None) -> bool:
        if not cls._words:
            from keylint.stores.words import trigger_words

            cls._words = trigger_words("python")
        declared = [] if config is None else [word for store in config.stores if "python" in store.languages for word in store.words]
        return any(word in text for word in (*cls._words, *declared))

    def _path(self) -> str:
        return os.path.normpath(self._filename)

    def _place(self) -> str:
        return os.path.abspath(self._filename)

    def _checked(self, text: str, config: Config | None) -> Result:
        """What the project of this file says of it: looked at once for all its files that are on the disk as flake8 has them."""
        from keylint.check import check_project, check_text

        settings = self._with_options(config)
        data = self._bytes(text)
        if not self._is_on_disk(data):
            return check_text(self._path(), "python", data, settings)
        from keylint.project.roots import project_root

        key = project_root(self._filename), "" if config is None else config.path
        if key not in self._results:
            self._results[key] = check_project(key[0], "python", settings)
        result, places = self._results[key]
        # A file that is never looked for, such as one in a virtual environment, was named all the same.
        return result if self._place() in places else check_text(self._path(), "python", data, settings)

    def _is_on_disk(self, data: bytes) -> bool:
        try:
            with open(self._filename, "rb") as file:
                raw = file.read()
        except OSError:
            return False
        mark = b"\xef\xbb\xbf"
        return raw == data or raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removeprefix(mark) == data.removeprefix(mark)

    @classmethod
    def _with_options(cls, config: Config | None) -> Settings:
        """What was asked for. A code that flake8 was given in full is asked for, whatever its group."""
        file = "" if config is None else config.path
        if file not in cls._settings:
            from keylint.rules.registry import codes, resolve
            from keylint.settings import Settings

            known = codes()
            chosen = resolve(cls.selectors) | {code for code in cls.named_codes if code in known}
            stores, policies = ((), ()) if config is None else (config.stores, config.policies)
            cls._settings[file] = Settings(chosen, cls.confidence, noqa=False, stores=stores, policies=policies)
        return cls._settings[file]

    def _bytes(self, text: str) -> bytes:
        """The file as the command would read it.

        flake8 has decoded it already, and takes a file that is not in the encoding it claims for Latin-1: of such a file the bytes are
        needed, to say so. Everything else (also standard input, under whatever name) is what flake8 says it is.
        """
        if not text.isascii() and max(text) <= "\xff":
            try:
                with open(self._filename, "rb") as file:
                    raw = file.read()
            except (OSError, ValueError):
                raw = b""
            as_latin = raw.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
            if as_latin.removeprefix("\xef\xbb\xbf") == text:
                return raw
        # The mark says UTF-8 over any coding cookie, which is about the bytes that flake8 has decoded.
        return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def _beyond_python(patterns: Sequence[str]) -> bool:
    """Files that flake8 finds by the `--filename` patterns may be in another language. No pattern takes in every file."""
    return not patterns or any(not pattern.endswith((".py", ".pyi")) for pattern in patterns)


def _report(finding: Finding, result: Result) -> tuple[int, int, str]:
    from keylint.reports.terminal import printable

    row, column = _UNLOCATED
    if finding.path in result.sources:
        row, column = result.sources[finding.path].position(finding.span.start)
        column -= 1
    return row, column, f"{finding.code} {printable(finding.message)}"
