"""Modules of every language by the paths that people see, which need not be relative to the project."""

from __future__ import annotations

import json

from keylint.project.modules import ProjectModules

PLACES = (
    "apps/one/session.ts",
    "apps/two/session.ts",
    "packages/vault/start.ts",
    "tool/app/__init__.py",
    "tool/app/names.py",
    "tool/app/main.py",
    "ios/Package.swift",
    "ios/Sources/Core/A.swift",
    "ios/Sources/Core/B.swift",
    "ios/Sources/App/C.swift",
)
PACKAGE = """
let package = Package(name: "Kit", targets: [.target(name: "Core"), .executableTarget(name: "App", dependencies: ["Core"])])
"""
MANIFESTS = {
    "package.json": {"private": True, "workspaces": ["apps/*", "packages/*"]},
    "apps/one/package.json": {"name": "one", "dependencies": {"@acme/safe": "*"}},
    "apps/two/package.json": {"name": "two", "scripts": {}},
    "packages/vault/package.json": {"name": "@acme/safe", "version": "1", "main": "start.ts"},
}


def read(place: str) -> bytes | None:
    if place == "ios/Package.swift":
        return PACKAGE.encode()
    return json.dumps(MANIFESTS[place]).encode() if place in MANIFESTS else None


MODULES = ProjectModules("/repo", {f"../repo/{place}": place for place in PLACES}, read)


def at(*places: str) -> frozenset[str]:
    return frozenset(f"../repo/{place}" for place in places)


def test_specifiers_lead_to_paths_as_people_see_them() -> None:
    (session,) = at("apps/one/session.ts")
    (main,) = at("tool/app/main.py")
    assert MODULES.module(session, "@acme/safe") == "../repo/packages/vault/start.ts"
    assert MODULES.module(session, "expo-secure-store") is None
    assert MODULES.module(main, "app.names") == "../repo/tool/app/names.py"
    assert MODULES.submodule(main, ".", "names") == "../repo/tool/app/names.py"
    assert MODULES.submodule(session, ".", "names") is None
    assert MODULES.module("elsewhere.ts", "@acme/safe") is None


def test_a_file_that_is_called_otherwise_than_it_lies() -> None:
    assert list(MODULES.spelled("../repo/packages/vault/start.ts")) == ["@acme/safe"]
    assert list(MODULES.spelled("../repo/apps/one/session.ts")) == []
    assert list(MODULES.spelled("../repo/tool/app/main.py")) == []


def test_swift_files_see_their_target_and_what_they_import() -> None:
    core = at("ios/Sources/Core/A.swift", "ios/Sources/Core/B.swift")
    assert list(MODULES.scopes("../repo/ios/Sources/Core/A.swift")) == [core]
    assert MODULES.imported("../repo/ios/Sources/App/C.swift", "Core") == core
    assert MODULES.imported("../repo/ios/Sources/App/C.swift", "Foundation") == frozenset()
    assert MODULES.scopes("../repo/apps/one/session.ts") == ()


def test_files_that_share_an_app() -> None:
    assert MODULES.sharing(at("apps/one/session.ts")) == at("apps/one/session.ts", "packages/vault/start.ts")
    assert MODULES.sharing(at("apps/two/session.ts")) == at("apps/two/session.ts")
    apps = MODULES.apps(at("apps/one/session.ts", "apps/two/session.ts", "packages/vault/start.ts"))
    assert apps["../repo/apps/one/session.ts"] == apps["../repo/packages/vault/start.ts"]
    assert not apps["../repo/apps/one/session.ts"] & apps["../repo/apps/two/session.ts"]
    assert MODULES.apps(at("apps/one/session.ts")) == {}
