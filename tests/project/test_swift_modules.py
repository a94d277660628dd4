"""Which files a Swift file sees."""

from __future__ import annotations

from typing import ClassVar

import pytest
from project_trees import Files, with_manifests

from keylint.project import Project
from keylint.project.swift import SwiftModules

PACKAGE = """
// swift-tools-version: 5.9
import PackageDescription
let core: Target.Dependency = .target(name: "Core")
let package = Package(
    name: "App",
    platforms: [.iOS(.v16)],
    products: [.library(name: "AppKit", targets: ["App", "Core"])],
    dependencies: [
        .package(path: "../Shared"),
        .package(name: "Other", path: "../Other"),
        // .package(path: "../Commented"),
        .package(url: "https://example.org/x.git", from: "1.0.0"),
    ],
    targets: [
        .target(name: "App", dependencies: ["Core", .product(name: "Shared", package: "Shared"), core]),
        .target(
            name: "Core",
            dependencies: [.target(name: "Model", condition: .when(platforms: [.iOS]))],
            path: "Custom/Core",
            exclude: ["README.md", "Old"],
            resources: [.process("Resources")],
            swiftSettings: [.define("A", .when(configuration: .debug))]
        ),
        .executableTarget(name: "my-tool", dependencies: []),
        .target(name: "Model", path: "Flat", sources: ["Model", "Extra.swift"]),
        .macro(name: "Macros", dependencies: [.product(name: "SwiftSyntax", package: "swift-syntax")]),
        .testTarget(name: "AppTests", dependencies: ["App"]),
        .binaryTarget(name: "Blob", path: "Blob.xcframework"),
        /* .target(name: "Ghost", path: "Ghost"), */
    ]
)
"""

SOURCES = """
a/Sources/App/A.swift a/Sources/App/Deep/B.swift a/Custom/Core/C.swift a/Custom/Core/Old/O.swift a/Sources/my-tool/main.swift
a/Flat/Model/M.swift a/Flat/Extra.swift a/Flat/Left.swift a/Sources/Macros/X.swift a/Tests/AppTests/T.swift a/Ghost/G.swift
"""


def names(scopes: list[frozenset[str]]) -> list[str]:
    return [" ".join(sorted(path.rpartition("/")[2].removesuffix(".swift") for path in scope)) for scope in scopes]


def seen(project: Project, path: str) -> list[str]:
    return names(SwiftModules(project).scopes(path))


def brought(project: Project, path: str, module: str) -> str:
    return "".join(names([SwiftModules(project).imported(path, module)]))


