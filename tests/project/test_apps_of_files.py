"""Which apps files are part of: two of a repository have nothing in common, and what is part of a larger one is none."""

from __future__ import annotations

from keylint.project.modules import ProjectModules

APP = b'{"name": "%s", "dependencies": {"expo": "1", "shared": "*"}}'
PACKAGE = (
    b'let package = Package(name: "Kit", targets: [.target(name: "Kit"), .target(name: "Ui", dependencies: ["Kit"]), '
    b'.testTarget(name: "KitTests", dependencies: ["Kit"])])'
)


def apps(manifests: dict[str, bytes], *paths: str) -> dict[str, set[str]]:
    modules = ProjectModules("", {path: path for path in paths}, manifests.get)
    return {path: set(found) for path, found in modules.apps(paths).items()}


def test_apps_of_one_repository_share_what_both_depend_on() -> None:
    manifests = {
        "package.json": b'{"workspaces": ["apps/*", "shared"]}',
        "apps/one/package.json": APP % b"one",
        "apps/two/package.json": APP % b"two",
        "shared/package.json": b'{"name": "shared", "dependencies": {"react": "1"}}',
    }
    assert apps(manifests, "apps/one/a.ts", "apps/two/a.ts", "shared/a.ts") == {
        "apps/one/a.ts": {"npm one apps/one"},
        "apps/two/a.ts": {"npm two apps/two"},
        "shared/a.ts": {"npm one apps/one", "npm two apps/two"},
    }


def test_targets_of_one_package_are_one_app() -> None:
    assert apps({"Package.swift": PACKAGE}, "Sources/Kit/a.swift", "Sources/Ui/b.swift", "Tests/KitTests/c.swift") == {}


def test_files_without_manifests_are_one_app() -> None:
    assert apps({}, "a.py", "b/c.py") == {}
