"""What a project is made of, and which of its files ship together."""

from __future__ import annotations

from typing import ClassVar

import pytest
from project_trees import Files, with_manifests

from keylint.project import Project, Unit


def unit(path: str, manifests: Files, others: str = "") -> Unit:
    return with_manifests(f"{path} {others}", manifests).unit_of(path)


def shared(first: str, second: str, manifests: Files, others: str = "") -> bool:
    project = with_manifests(f"{first} {second} {others}", manifests)
    assert project.share_app(first, second) == project.share_app(second, first)
    return project.share_app(first, second)


def npm(name: str, *wanted: str, **fields: object) -> dict[str, object]:
    return {"name": name, "version": "1", "dependencies": dict.fromkeys(wanted, "*"), **fields}


def swift(name: str, *places: str) -> str:
    packages = ", ".join(f'.package(path: "{place}")' for place in places)
    return f'Package(name: "{name}", dependencies: [{packages}], targets: [.target(name: "{name}")])'


class TestUnitOf:
    def test_without_a_manifest_all_is_one(self) -> None:
        project = with_manifests("a/b.py c.ts d/e.swift", {}, root="/home/me/thing/")
        assert {project.unit_of(path) for path in project.tree.paths} == {Unit("", "folder", "thing")}
        assert project.share_app("a/b.py", "d/e.swift")

    @pytest.mark.parametrize("manifest", ["pyproject.toml", "setup.py"])
    def test_python(self, manifest: str) -> None:
        text = {"pyproject.toml": '[project]\nname = "My.App"', "setup.py": "from setuptools import setup\nsetup(\n    name='My.App',\n)"}
        assert unit("a/src/b.py", {f"a/{manifest}": text[manifest]}) == Unit("a", "python", "My.App")

    def test_setup_cfg_counts_if_it_describes_a_distribution(self) -> None:
        assert unit("a/b.py", {"a/setup.cfg": "[metadata]\nname = x\n"}) == Unit("a", "python", "x")
        assert unit("a/b.py", {"a/setup.cfg": "[flake8]\nmax-line-length = 100\n"}).kind == "folder"

    def test_the_innermost_manifest_of_the_language_counts(self) -> None:
        manifests: Files = {"pyproject.toml": '[project]\nname = "p"', "web/package.json": npm("web"), "package.json": npm("root")}
        assert unit("web/tool/a.py", manifests) == Unit("", "python", "p")
        assert unit("web/tool/a.ts", manifests) == Unit("web", "npm", "web")
        assert unit("tool/a.ts", manifests) == Unit("", "npm", "root")

    def test_a_file_in_no_unit_of_its_language_is_in_what_holds_it(self) -> None:
        assert unit("web/tool/a.py", {"web/package.json": npm("web")}) == Unit("web", "npm", "web")
        assert unit("docs/a.js", {"pyproject.toml": '[project]\nname = "p"'}) == Unit("", "python", "p")

    @pytest.mark.parametrize("stub", [{"type": "module"}, {"name": "src"}, {"name": "x", "main": "a.js"}, {}, []])
    def test_a_stub_is_no_package(self, stub: object) -> None:
        assert unit("src/a.ts", {"package.json": npm("app"), "src/package.json": stub}) == Unit("", "npm", "app")

    def test_beside_a_package_there_may_be_an_app(self) -> None:
        manifests: Files = {"Package.swift": swift("Kit"), "Kit.xcodeproj/project.pbxproj": ""}
        assert unit("Sources/Kit/A.swift", manifests) == Unit("Sources/Kit", "swift-package", "Kit")
        assert unit("App/A.swift", manifests, "Sources/Kit/A.swift") == Unit("", "xcode", "Kit")

    def test_xcode_projects_are_not_seen_where_directories_cannot_be_listed(self) -> None:
        manifests = {"p/package.json": b'{"name": "p", "version": "1"}', "ios/A.xcodeproj/project.pbxproj": b""}
        project = Project("/x", ["ios/A.swift", "p/a.ts"], manifests.get)
        assert project.unit_of("ios/A.swift").kind == "folder"
        assert project.unit_of("p/a.ts") == Unit("p", "npm", "p")