class TestPackages:
    PROJECT = with_manifests(SOURCES, {"a/Package.swift": PACKAGE})

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("a/Sources/App/A.swift", ["A B"]),
            ("a/Custom/Core/C.swift", ["C"]),
            ("a/Sources/my-tool/main.swift", ["main"]),
            ("a/Flat/Extra.swift", ["Extra M"]),
            ("a/Sources/Macros/X.swift", ["X"]),
            ("a/Tests/AppTests/T.swift", ["T"]),
        ],
    )
    def test_a_target_is_what_a_file_sees(self, path: str, expected: list[str]) -> None:
        assert seen(self.PROJECT, path) == expected

    def test_what_is_in_no_target_lends_nothing_to_one(self) -> None:
        for path in ("a/Custom/Core/Old/O.swift", "a/Flat/Left.swift", "a/Ghost/G.swift"):
            assert path in SwiftModules(self.PROJECT).scopes(path)[0]
            assert self.PROJECT.unit_of(path).name == "App"
            assert self.PROJECT.unit_of(path).root == "a"

    @pytest.mark.parametrize(
        ("path", "module", "expected"),
        [
            ("a/Sources/App/A.swift", "Core", "C"),
            ("a/Sources/App/A.swift", "Model", "Extra M"),
            ("a/Tests/AppTests/T.swift", "App", "A B"),
            ("a/Tests/AppTests/T.swift", "my_tool", "main"),
            ("a/Sources/App/A.swift", "Foundation", ""),
            ("a/Sources/App/A.swift", "Ghost", ""),
        ],
    )
    def test_imports_within_a_package(self, path: str, module: str, expected: str) -> None:
        assert brought(self.PROJECT, path, module) == expected

    @pytest.mark.parametrize(
        ("place", "target"),
        [
            ("Sources/Kit", '.target(name: "Kit")'),
            ("Source/Kit", '.target(name: "Kit")'),
            ("src/Kit", '.target(name: "Kit")'),
            ("srcs/Kit", '.target(name: "Kit")'),
            ("Tests/Kit", '.testTarget(name: "Kit")'),
            ("Plugins/Kit", '.plugin(name: "Kit", capability: .buildTool())'),
            ("Sources", '.target(name: "Kit"), .testTarget(name: "KitTests")'),
            ("Here", '.target(name: "Kit", path: "./Here/")'),
            ("Sources/Kit", "target(kit)"),
        ],
    )
    def test_where_a_target_lies(self, place: str, target: str) -> None:
        project = with_manifests(f"{place}/A.swift {place}/B.swift", {"Package.swift": f'Package(name: "P", targets: [{target}])'})
        assert seen(project, f"{place}/A.swift") == ["A B"]
        assert project.unit_of(f"{place}/A.swift").name == ("Kit")

    def test_a_target_that_is_the_whole_directory(self) -> None:
        manifest = 'Package(name: "P", targets: [.target(name: "P", path: "", exclude: ["Example"]), .testTarget(name: "T", path: "T")])'
        project = with_manifests("A.swift B/C.swift T/D.swift Example/E.swift", {"Package.swift": manifest})
        assert seen(project, "A.swift") == ["A C Package"]
        assert seen(project, "T/D.swift") == ["D"]

    def test_a_dependency_that_stands_apart_is_no_target(self) -> None:
        manifest = 'let core = .target(name: "Core"); Package(targets: [.target(name: "Core", exclude: ["Old"]), .target(name: "B")])'
        project = with_manifests("Sources/Core/A.swift Sources/Core/Old/O.swift", {"Package.swift": manifest})
        assert seen(project, "Sources/Core/A.swift") == ["A"]

    def test_a_package_within_a_package(self) -> None:
        outer = 'Package(name: "Outer", targets: [.target(name: "Outer", path: ".")])'
        inner = 'Package(name: "Inner", targets: [.target(name: "Inner", path: "S")])'
        project = with_manifests("A.swift in/S/B.swift", {"Package.swift": outer, "in/Package.swift": inner})
        assert seen(project, "A.swift") == ["A Package"]
        assert seen(project, "in/S/B.swift") == ["B"]

    def test_local_packages(self) -> None:
        manifests: Files = {
            "a/Package.swift": PACKAGE,
            "Shared/Package.swift": 'Package(dependencies: [.package(path: "../Deep")], targets: [.target(name: "Shared")])',
            "Deep/Package.swift": 'Package(dependencies: [.package(path: "../a")], targets: [.target(name: "Deep")])',
            "Commented/Package.swift": 'Package(name: "Commented", targets: [.target(name: "Commented")])',
        }
        there = f"{SOURCES} Shared/Sources/Shared/S.swift Deep/Sources/Deep/D.swift Commented/Sources/Commented/X.swift"
        project = with_manifests(there, manifests)
        assert brought(project, "a/Sources/App/A.swift", "Shared") == "S"
        assert brought(project, "a/Sources/App/A.swift", "Deep") == "D"
        assert brought(project, "a/Sources/App/A.swift", "Commented") == ""
        assert brought(project, "Deep/Sources/Deep/D.swift", "Core") == "C"
        assert brought(project, "Shared/Sources/Shared/S.swift", "Shared") == "S"

    def test_a_module_that_two_packages_have_is_ambiguous(self) -> None:
        manifests: Files = {
            "a/Package.swift": 'Package(dependencies: [.package(path: "../b"), .package(path: "../c")], targets: [.target(name: "A")])',
            "b/Package.swift": 'Package(name: "b", targets: [.target(name: "Core")])',
            "c/Package.swift": 'Package(name: "c", targets: [.target(name: "Core")])',
        }
        project = with_manifests("a/Sources/A/A.swift b/Sources/Core/B.swift c/Sources/Core/C.swift", manifests)
        assert brought(project, "a/Sources/A/A.swift", "Core") == ""

    @pytest.mark.parametrize(
        "manifest",
        [
            "",
            "Package(",
            'Package(name: "P", targets: [.target(name: "A", path: "../../..")',
            '.target(name: "A" ' + "(" * 200_000,
            '.target(name: "A", dependencies: ["' * 20_000,
            '"' * 100_000,
            "/*" * 100_000,
            '.package(path: "../../../etc") .package(path: "/etc") .package(path: ".")',
            ".target(name: \\(name), path: 3)",
            '.target(name: "A", path: "Sources/\\(x)")' * 2000,
        ],
    )
    def test_a_manifest_that_makes_no_sense(self, manifest: str) -> None:
        project = with_manifests("Sources/Kit/A.swift", {"Package.swift": manifest})
        assert "Sources/Kit/A.swift" in SwiftModules(project).scopes("Sources/Kit/A.swift")[0]
        assert brought(project, "Sources/Kit/A.swift", "A") == ""


