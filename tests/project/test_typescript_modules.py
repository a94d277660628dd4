"""Which file a module specifier of TypeScript means."""

from __future__ import annotations

import pytest
from project_trees import Files, with_manifests

from keylint.project.typescript import TypeScriptModules


def resolve(paths: str, importer: str, specifier: str, manifests: Files | None = None) -> str | None:
    return TypeScriptModules(with_manifests(f"{paths} {importer}", manifests or {})).resolve(importer, specifier)


class TestRelative:
    @pytest.mark.parametrize("suffix", ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"])
    def test_the_suffix_is_guessed(self, suffix: str) -> None:
        assert resolve(f"src/a.{suffix}", "src/b.ts", "./a") == f"src/a.{suffix}"

    @pytest.mark.parametrize(
        ("specifier", "there", "expected"),
        [
            ("./a.js", "src/a.ts", "src/a.ts"),
            ("./a.js", "src/a.tsx", "src/a.tsx"),
            ("./a.jsx", "src/a.tsx", "src/a.tsx"),
            ("./a.mjs", "src/a.mts", "src/a.mts"),
            ("./a.cjs", "src/a.cts", "src/a.cts"),
            ("./a.js", "src/a.js src/a.ts", "src/a.js"),
            ("./a.ts", "src/a.ts", "src/a.ts"),
            ("./a.service", "src/a.service.ts", "src/a.service.ts"),
            ("./a.js", "src/a.mts", None),
            ("./a", "src/a.ts src/a.tsx src/a.js", "src/a.ts"),
        ],
    )
    def test_suffixes_that_are_written(self, specifier: str, there: str, expected: str | None) -> None:
        assert resolve(there, "src/b.ts", specifier) == expected

    @pytest.mark.parametrize(
        ("specifier", "there", "expected"),
        [
            ("./a", "src/a/index.ts", "src/a/index.ts"),
            ("./a", "src/a/index.js src/a.ts", "src/a.ts"),
            ("./a/", "src/a/index.js src/a.ts", "src/a/index.js"),
            (".", "src/index.ts", "src/index.ts"),
            ("./", "src/index.ts", "src/index.ts"),
            ("..", "index.tsx src.ts", "index.tsx"),
            ("../", "index.tsx", "index.tsx"),
            ("../a", "a.ts", "a.ts"),
            ("../../a", "a.ts", None),
            ("../../src/a", "src/a.ts", None),
            ("../other/./a", "other/a.ts", "other/a.ts"),
            ("./A", "src/a.ts", None),
            ("./a.png", "src/a.png", "src/a.png"),
            ("./a.json", "src/a.ts", None),
            ("", "src/index.ts", None),
            ("/a", "a.ts", None),
        ],
    )
    def test_directories(self, specifier: str, there: str, expected: str | None) -> None:
        assert resolve(there, "src/b.ts", specifier) == expected

    @pytest.mark.parametrize(
        ("there", "expected"),
        [
            ("a.ts a.ios.ts a.native.ts a.android.ts a.web.ts", "a.ios.ts"),
            ("a.ts a.native.tsx a.web.ts", "a.native.tsx"),
            ("a.js a.ios.js", "a.ios.js"),
            ("a.ts a.android.ts a.web.ts", "a.ts"),
            ("a.js a.web.ts", "a.js"),
            ("a.android.ts a.web.ts", "a.android.ts"),
            ("a.web.ts", "a.web.ts"),
            ("a/index.ios.ts a/index.ts", "a/index.ios.ts"),
            ("a/index.web.ts a/index.js", "a/index.js"),
        ],
    )
    def test_platforms(self, there: str, expected: str) -> None:
        assert resolve(there, "b.ts", "./a") == expected

    def test_a_file_for_one_platform_imports_what_is_for_that(self) -> None:
        there = "a.ts a.ios.ts a.web.ts a.android.ts"
        assert resolve(there, "b.web.ts", "./a") == "a.web.ts"
        assert resolve(there, "b.android.ts", "./a") == "a.android.ts"
        assert resolve("a.ts a.ios.ts", "b.web.ts", "./a") == "a.ts"

    def test_a_directory_has_a_manifest(self) -> None:
        assert resolve("a/lib/x.ts a/index.ts", "b.ts", "./a", {"a/package.json": {"main": "lib/x.js"}}) == "a/lib/x.ts"
        assert resolve("a/index.ts", "b.ts", "./a", {"a/package.json": {"main": "gone.js"}}) == "a/index.ts"
        assert resolve("a/index.ts", "b.ts", "./a", {"a/package.json": {"main": "../../../b"}}) == "a/index.ts"

    @pytest.mark.parametrize("main", [".", "./", "", "..", "../a", 3, None, ["x"], {"x": 1}])
    def test_a_manifest_leads_in_circles_or_nowhere(self, main: object) -> None:
        assert resolve("a/index.ts", "b.ts", "./a", {"a/package.json": {"main": main}, "package.json": {"main": "a"}}) == "a/index.ts"


class TestConfigurations:
    def test_paths(self) -> None:
        config = {"compilerOptions": {"paths": {"@/*": ["./src/*"], "@ui": ["./src/ui/index.ts"], "@ui/*": ["./ui/*", "./src/ui/*"]}}}
        there = "src/a.ts src/ui/index.ts src/ui/button.tsx src/ui/c/index.ts"
        for specifier, expected in {
            "@/a": "src/a.ts",
            "@/ui/c": "src/ui/c/index.ts",
            "@ui": "src/ui/index.ts",
            "@ui/button": "src/ui/button.tsx",
            "@ui/gone": None,
            "@other/a": None,
            "@": None,
        }.items():
            assert resolve(there, "app/deep/x.ts", specifier, {"tsconfig.json": config}) == expected, specifier

    def test_the_longest_prefix_wins_and_exact_before_that(self) -> None:
        paths = {"*": ["any/*"], "@a/*": ["one/*"], "@a/b/*": ["two/*"], "@a/b/c": ["three/c"], "@a/*/end": ["four/*"]}
        manifests = {"tsconfig.json": {"compilerOptions": {"baseUrl": ".", "paths": paths}}}
        there = "one/b/x.ts two/x.ts three/c.ts two/c.ts any/q.ts one/x.ts"
        assert resolve(there, "b.ts", "@a/b/x", manifests) == "two/x.ts"
        assert resolve(there, "b.ts", "@a/b/c", manifests) == "three/c.ts"
        assert resolve(there, "b.ts", "@a/x", manifests) == "one/x.ts"
        assert resolve(there, "b.ts", "q", manifests) == "any/q.ts"

    def test_base_url(self) -> None:
        manifests = {"tsconfig.json": {"compilerOptions": {"baseUrl": "./src"}}}
        assert resolve("src/utils/a.ts", "src/b.ts", "utils/a", manifests) == "src/utils/a.ts"
        assert resolve("src/utils/a.ts", "src/b.ts", "react", manifests) is None
        assert resolve("src/utils/a.ts", "src/b.ts", "../../utils/a", manifests) is None

    def test_paths_are_relative_to_the_base(self) -> None:
        options = {"baseUrl": "src", "paths": {"~/*": ["app/*"]}}
        assert resolve("src/app/a.ts", "b.ts", "~/a", {"tsconfig.json": {"compilerOptions": options}}) == "src/app/a.ts"

    def test_jsconfig_counts_where_there_is_no_tsconfig(self) -> None:
        alias = {"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}
        assert resolve("src/a.js", "b.js", "@/a", {"jsconfig.json": alias}) == "src/a.js"
        assert resolve("src/a.js", "b.js", "@/a", {"jsconfig.json": alias, "tsconfig.json": {}, "package.json": {"name": "x"}}) is None

    def test_the_nearest_configuration_counts(self) -> None:
        manifests = {
            "tsconfig.json": {"compilerOptions": {"paths": {"@/*": ["./*"]}}},
            "apps/one/tsconfig.json": {"compilerOptions": {"paths": {"@/*": ["./src/*"]}}},
            "apps/two/tsconfig.json": {},
            "apps/two/package.json": {"name": "two"},
            "apps/one/src/deep/tsconfig.json": {"compilerOptions": {"strict": True}},
        }
        assert resolve("a.ts apps/one/src/a.ts", "apps/one/src/b.ts", "@/a", manifests) == "apps/one/src/a.ts"
        assert resolve("a.ts apps/one/src/a.ts", "apps/one/src/deep/b.ts", "@/a", manifests) == "apps/one/src/a.ts"
        assert resolve("a.ts", "apps/two/b.ts", "@/a", manifests) is None
        assert resolve("a.ts", "apps/three/b.ts", "@/a", manifests) == "a.ts"

    def test_extends(self) -> None:
        base = {"compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": ["libs/*"]}}}
        there = "libs/a.ts apps/one/libs/a.ts apps/one/own/a.ts"
        for extends in ("../../tsconfig.base.json", "../../tsconfig.base", ["./gone.json", "../../tsconfig.base.json"]):
            manifests: Files = {"tsconfig.base.json": base, "apps/one/tsconfig.json": {"extends": extends}}
            assert resolve(there, "apps/one/b.ts", "@lib/a", manifests) == "libs/a.ts"
        options = {"baseUrl": ".", "paths": {"@/*": ["own/*"]}}
        own: Files = {
            "tsconfig.base.json": base,
            "apps/one/tsconfig.json": {"extends": "../../tsconfig.base.json", "compilerOptions": options},
        }
        assert resolve(there, "apps/one/b.ts", "@/a", own) == "apps/one/own/a.ts"
        assert resolve(there, "apps/one/b.ts", "@lib/a", own) is None

    def test_of_several_that_are_extended_the_last_counts(self) -> None:
        manifests = {
            "one.json": {"compilerOptions": {"paths": {"@/*": ["./one/*"]}}},
            "two.json": {"compilerOptions": {"paths": {"@/*": ["./two/*"]}}},
            "tsconfig.json": {"extends": ["./one.json", "./two.json"]},
        }
        assert resolve("one/a.ts two/a.ts", "b.ts", "@/a", manifests) == "two/a.ts"

    def test_extends_a_package_of_the_workspace(self) -> None:
        manifests = {
            "package.json": {"name": "root", "private": True, "workspaces": ["apps/*", "tooling/*"]},
            "tooling/ts/package.json": {"name": "@me/ts", "version": "1"},
            "tooling/ts/app.json": {"compilerOptions": {"paths": {"~/*": ["${configDir}/src/*"]}}},
            "apps/one/tsconfig.json": {"extends": "@me/ts/app.json"},
            "apps/one/package.json": {"name": "one", "version": "1"},
            "apps/two/tsconfig.json": {"extends": "@tsconfig/node20"},
        }
        assert resolve("apps/one/src/a.ts tooling/ts/index.js", "apps/one/b.ts", "~/a", manifests) == "apps/one/src/a.ts"
        assert resolve("apps/two/src/a.ts", "apps/two/b.ts", "~/a", manifests) is None

    def test_one_that_is_split_by_references(self) -> None:
        manifests = {
            "tsconfig.json": {"files": [], "references": [{"path": "./tsconfig.node.json"}, {"path": "./tsconfig.app.json"}, {"path": 3}]},
            "tsconfig.node.json": {},
            "tsconfig.app.json": {"compilerOptions": {"paths": {"@/*": ["./src/*"]}}},
        }
        assert resolve("src/a.ts", "b.ts", "@/a", manifests) == "src/a.ts"

    def test_comments_and_trailing_commas(self) -> None:
        text = """{ // for Expo
          "extends": "expo/tsconfig.base", /* not here */
          "compilerOptions": { "paths": { "@/*": ["./src/*", /* only one */ ], "http://x/*": ["./y//z/*"], }, },
        }"""
        assert resolve("src/a.ts", "b.ts", "@/a", {"tsconfig.json": "\ufeff" + text}) == "src/a.ts"
        assert resolve("y/z/a.ts", "b.ts", "http://x/a", {"tsconfig.json": text}) == "y/z/a.ts"

    @pytest.mark.parametrize(
        "config",
        [
            "",
            "{",
            "[]",
            "null",
            '"x"',
            "[" * 100_000,
            '{"extends": "./tsconfig.json"}',
            '{"extends": ["./other.json", 1, null, "/etc/passwd", "../../../etc/x.json"]}',
            '{"compilerOptions": []}',
            '{"compilerOptions": {"baseUrl": 1, "paths": []}}',
            '{"compilerOptions": {"paths": {"@/*": "no list", "#": [1, null], "": ["x"], "*": [], "**": ["*/*"]}}}',
            '{"compilerOptions": {"baseUrl": "../..", "paths": {"@/*": ["../../../*", "/etc/*"]}}}',
            '{"compilerOptions": {"paths": {"@/*": ["\\u0000", "\\ud800/*"]}}}',
            '{"references": [null, {"path": "./tsconfig.json"}, {"path": ".."}]}',
            "/*" * 200_000,
            "{" + '"a": 1,' * 100 + " " * 200_000,
        ],
    )
    def test_what_makes_no_sense_is_silent(self, config: str) -> None:
        manifests = {"tsconfig.json": config, "other.json": '{"extends": "./tsconfig.json"}'}
        assert resolve("src/c.ts", "b.ts", "@/a", manifests) is None
        assert resolve("src/a.ts", "src/b.ts", "./a", manifests) == "src/a.ts"

    def test_a_manifest_that_is_too_large_is_not_there(self) -> None:
        config = '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}'
        assert resolve("src/a.ts", "b.ts", "@/a", {"tsconfig.json": config + " " * (1 << 20)}) is None


