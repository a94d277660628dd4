"""Writes what the documentation derives from the program: rules, stores, and what a run prints; and the schema of its configuration.

    python docs/generate.py            writes README.md, docs/rules.md, docs/inventory.md and src/keylint/config/schema.json
    python docs/generate.py --check    says which of them lags, and fails

In README.md and docs/inventory.md the derived parts stand between `<!-- begin NAME -->` and `<!-- end NAME -->`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LANGUAGES = {"swift": "Swift", "typescript": "TypeScript", "python": "Python"}
SHOWN = "keylint check fixtures/apps/swift-sessionkit/before/Sources/SessionKit/TokenStore.swift"
"""The command whose output the README shows."""
LISTED = "keylint inventory fixtures/apps/expo-fieldnotes/before"
"""The command whose output the page on the inventory shows."""


def rule_table() -> str:
    """A row a rule."""
    from keylint.rules.registry import codes, groups, load, page

    lines = ["| code | name | severity | languages | reported is |", "|---|---|---|---|---|"]
    of = groups()
    for code, name in codes().items():
        rule = load(code)
        summary = page(code).splitlines()[0].rstrip(".")
        severity = rule.severity if of[code] == "default" else f"{rule.severity} ({of[code]})"
        spoken = ", ".join(LANGUAGES[language] for language in rule.languages)
        lines.append(f"| [{code}](docs/rules.md#{anchor(code, name)}) | `{name}` | {severity} | {spoken} | {summary} |")
    return "\n".join(lines)


def store_table() -> str:
    """A row a store model."""
    from keylint.stores.reading import shipped

    lines = ["| store | languages | facts read from |", "|---|---|---|"]
    for store in shipped():
        spoken = ", ".join(LANGUAGES[language] for language in store.languages)
        lines.append(f"| {store.title} (`{store.name}`) | {spoken} | {store.source} |")
    return "\n".join(lines)


def output(shown: str, status: int) -> str:
    """A command and what it prints, which ends with that status."""
    environment = {**os.environ, "PYTHONPATH": os.path.join(ROOT, "src"), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", *shlex.split(shown)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode != status or done.stderr:
        raise SystemExit(f"{shown}: exit status {done.returncode}: {done.stderr.decode()}")
    return f"```console\n$ {shown}\n{done.stdout.decode()}```"


def rule_pages() -> str:
    """Every rule's page."""
    from keylint.rules.registry import codes, groups, load, page

    parts = [
        "# Rules\n\nWritten by `docs/generate.py` from the rules' own words, which `keylint explain CODE` prints too. "
        "The fixture of a rule lists what it reports and what it does not, case by case.\n"
    ]
    of = groups()
    for code, name in codes().items():
        rule = load(code)
        spoken = ", ".join(LANGUAGES[language] for language in rule.languages)
        fixture = f"[fixture](../fixtures/rules/{code}-{name}.md)"
        facts = f"Severity {rule.severity}; group {of[code]}; {spoken}; {fixture}."
        parts.append(f"## {code} {name}\n\n{facts}\n\n" + "\n".join(demoted(page(code))) + "\n")
    return "\n".join(parts)


def configuration_schema() -> dict[str, str]:
    """The schema of `keylint.toml`, by the path of the file."""
    from keylint.config.schema import text
    from keylint.config.shipped import WRITTEN

    return {WRITTEN: text()}


def anchor(code: str, name: str) -> str:
    """The fragment that a heading `CODE name` gets."""
    return f"{code.lower()}-{name}"


def demoted(text: str) -> Iterator[str]:
    """Lines of Markdown with headings one level down, code blocks as they are."""
    code = False
    for line in text.strip().splitlines():
        code ^= line.startswith("```")
        yield f"#{line}" if line.startswith("#") and not code else line


def filled(text: str, name: str, content: str) -> str:
    """`text` with `content` between the marks called `name`."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"no part is called {name}")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{content}\n{end}{after}"


def main() -> int:
    """Writes or compares."""
    sys.path.insert(0, os.path.join(ROOT, "src"))
    readme, rules, inventory = (os.path.join(ROOT, *path) for path in (("README.md",), ("docs", "rules.md"), ("docs", "inventory.md")))
    text = read(readme)
    for name, content in (("output", output(SHOWN, 1)), ("rules", rule_table()), ("stores", store_table())):
        text = filled(text, name, content)
    wanted = {readme: text, rules: rule_pages(), inventory: filled(read(inventory), "output", output(LISTED, 0))}
    wanted |= configuration_schema()
    lagging = [path for path, content in wanted.items() if read(path) != content]
    for path in lagging:
        name = os.path.relpath(path, ROOT)
        if "--check" in sys.argv[1:]:
            print(f"{name} lags: run python docs/generate.py")
            continue
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(wanted[path])
        print(f"{name} written")
    return 1 if lagging and "--check" in sys.argv[1:] else 0


def read(path: str) -> str:
    """A file's text, or nothing if it is not there."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