PBXPROJ = """// !$*UTF8*$!
{
	objects = {
/* Begin PBXBuildFile section */
		B1 /* A.swift in Sources */ = {isa = PBXBuildFile; fileRef = F1 /* A.swift */; };
		B2 /* Both.swift in Sources */ = {isa = PBXBuildFile; fileRef = F2 /* Both.swift */; };
		B3 /* Both.swift in Sources */ = {isa = PBXBuildFile; fileRef = F2 /* Both.swift */; settings = {ATTRIBUTES = (X, ); }; };
		B4 /* W.swift in Sources */ = {isa = PBXBuildFile; fileRef = F3 /* W.swift */; };
		B5 /* T.swift in Sources */ = {isa = PBXBuildFile; fileRef = F4 /* T.swift */; };
		B6 /* Sh.swift in Sources */ = {isa = PBXBuildFile; fileRef = F5 /* Sh.swift */; };
		B7 /* A.swift in Sources */ = {isa = PBXBuildFile; fileRef = F1 /* A.swift */; };
/* End PBXBuildFile section */
		F1 /* A.swift */ = {isa = PBXFileReference; lastKnownFileType = sourcecode.swift; path = A.swift; sourceTree = "<group>"; };
		F2 /* Both.swift */ = {
			isa = PBXFileReference;
			name = Both.swift;
			path = "My Shared/Both.swift";
			sourceTree = SOURCE_ROOT;
		};
		F3 /* W.swift */ = {isa = PBXFileReference; path = W.swift; sourceTree = "<group>"; };
		F4 /* T.swift */ = {isa = PBXFileReference; path = T.swift; sourceTree = "<group>"; };
		F5 /* Sh.swift */ = {isa = PBXFileReference; path = ../Outside/Sh.swift; sourceTree = "<group>"; };
		F6 /* Core */ = {isa = PBXFileReference; lastKnownFileType = wrapper; name = Core; path = ../Libs/Core; sourceTree = "<group>"; };
		G0 = {
			isa = PBXGroup;
			children = (
				G1 /* App (main) */,
				F6 /* Core */,
				F5 /* Sh.swift */,
				F4 /* T.swift */,
				S1 /* Folder */,
			);
			sourceTree = "<group>";
		};
		G1 /* App (main) */ = {
			isa = PBXGroup;
			children = (
				F1 /* A.swift */,
				G2 /* Only a name */,
			);
			path = Sources;
			sourceTree = "<group>";
		};
		G2 /* Only a name */ = {
			isa = PBXGroup;
			children = (
				F3 /* W.swift */,
			);
			name = "Only a name";
			sourceTree = "<group>";
		};
		S1 /* Folder */ = {
			isa = PBXFileSystemSynchronizedRootGroup;
			exceptions = (
				E1 /* Exceptions */,
				E2 /* Exceptions */,
			);
			path = Folder;
			sourceTree = "<group>";
		};
		E1 /* Exceptions */ = {
			isa = PBXFileSystemSynchronizedBuildFileExceptionSet;
			membershipExceptions = (
				Info.plist,
				"Not App.swift",
			);
			target = T1 /* App */;
		};
		E2 /* Exceptions */ = {
			isa = PBXFileSystemSynchronizedBuildFileExceptionSet;
			membershipExceptions = (
				Lent.swift,
			);
			target = T2 /* Widget */;
		};
		P1 /* Sources */ = {
			isa = PBXSourcesBuildPhase;
			files = (
				B1 /* A.swift in Sources */,
				B2 /* Both.swift in Sources */,
				B6 /* Sh.swift in Sources */,
			);
		};
		P2 /* Sources */ = {
			isa = PBXSourcesBuildPhase;
			files = (
				B3 /* Both.swift in Sources */,
				B4 /* W.swift in Sources */,
			);
		};
		P3 /* Sources */ = {
			isa = PBXSourcesBuildPhase;
			files = (
				B5 /* T.swift in Sources */,
				B7 /* A.swift in Sources */,
			);
		};
		T1 /* App */ = {
			isa = PBXNativeTarget;
			buildPhases = (
				P1 /* Sources */,
			);
			fileSystemSynchronizedGroups = (
				S1 /* Folder */,
			);
			name = "My App";
			productName = Old;
			productType = "com.apple.product-type.application";
		};
		T2 /* Widget */ = {
			isa = PBXNativeTarget;
			buildPhases = (
				P2 /* Sources */,
			);
			name = Widget;
			productType = "com.apple.product-type.app-extension";
		};
		T3 /* Tests */ = {
			isa = PBXNativeTarget;
			buildPhases = (
				P3 /* Sources */,
			);
			name = AppTests;
			productType = "com.apple.product-type.bundle.unit-test";
		};
		X1 = {
			isa = PBXProject;
			mainGroup = G0;
			projectDirPath = "";
		};
		L1 = {
			isa = XCLocalSwiftPackageReference;
			relativePath = ../Libs/Kit;
		};
	};
}
"""