class TestNpm:
    WORKSPACE: ClassVar[Files] = {
        "package.json": {"name": "root", "private": True, "workspaces": ["apps/*", "packages/*"]},
        "apps/mobile/package.json": npm("mobile", "core"),
        "apps/admin/package.json": npm("admin", "ui", devDependencies={"tools": "*"}),
        "packages/core/package.json": npm("core", "keys"),
        "packages/keys/package.json": npm("keys"),
        "packages/ui/package.json": npm("ui"),
        "packages/tools/package.json": npm("tools"),
    }

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            ("apps/mobile/a.ts", "apps/mobile/src/b.ts", True),
            ("apps/mobile/a.ts", "packages/core/a.ts", True),
            ("apps/mobile/a.ts", "packages/keys/a.ts", True),
            ("packages/keys/a.ts", "packages/core/a.ts", True),
            ("packages/keys/a.ts", "packages/ui/a.ts", False),
            ("apps/mobile/a.ts", "apps/admin/a.ts", False),
            ("apps/mobile/a.ts", "packages/ui/a.ts", False),
            ("apps/mobile/a.ts", "index.ts", False),
            ("apps/admin/a.ts", "packages/tools/a.ts", True),
            ("packages/ui/a.ts", "packages/tools/a.ts", False),
        ],
    )
    def test_a_workspace(self, first: str, second: str, expected: bool) -> None:
        everywhere = " ".join(f"{path.rpartition('/')[0]}/x.ts".lstrip("/") for path in self.WORKSPACE)
        assert shared(first, second, self.WORKSPACE, everywhere) == expected

    def test_two_dependencies_of_one_app(self) -> None:
        manifests: Files = {**self.WORKSPACE, "apps/mobile/package.json": npm("mobile", "core", "ui")}
        assert shared("packages/keys/a.ts", "packages/ui/a.ts", manifests, "apps/mobile/a.ts packages/core/a.ts")

    def test_circles(self) -> None:
        manifests: Files = {**self.WORKSPACE, "packages/keys/package.json": npm("keys", "core", "keys")}
        assert shared("packages/keys/a.ts", "packages/core/a.ts", manifests)
        assert not shared("packages/keys/a.ts", "packages/ui/a.ts", manifests, "packages/core/a.ts")

    def test_examples_of_one_library_share_nothing_but_the_library(self) -> None:
        manifests: Files = {
            "package.json": npm("lib"),
            "example/package.json": npm("lib-example"),
            "examples/bare/package.json": npm("bare", "lib"),
            "functions/package.json": npm("functions"),
        }
        assert shared("src/a.ts", "example/a.ts", manifests)
        assert shared("src/a.ts", "examples/bare/a.ts", manifests)
        assert not shared("example/a.ts", "examples/bare/a.ts", manifests, "src/a.ts")
        assert not shared("src/a.ts", "functions/a.ts", manifests)

    def test_native_code_belongs_to_the_package_that_holds_it(self) -> None:
        manifests: Files = {
            **self.WORKSPACE,
            "apps/mobile/ios/Mobile.xcodeproj/project.pbxproj": "",
            "apps/admin/ios/Admin.xcodeproj/project.pbxproj": "",
        }
        swift_file, there = "apps/mobile/ios/Mobile/A.swift", "apps/mobile/index.ts apps/admin/index.ts apps/admin/ios/B.swift"
        assert shared("apps/mobile/src/a.ts", swift_file, manifests, there)
        assert shared("packages/keys/a.ts", swift_file, manifests, f"{there} packages/core/a.ts")
        assert not shared("packages/ui/a.ts", swift_file, manifests, there)
        assert not shared("apps/admin/ios/B.swift", swift_file, manifests, there)
        assert not shared("apps/admin/index.ts", swift_file, manifests, there)


