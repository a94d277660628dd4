"""Builds the documentation as a site.

    pip install -e . -r tests/requirements.txt -r docs/requirements.txt
    python docs/build_site.py [FOLDER]    builds it into FOLDER (default: site)
    python -m http.server -d site         shows it; without a server all but the search works

The documentation is read in two ways: as files of the repository, where a link to `../README.md` works, and as a site, which has only
what it is made of. So the site gets those files that pages link to as well; a link to what is no page (source code, a folder) is left as
its words.
The generator is Zensical.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import rule_pages
import yaml

ROOT = Path(__file__).parent.parent
OUTSIDE = {"README.md": "readme.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Files of the repository that are pages of the site, and where in the site. The rules' fixtures are, too."""
_LINK = re.compile(
    r"(?P<code>^```.*?^```|`[^`\n]*`)|\[(?P<words>[^\]\n]*)\]\((?P<path>[^)#\s]+)(?P<fragment>#[^)\s]*)?\)", re.DOTALL | re.MULTILINE
)


def main() -> int:
    """Builds the site, and returns the generator's exit status, which is not 0 if a link leads nowhere."""
    sys.path.insert(0, str(ROOT / "src"))  # the rules of this checkout, whatever is installed
    goal = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site").absolute()
    with TemporaryDirectory() as name:
        folder = Path(name)
        stage(folder)
        done = subprocess.run([generator(), "build", "--strict"], cwd=folder, check=False)
        if done.returncode == 0:
            shutil.rmtree(goal, ignore_errors=True)
            shutil.copytree(folder / "site", goal)
    return done.returncode


def generator() -> str:
    """The program that builds the site: beside this Python, else on the PATH."""
    found = shutil.which("zensical", path=os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]))
    if found is None:
        raise SystemExit("there is no zensical: pip install -r docs/requirements.txt")
    return found


def stage(folder: Path) -> None:
    """Writes what the generator reads: the pages, with links from page to page, and the configuration."""
    places = pages()
    for path, place in places.items():
        target = folder / "docs" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page(path, places), encoding="utf-8")
    shutil.copy(ROOT / "docs" / "site.css", folder / "docs")
    configuration = yaml.safe_load((ROOT / "docs" / "site.yml").read_text(encoding="utf-8"))
    configuration["nav"] = [{"Rules": rules()} if entry == {"Rules": "rules.md"} else entry for entry in configuration["nav"]]
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(configuration, sort_keys=False), encoding="utf-8")


def pages() -> dict[str, str]:
    """Every file that is a page, by path from the root, and its place in the site."""
    own = [file.relative_to(ROOT).as_posix() for file in sorted((ROOT / "docs").rglob("*.md"))]
    cases = [file.relative_to(ROOT).as_posix() for file in sorted((ROOT / "fixtures" / "rules").glob("*.md"))]
    return {
        **{path: path.removeprefix("docs/") for path in own},
        **OUTSIDE,
        **{path: f"cases/{posixpath.basename(path)}" for path in cases},
    }


def rules() -> list[object]:
    """The navigation beneath `Rules`: the list, and the rules' own pages by area."""
    codes = [file.stem for file in sorted((ROOT / "docs" / "rules").glob("*.md"))]
    areas: list[object] = [
        {rule_pages.AREAS.get(area, area): [f"rules/{code}.md" for code in found]} for area, found in groupby(codes, rule_pages.area_of)
    ]
    return [{"All rules": "rules.md"}, *areas]


def page(path: str, places: dict[str, str]) -> str:
    """The text of a page as the site has it."""
    text = (ROOT / path).read_text(encoding="utf-8")
    place = places[path]
    if place.startswith("cases/"):
        code = posixpath.basename(place).partition("-")[0]
        text = text.replace("\n", f"\n\n[The rule](../../docs/rules/{code}.md)\n", 1)
        # Code that repeats itself; the rule's page is what is looked for.
        text = f"---\nsearch:\n  exclude: true\n---\n{text}"
    return _LINK.sub(_linking(path, place, places), text)


def _linking(path: str, place: str, places: dict[str, str]) -> Callable[[re.Match[str]], str]:
    def link(match: re.Match[str]) -> str:
        if match["code"] is not None or "://" in match["path"]:
            return match[0]
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(path), match["path"]))
        if goal in places:
            return f"[{match['words']}]({posixpath.relpath(places[goal], posixpath.dirname(place))}{match['fragment'] or ''})"
        return match["words"] if os.path.exists(ROOT / goal) else match[0]

    return link


if __name__ == "__main__":
    sys.exit(main())