FILES = ["ios/Sources/A.swift", "ios/Sources/W.swift", "ios/My Shared/Both.swift", "ios/T.swift", "Outside/Sh.swift"]
FILES += ["ios/Folder/In.swift", "ios/Folder/sub/In2.swift", "ios/Folder/Not App.swift", "ios/Folder/Lent.swift", "ios/Stray/S.swift"]
FILES += ["ios/Stray/S2.swift", "Libs/Core/Sources/Core/C.swift", "Libs/Kit/Sources/Kit/K.swift", "Libs/Loose/Sources/Loose/L.swift"]


def app(contents: str = PBXPROJ) -> Project:
    manifests: dict[str, object] = dict.fromkeys(FILES, "")
    manifests["ios/My App.xcodeproj/project.pbxproj"] = contents
    for name in ("Core", "Kit", "Loose"):
        manifests[f"Libs/{name}/Package.swift"] = f'Package(name: "{name}", targets: [.target(name: "{name}")])'
    return with_manifests("", manifests)


class TestXcodeProjects:
    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("ios/Sources/A.swift", ["A Both In In2 Lent Sh"]),
            ("ios/Sources/W.swift", ["Both Lent W"]),
            ("ios/My Shared/Both.swift", ["Both Lent", "A Both In In2 Lent Sh W"]),
            ("ios/T.swift", ["A T"]),
            ("ios/Folder/sub/In2.swift", ["A Both In In2 Lent Sh"]),
        ],
    )
    def test_what_the_project_says_a_target_compiles(self, path: str, expected: list[str]) -> None:
        assert seen(app(), path) == expected

    def test_a_file_in_no_target_goes_by_its_folder(self) -> None:
        assert seen(app(), "ios/Stray/S.swift")[0] == "S S2"

    @pytest.mark.parametrize(
        ("path", "module", "expected"),
        [
            ("ios/T.swift", "My_App", "A Both In In2 Lent Sh"),
            ("ios/Sources/A.swift", "Widget", "Both Lent W"),
            ("ios/Sources/A.swift", "Core", "C"),
            ("ios/Sources/A.swift", "Kit", "K"),
            ("ios/Sources/A.swift", "UIKit", ""),
            ("Libs/Core/Sources/Core/C.swift", "Kit", ""),
            ("Libs/Core/Sources/Core/C.swift", "My_App", ""),
        ],
    )
    def test_imports(self, path: str, module: str, expected: str) -> None:
        assert brought(app(), path, module) == expected

    @pytest.mark.parametrize(
        "contents",
        [
            "",
            "isa = PBXGroup;" * 100_000,
            "\n\t\tA = {isa = PBXGroup; children = (A, ); path = x; sourceTree = \"<group>\"; };" * 1000,
            PBXPROJ[:3000],
            PBXPROJ.replace("				G1", "				G0,\n				G1").replace("F3 /* W.swift */,", "F3,\nG1,\nG2,"),
            "\n".join(f"\t\tG{n} = {{isa = PBXGroup; children = (\nG{n + 1},\n); sourceTree = \"<group>\"; }};" for n in range(3000)),
            "isa = PBXNativeTarget; " + "{" * 100_000,
        ],
    )  # fmt: skip
    def test_a_project_that_makes_no_sense(self, contents: str) -> None:
        for path in ("ios/Sources/A.swift", "ios/My Shared/Both.swift"):
            assert path in SwiftModules(app(contents)).scopes(path)[0]

    def test_paths_do_not_leave_the_project(self) -> None:
        assert "ios/Sources/A.swift" in SwiftModules(app(PBXPROJ.replace("../Outside", "../../../etc"))).scopes("ios/Sources/A.swift")[0]


