"""The documentation as a site: it builds without a warning, every page can be reached, and every link and anchor in it leads somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from keylint.rules.registry import codes

ROOT = Path(__file__).parent.parent


class Page(HTMLParser):
    """What a page links to, what it loads, and what in it can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := given.get(name))}
        if tag == "a" and (href := given.get("href")):
            self.links.add(href)
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload", "preconnect"):
            self.loaded.add(given.get("href") or "")
        elif source := given.get("src"):
            self.loaded.add(source)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the generator. It is installed into an environment of its own, since it needs other versions than keylint's oldest."""
    if sys.version_info < (3, 11):
        pytest.skip("Zensical needs Python 3.11")
    beside = os.path.dirname(sys.executable)
    if shutil.which("zensical", path=beside):
        return beside
    folder = tmp_path_factory.mktemp("tools")
    venv.create(folder, with_pip=True)
    command = [str(folder / "bin" / "pip"), "install", "--quiet", "-r", str(ROOT / "docs" / "requirements.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("Zensical cannot be installed")
    assert done.returncode == 0, done.stderr
    return str(folder / "bin")


def build(root: Path, goal: Path, tools: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "docs" / "build_site.py"), str(goal)]
    environment = {**os.environ, "PATH": os.pathsep.join([tools, os.environ["PATH"]])}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)


@pytest.fixture(scope="module")
def site(tools: str, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    goal = tmp_path_factory.mktemp("site") / "site"
    done = build(ROOT, goal, tools)
    assert done.returncode == 0, done.stdout + done.stderr
    return {path: Page(path) for path in sorted(goal.rglob("*.html"))}


def goals(site: dict[Path, Page]) -> Iterator[tuple[Path, str, Path, str]]:
    """Every link from page to page: where it stands, as it is spelled, the file and the anchor that it means."""
    for path, page in site.items():
        for link in page.links | page.loaded:
            parts = urlsplit(link)
            if path.name != "404.html" and not parts.scheme and not parts.netloc:
                goal = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                yield path, link, goal, unquote(parts.fragment)


def test_links_and_anchors_lead_somewhere(site: dict[Path, Page]) -> None:
    known = {path.resolve(): page for path, page in site.items()}
    for path, link, goal, anchor in goals(site):
        assert goal.is_file(), f"{path.name}: {link}"
        if anchor:
            assert anchor in known[goal].anchors, f"{path.name}: {link}"


def test_every_page_is_linked_from_another(site: dict[Path, Page]) -> None:
    linked = {goal for path, _, goal, _ in goals(site) if goal != path}
    assert {path.name for path in site if path not in linked} == {"404.html"}
    assert {f"{code}.html" for code in codes()} <= {path.name for path in linked}


def test_every_page_stands_in_the_navigation(site: dict[Path, Page]) -> None:
    [start] = [page for path, page in site.items() if path.name == "index.html"]
    pages = {path.name for path in site if path.parent.name != "cases"} - {"404.html", "index.html"}
    assert pages <= {link.rpartition("/")[2] for link in start.links}, "a page is missing in docs/site.yml"


def test_nothing_is_loaded_from_elsewhere(site: dict[Path, Page]) -> None:
    for path, page in site.items():
        assert not [link for link in page.loaded if urlsplit(link).netloc], path.name


def test_code_blocks_are_not_touched(site: dict[Path, Page]) -> None:
    [page] = [path for path in site if path.name == "KL201.html"]
    shown = re.sub("<[^>]*>", "", page.read_text(encoding="utf-8"))
    assert "let status = SecItemAdd(item as CFDictionary, nil)" in shown


def test_a_link_that_leads_nowhere_fails_the_build(tools: str, tmp_path: Path) -> None:
    for name in ("docs", "src", "fixtures", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "docs").unlink()
    (tmp_path / "docs").mkdir()
    for path in (ROOT / "docs").iterdir():
        (tmp_path / "docs" / path.name).symlink_to(path)
    (tmp_path / "docs" / "build_site.py").unlink()
    (tmp_path / "docs" / "build_site.py").write_text((ROOT / "docs" / "build_site.py").read_text(encoding="utf-8"))
    (tmp_path / "docs" / "index.md").unlink()
    (tmp_path / "docs" / "index.md").write_text("# keylint\n\n[Rules](rules.md#no-such-area)\n")
    done = build(tmp_path, tmp_path / "site", tools)
    assert done.returncode != 0, done.stdout
    assert not (tmp_path / "site").exists()