class TestSwift:
    def test_targets_of_one_package_ship_together(self) -> None:
        manifest = 'Package(name: "P", targets: [.target(name: "A"), .target(name: "B")])'
        assert shared("Sources/A/A.swift", "Sources/B/B.swift", {"Package.swift": manifest})

    def test_packages(self) -> None:
        manifests: Files = {
            "a/Package.swift": swift("a", "../b"),
            "b/Package.swift": swift("b", "../c", "../a"),
            "c/Package.swift": swift("c", "../gone", "../../out"),
            "d/Package.swift": swift("d"),
        }
        there = "a/Sources/a/A.swift b/Sources/b/B.swift c/Sources/c/C.swift d/Sources/d/D.swift"
        assert shared("a/Sources/a/A.swift", "c/Sources/c/C.swift", manifests, there)
        assert not shared("a/Sources/a/A.swift", "d/Sources/d/D.swift", manifests, there)

    def test_an_app_and_the_packages_below_it(self) -> None:
        manifests: Files = {
            "App.xcodeproj/project.pbxproj": "",
            "Packages/Core/Package.swift": swift("Core"),
            "Packages/UI/Package.swift": swift("UI"),
        }
        there = "App/A.swift Packages/Core/Sources/Core/C.swift Packages/UI/Sources/UI/U.swift"
        assert shared("App/A.swift", "Packages/Core/Sources/Core/C.swift", manifests, there)
        assert shared("Packages/UI/Sources/UI/U.swift", "Packages/Core/Sources/Core/C.swift", manifests, there)

    def test_an_app_and_the_packages_beside_it(self) -> None:
        manifests: Files = {"App/App.xcodeproj/project.pbxproj": "", "Packages/Core/Package.swift": swift("Core")}
        there = "App/A.swift Packages/Core/Sources/Core/C.swift Other/O.swift"
        assert shared("App/A.swift", "Packages/Core/Sources/Core/C.swift", manifests, there)
        two: Files = {**manifests, "Other/Other.xcodeproj/project.pbxproj": ""}
        assert not shared("App/A.swift", "Packages/Core/Sources/Core/C.swift", two, there)

    def test_examples_of_a_package_share_nothing_but_the_package(self) -> None:
        manifests: Files = {
            "Package.swift": swift("Kit"),
            "Examples/One/One.xcodeproj/project.pbxproj": "",
            "Examples/Two/Two.xcodeproj/project.pbxproj": "",
        }
        there = "Sources/Kit/K.swift Examples/One/A.swift Examples/Two/A.swift"
        assert shared("Examples/One/A.swift", "Sources/Kit/K.swift", manifests, there)
        assert not shared("Examples/One/A.swift", "Examples/Two/A.swift", manifests, there)

    def test_a_workspace_joins_projects(self) -> None:
        locations = ("group:One/One.xcodeproj", "group:Two/Two.xcodeproj", "container:Kit/Kit.xcodeproj", "group:Core", "group:../../x")
        target = '\n\t\tT = {\n\t\t\tisa = PBXNativeTarget;\n\t\t\tname = K;\n\t\t\tproductType = "com.apple.product-type.KIND";\n\t\t};'
        manifests: Files = {
            "All.xcworkspace/contents.xcworkspacedata": "\n".join(f'<FileRef location = "{place}">' for place in locations),
            "One/One.xcodeproj/project.pbxproj": target.replace("KIND", "application"),
            "Two/Two.xcodeproj/project.pbxproj": target.replace("KIND", "application"),
            "Kit/Kit.xcodeproj/project.pbxproj": target.replace("KIND", "framework"),
            "Core/Package.swift": swift("Core"),
        }
        there = "One/A.swift Two/A.swift Kit/K.swift Core/Sources/Core/C.swift Loose/L.swift"
        assert shared("One/A.swift", "Kit/K.swift", manifests, there)
        assert shared("One/A.swift", "Core/Sources/Core/C.swift", manifests, there)
        assert shared("Two/A.swift", "Loose/L.swift", manifests, there)
        assert not shared("One/A.swift", "Two/A.swift", manifests, there)


class TestPython:
    def test_distributions(self) -> None:
        manifests: Files = {
            "core/pyproject.toml": '[project]\nname = "my-core"',
            "cli/pyproject.toml": '[project]\nname = "cli"\ndependencies = ["My_Core>=1", "rich"]',
            "web/setup.py": "setup(name='web', install_requires=['my.core>=2'])",
            "job/pyproject.toml": '[tool.poetry]\nname = "job"\n[tool.poetry.dependencies]\nlib = {path = "../lib"}',
            "lib/setup.cfg": "[metadata]\nname = other-name\n[options]\ninstall_requires =\n    my-core\n",
        }
        there = "core/a.py cli/a.py web/a.py job/a.py lib/a.py"
        assert shared("cli/a.py", "core/b.py", manifests, there)
        assert shared("web/a.py", "core/b.py", manifests, there)
        assert shared("job/a.py", "core/b.py", manifests, there)
        assert not shared("cli/a.py", "web/a.py", manifests, there)
        assert not shared("cli/a.py", "lib/a.py", manifests, there)

    def test_a_name_that_two_have_is_nobodys(self) -> None:
        manifests: Files = {
            "a/pyproject.toml": '[project]\nname = "a"\ndependencies = ["core"]',
            "b/pyproject.toml": '[project]\nname = "core"',
            "c/pyproject.toml": '[project]\nname = "core"',
        }
        assert not shared("a/a.py", "b/b.py", manifests, "c/c.py")
