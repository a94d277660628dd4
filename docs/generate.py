"""Writes what the documentation derives from the program: rules, stores, and what a run prints; and the schema of its configuration.

    python docs/generate.py            writes README.md, docs/rules.md, a page a rule, docs/inventory.md, what shells complete, and the
                                       schema of the configuration
    python docs/generate.py --check    says which of them lags, and fails

In README.md and docs/inventory.md the derived parts stand between `<!-- begin NAME -->` and `<!-- end NAME -->`.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import rule_pages
import shell_completion

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHOWN = "keylint check fixtures/apps/swift-sessionkit/before/Sources/SessionKit/TokenStore.swift"
"""The command whose output the README shows."""
LISTED = "keylint inventory fixtures/apps/expo-fieldnotes/before"
"""The command whose output the page on the inventory shows."""


def rule_table() -> str:
    """A row a rule."""
    from keylint.rules.registry import codes

    return "\n".join(rule_pages.table(codes(), "docs/rules"))


def store_table() -> str:
    """A row a store model."""
    from keylint.stores.reading import shipped

    lines = ["| store | languages | facts read from |", "|---|---|---|"]
    for store in shipped():
        spoken = rule_pages.spoken(store.languages)
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
    text = read("README.md")
    for name, content in (("output", output(SHOWN, 1)), ("rules", rule_table()), ("stores", store_table())):
        text = filled(text, name, content)
    from keylint.config.schema import text as schema

    wanted = {
        "README.md": text,
        "docs/rules.md": rule_pages.index(),
        "docs/inventory.md": filled(read("docs/inventory.md"), "output", output(LISTED, 0)),
        "src/keylint/config/schema.json": schema(),
        **{f"docs/rules/{name}": page for name, page in rule_pages.pages().items()},
        **{f"src/keylint/completions/{name}": script for name, script in shell_completion.scripts().items()},
    }
    lagging = [name for name, content in wanted.items() if read(name) != content]
    gone = sorted({f"docs/rules/{name}" for name in os.listdir(os.path.join(ROOT, "docs", "rules"))} - wanted.keys())
    if "--check" in sys.argv[1:]:
        for name in [*lagging, *gone]:
            print(f"{name} lags: run python docs/generate.py")
        return 1 if lagging or gone else 0
    for name in lagging:
        path = os.path.join(ROOT, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(wanted[name])
        print(f"{name} written")
    for name in gone:
        os.remove(os.path.join(ROOT, *name.split("/")))
        print(f"{name} removed")
    return 0


def read(name: str) -> str:
    """The text of a file of the repository, or nothing if it is not there."""
    try:
        with open(os.path.join(ROOT, *name.split("/")), encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