WORKSPACE: Files = {
    "package.json": {"name": "root", "private": True, "workspaces": ["apps/*", "packages/*", "!packages/old"]},
    "apps/mobile/package.json": {"name": "mobile", "version": "1", "dependencies": {"@me/core": "*"}},
    "packages/core/package.json": {"name": "@me/core", "version": "1", "main": "lib/index.js"},
    "packages/plain/package.json": {"name": "plain", "version": "1"},
    "packages/old/package.json": {"name": "old", "version": "1"},
}


class TestPackages:
    def test_by_name_and_by_subpath(self) -> None:
        there = "packages/core/src/index.ts packages/core/src/keys.ts packages/plain/index.js packages/old/index.js packages/core/extra.ts"
        importer = "apps/mobile/src/a.ts"
        assert resolve(there, importer, "@me/core", WORKSPACE) == "packages/core/src/index.ts"
        assert resolve(there, importer, "@me/core/src/keys", WORKSPACE) == "packages/core/src/keys.ts"
        assert resolve(there, importer, "@me/core/lib/keys", WORKSPACE) == "packages/core/src/keys.ts"
        assert resolve(there, importer, "@me/core/extra", WORKSPACE) == "packages/core/extra.ts"
        assert resolve(there, importer, "plain", WORKSPACE) == "packages/plain/index.js"
        assert resolve(there, importer, "old", WORKSPACE) is None
        assert resolve(there, importer, "react", WORKSPACE) is None
        assert resolve(there, importer, "@me", WORKSPACE) is None
        assert resolve(there, "packages/core/test/a.ts", "@me/core", WORKSPACE) == "packages/core/src/index.ts"

    @pytest.mark.parametrize(
        "manifests",
        [
            {"package.json": {"name": "root", "workspaces": {"packages": ["./packages/**"]}}},
            {"package.json": {"name": "root", "workspaces": ["packages/{a,b}/*"]}},
            {"package.json": {"name": "root", "workspaces": ["packages/*/core"]}},
            {"package.json": {"name": "root", "workspaces": ["packages/a/core"]}},
            {"package.json": {"name": "root"}, "pnpm-workspace.yaml": "# ours\npackages:\n  # libraries\n  - 'packages/**' # all\n"},
            {"package.json": {"name": "root"}, "pnpm-workspace.yaml": 'catalog:\n  - x\npackages:\n- "packages/*/*"\nother:\n- y\n'},
            {"package.json": {"name": "root"}, "pnpm-workspace.yaml": "packages: ['apps/*', \"packages/a/*\"]\n"},
            {"package.json": {"name": "root"}, "lerna.json": {"packages": ["packages/*/*"]}},
        ],
    )
    def test_workspaces_in_every_form(self, manifests: Files) -> None:
        core: Files = {"packages/a/core/package.json": {"name": "core", "version": "1"}}
        assert resolve("packages/a/core/index.ts", "x/b.ts", "core", {**manifests, **core}) == "packages/a/core/index.ts"

    def test_a_name_that_two_have_is_ambiguous(self) -> None:
        twice: Files = {**WORKSPACE, "packages/plain/package.json": {"name": "@me/core", "version": "2"}}
        assert resolve("packages/core/index.ts packages/plain/index.ts", "apps/mobile/a.ts", "@me/core", twice) is None

    def test_what_is_not_in_the_workspace_gets_the_published_package(self) -> None:
        outside: Files = {**WORKSPACE, "docs/package.json": {"name": "docs", "version": "1", "dependencies": {"@me/core": "^1.0.0"}}}
        assert resolve("packages/core/index.ts", "docs/a.ts", "@me/core", outside) is None
        assert resolve("packages/core/index.ts", "docs/a.ts", "@me/core", {**outside, "docs/package.json": {"name": "d"}}) is not None

    @pytest.mark.parametrize("version", ["file:../core", "link:../core", "portal:../core", "workspace:../core", "../core"])
    def test_dependencies_by_path(self, version: str) -> None:
        manifests: Files = {
            "app/package.json": {"name": "app", "dependencies": {"kit": version}},
            "core/package.json": {"name": "other-name", "version": "1", "react-native": "src/main"},
        }
        assert resolve("core/src/main.ts core/index.ts", "app/a.ts", "kit", manifests) == "core/src/main.ts"
        assert resolve("core/src/main.ts", "app/a.ts", "other-name", manifests) is None

    def test_a_dependency_by_path_out_of_the_project(self) -> None:
        manifests: Files = {"app/package.json": {"name": "app", "dependencies": {"kit": "file:../../core"}}}
        assert resolve("core/index.ts", "app/a.ts", "kit", manifests) is None

    def test_an_example_imports_the_package_that_holds_it(self) -> None:
        manifests: Files = {
            "package.json": {"name": "lib", "version": "1", "main": "lib/commonjs/index", "source": "src/index"},
            "example/package.json": {"name": "lib-example", "version": "0", "dependencies": {"react": "*"}},
        }
        assert resolve("src/index.tsx", "example/src/App.tsx", "lib", manifests) == "src/index.tsx"

    def test_a_directory_that_is_given_its_name(self) -> None:
        manifests: Files = {"package.json": {"name": "x", "dependencies": {"api": "1"}}, "app/package.json": {"name": "app"}}
        assert resolve("app/utils/a.ts", "app/b.ts", "app/utils/a", manifests) == "app/utils/a.ts"
        assert resolve("api/a.ts", "app/b.ts", "api/a", {**manifests, "api/package.json": {"name": "api"}}) is None
        assert resolve("lib/a.ts", "app/b.ts", "lib/a", {**manifests, "lib/package.json": {"name": "other"}}) is None


