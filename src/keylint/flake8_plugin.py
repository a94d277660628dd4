"""The flake8 plugin: what the command finds in Python files, under flake8's own selection, `noqa` and output.

flake8 makes one `Plugin` a file, and loads this module in every run: nothing is imported here that a file without a trigger word
does not need.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from keylint import __version__

if TYPE_CHECKING:
    import ast
    from argparse import Namespace

    from keylint.check import Analyzer, FileResult
    from keylint.config.finding import Finder
    from keylint.config.reading import Config
    from keylint.findings import Finding

Report = tuple[int, int, str, type]
"""Row (1-based), column (0-based, in code points), text beginning with the code, and the plugin."""

_UNLOCATED = (1, 0)


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
    _analyzers: ClassVar[dict[str, Analyzer]] = {}
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
        cls._analyzers, cls._finder = {}, None
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
        return [_report(finding, result) for finding in findings]

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

    def _checked(self, text: str, config: Config | None) -> FileResult:
        from keylint.scan import LARGEST

        analyze = self._with_options(config)
        data = self._bytes(text)
        if len(data) > LARGEST:
            return analyze.not_analyzed(self._filename, f"larger than {LARGEST >> 20} MB")
        return analyze.source(self._filename, "python", data)

    @classmethod
    def _with_options(cls, config: Config | None = None) -> Analyzer:
        """The analysis that was asked for. A code that flake8 was given in full is asked for, whatever its group."""
        file = "" if config is None else config.path
        if file not in cls._analyzers:
            from keylint.check import Analyzer, Settings
            from keylint.rules.registry import codes, resolve
            from keylint.stores import catalogue

            known = codes()
            chosen = resolve(cls.selectors) | {code for code in cls.named_codes if code in known}
            stores, policies = ((), ()) if config is None else (config.stores, config.policies)
            settings = Settings(chosen, cls.confidence, noqa=False, stores=stores, policies=policies)
            cls._analyzers[file] = Analyzer(catalogue.load(["python"], stores), settings)
        return cls._analyzers[file]

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


def _report(finding: Finding, result: FileResult) -> tuple[int, int, str]:
    from keylint.reports.terminal import printable

    row, column = _UNLOCATED
    if result.source is not None:
        row, column = result.source.position(finding.span.start)
        column -= 1
    return row, column, f"{finding.code} {printable(finding.message)}"