class TestFolders:
    TREE = "App/A.swift App/Views/V.swift Shared/S.swift AppTests/T.swift AppUITests/U.swift Top.swift"
    MANIFESTS: ClassVar[Files] = {"App.xcworkspace/contents.xcworkspacedata": "", "App.xcodeproj/project.pbxproj": "not to be read"}

    def test_the_own_folder_is_nearest_and_tests_lend_nothing(self) -> None:
        project = with_manifests(self.TREE, self.MANIFESTS)
        assert seen(project, "App/A.swift") == ["A V", "A S Top V"]
        assert seen(project, "App/Views/V.swift") == ["A V", "A S Top V"]
        assert seen(project, "Top.swift") == ["Top", "A S Top V"]
        assert seen(project, "AppTests/T.swift") == ["T", "A S T Top V"]

    def test_a_module_is_a_folder(self) -> None:
        project = with_manifests(self.TREE, self.MANIFESTS)
        assert brought(project, "AppTests/T.swift", "App") == "A V"
        assert brought(project, "App/A.swift", "UIKit") == ""

    def test_without_any_manifest(self) -> None:
        assert seen(with_manifests(self.TREE, {}), "App/A.swift") == ["A V", "A S Top V"]

    @pytest.mark.parametrize(
        ("name", "text"), [("project.yml", "name: App\ntargets:\n  App:\n"), ("Project.swift", "import ProjectDescription\nlet p = 1")]
    )
    def test_projects_that_are_generated(self, name: str, text: str) -> None:
        project = with_manifests("ios/App/A.swift ios/Kit/K.swift other/B.swift", {f"ios/{name}": text})
        assert project.unit_of("ios/App/A.swift").kind == "xcode"
        assert seen(project, "ios/App/A.swift")[0] == "A"
        assert "B" not in seen(project, "ios/App/A.swift")[-1]

    def test_a_file_of_that_name_that_generates_nothing(self) -> None:
        assert with_manifests("a/A.swift", {"a/project.yml": "title: x"}).unit_of("a/A.swift").kind == "folder"

    def test_a_pod_in_a_folder_is_a_module(self) -> None:
        project = with_manifests(f"{self.TREE} Pod/Sources/P.swift", {**self.MANIFESTS, "Pod/My-Pod.podspec": "Pod::Spec.new"})
        assert seen(project, "Pod/Sources/P.swift") == ["P"]
        assert seen(project, "App/A.swift") == ["A V", "A S Top V"]
        assert brought(project, "App/A.swift", "My_Pod") == "P"

    def test_native_code_of_an_npm_package(self) -> None:
        manifests: Files = {"lib/package.json": {"name": "lib", "version": "1"}, "package.json": {"name": "app", "version": "1"}}
        project = with_manifests("lib/ios/A.swift lib/ios/sub/B.swift ios/C.swift", manifests)
        assert seen(project, "lib/ios/A.swift") == ["A B"]
        assert seen(project, "ios/C.swift") == ["C"]