class TestExports:
    def offer(self, exports: object, specifier: str, there: str, **fields: object) -> str | None:
        manifests: Files = {
            "package.json": {"name": "root", "workspaces": ["p"]},
            "p/package.json": {"name": "p", "version": "1", "exports": exports, **fields},
        }
        return resolve(there, "app.ts", specifier, manifests)

    def test_conditions(self) -> None:
        there = "p/native.ts p/esm.ts p/cjs.ts"
        assert self.offer({".": {"react-native": "./native.ts", "import": "./esm.ts"}}, "p", there) == "p/native.ts"
        assert self.offer({".": {"require": "./cjs.ts", "import": "./esm.ts"}}, "p", there) == "p/esm.ts"
        assert self.offer({"node": "./cjs.ts", "default": "./esm.ts"}, "p", there) == "p/esm.ts"
        assert self.offer({".": {"node": {"import": "./cjs.ts"}, "import": {"default": "./esm.ts"}}}, "p", there) == "p/esm.ts"
        assert self.offer({".": ["./gone.ts", "./esm.ts"]}, "p", there) == "p/esm.ts"
        assert self.offer("./esm.ts", "p", there) == "p/esm.ts"
        assert self.offer({".": {"require": "./cjs.ts"}}, "p", there) == "p/cjs.ts"

    def test_where_the_built_file_is_not_there_its_source_is_meant(self) -> None:
        built = {".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"}, "./*": "./dist/*.js"}
        assert self.offer(built, "p", "p/src/index.ts") == "p/src/index.ts"
        assert self.offer(built, "p/keys", "p/src/keys.ts") == "p/src/keys.ts"
        just_in_time = {".": {"types": "./src/main.ts", "default": "./dist/main.js"}}
        assert self.offer(just_in_time, "p", "p/src/main.ts p/src/index.ts") == "p/src/main.ts"

    def test_subpaths_and_patterns(self) -> None:
        exports = {"./a": "./src/a.ts", "./*": "./any/*.ts", "./f/*": "./src/f/*.ts", "./f/*.js": "./js/*.ts", "./old/": "./old2/"}
        there = "p/src/a.ts p/any/b.ts p/src/f/x.ts p/js/y.ts p/old2/z.ts p/secret.ts"
        for specifier, expected in {
            "p/a": "p/src/a.ts",
            "p/b": "p/any/b.ts",
            "p/f/x": "p/src/f/x.ts",
            "p/old/z.ts": "p/old2/z.ts",
            "p/nothing": None,
        }.items():
            assert self.offer(exports, specifier, there) == expected, specifier

    def test_what_is_not_offered_is_found_as_by_metro(self) -> None:
        assert self.offer({".": "./a.ts"}, "p/b", "p/a.ts p/b.ts") == "p/b.ts"

    def test_main_is_what_counts_without_exports(self) -> None:
        assert self.offer(None, "p", "p/x.ts p/y.ts", main="x.js", module="y.js") == "p/x.ts"
        assert self.offer(None, "p", "p/x.ts p/y.ts", **{"react-native": "y", "main": "x"}) == "p/y.ts"
        assert self.offer(None, "p", "p/x/index.ts", main="x") == "p/x/index.ts"

    @pytest.mark.parametrize(
        "exports",
        [
            {".": "../../etc/a.ts"},
            {".": "../app.ts"},
            {".": "app.ts"},
            {".": None},
            {".": {"import": {"import": {"import": 3}}}},
            {"./*": "../*"},
            [],
            3,
            {".": {str(number): "./no.ts" for number in range(5000)}},
        ],
    )
    def test_what_leads_out_or_makes_no_sense(self, exports: object) -> None:
        assert self.offer(exports, "p", "p/other.ts") is None

    def test_deep_nesting_is_bounded(self) -> None:
        nested: object = "./a.ts"
        for _ in range(200):
            nested = {"import": nested}
        assert self.offer({".": nested}, "p", "p/a.ts") is None

    def test_imports_of_a_package(self) -> None:
        internal = {"#a": "./src/a.ts", "#i/*": {"default": "./src/internal/*.js"}, "#q": "q", "#self": "#self", "#up": "./../x.ts"}
        manifests: Files = {
            "package.json": {"name": "root", "workspaces": ["p", "q"]},
            "p/package.json": {"name": "p", "version": "1", "imports": internal},
            "q/package.json": {"name": "q", "version": "1"},
            "p/src/package.json": {"type": "module"},
        }
        there = "p/src/a.ts p/src/internal/b.ts q/index.ts x.ts"
        for specifier, expected in {
            "#a": "p/src/a.ts",
            "#i/b": "p/src/internal/b.ts",
            "#q": "q/index.ts",
            "#self": None,
            "#gone": None,
        }.items():
            assert resolve(there, "p/src/main.ts", specifier, manifests) == expected, specifier
        assert resolve(there, "q/main.ts", "#a", manifests) is None


@pytest.mark.parametrize(
    "manifest",
    ["", "{", "[]", '{"name": 3, "workspaces": 4}', '{"name": "x", "workspaces": {"packages": {}}}',
     '{"workspaces": ["../*", "/*", "**", ""]}',
     '{"dependencies": ["p"], "imports": [], "exports": 3}', '{"name": "x", "workspaces": ["' + "**/" * 500 + '*"]}', "[" * 100_000],
)  # fmt: skip
def test_a_manifest_that_makes_no_sense(manifest: str) -> None:
    manifests = {"package.json": manifest, "a/package.json": manifest, "pnpm-workspace.yaml": "packages:\n -\n - '\n - [\n- ../x\n:"}
    assert resolve("a/b/c.ts", "a/b/d.ts", "p", manifests) is None
    assert resolve("a/b/c.ts", "a/b/d.ts", "./c", manifests) == "a/b/c.ts"
