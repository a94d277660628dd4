"""Which file a Python module name means."""

from __future__ import annotations

import pytest
from project_trees import Files, with_manifests

from keylint.project.python import PythonModules

PROJECT: Files = {"pyproject.toml": '[project]\nname = "app"\n'}


def modules(paths: str, manifests: Files | None = None) -> PythonModules:
    return PythonModules(with_manifests(paths, manifests or {}))


class TestRelative:
    TREE = "p/__init__.py p/a.py p/q/__init__.py p/q/b.py p/q/r/c.py p/d.py p/d/__init__.py"

    @pytest.mark.parametrize(
        ("importer", "module", "expected"),
        [
            ("p/a.py", ".", "p/__init__.py"),
            ("p/q/b.py", ".", "p/q/__init__.py"),
            ("p/q/b.py", "..", "p/__init__.py"),
            ("p/q/b.py", "..a", "p/a.py"),
            ("p/q/__init__.py", ".b", "p/q/b.py"),
            ("p/q/__init__.py", "..a", "p/a.py"),
            ("p/a.py", ".q.b", "p/q/b.py"),
            ("p/a.py", ".q.r.c", "p/q/r/c.py"),
            ("p/a.py", ".q.r", None),
            ("p/q/r/c.py", ".", None),
            ("p/q/r/c.py", "...a", "p/a.py"),
            ("p/a.py", ".d", "p/d/__init__.py"),
            ("p/a.py", ".gone", None),
            ("p/a.py", "...x", None),
            ("p/a.py", "....", None),
            ("p/a.py", ".q..b", None),
            ("p/a.py", "", None),
            ("p/a.py", "./q", None),
        ],
    )
    def test_dots(self, importer: str, module: str, expected: str | None) -> None:
        assert modules(self.TREE).resolve(importer, module) == expected

    def test_names_that_are_modules(self) -> None:
        found = modules(self.TREE)
        assert found.submodule("p/a.py", ".", "q") == "p/q/__init__.py"
        assert found.submodule("p/a.py", ".q", "b") == "p/q/b.py"
        assert found.submodule("p/q/b.py", "..", "a") == "p/a.py"
        assert found.submodule("p/a.py", "p", "a") == "p/a.py"
        assert found.submodule("p/a.py", "p.q", "r") is None
        assert found.submodule("p/a.py", "p.q.r", "c") == "p/q/r/c.py"
        assert found.submodule("p/a.py", ".q", "CONSTANT") is None


class TestAbsolute:
    def test_from_within_a_package(self) -> None:
        found = modules("lib/p/__init__.py lib/p/q/__init__.py lib/p/q/a.py lib/other.py lib/p/other.py p/q/a.py")
        assert found.resolve("lib/p/q/a.py", "p.q") == "lib/p/q/__init__.py"
        assert found.resolve("lib/p/q/a.py", "other") == "lib/other.py"
        assert found.resolve("lib/p/q/a.py", "p.gone") is None

    def test_a_package_does_not_see_its_own_modules_without_their_package(self) -> None:
        assert modules("p/__init__.py p/utils.py p/a.py", PROJECT).resolve("p/a.py", "utils") is None

    def test_beside_a_script(self) -> None:
        found = modules("tools/a.py tools/b.py b.py", PROJECT)
        assert found.resolve("tools/a.py", "b") == "tools/b.py"
        assert found.resolve("c.py", "b") == "b.py"

    def test_src_layout(self) -> None:
        found = modules("src/app/__init__.py src/app/a.py tests/test_a.py tests/unit/__init__.py tests/unit/test_b.py", PROJECT)
        assert found.resolve("tests/test_a.py", "app.a") == "src/app/a.py"
        assert found.resolve("tests/unit/test_b.py", "app") == "src/app/__init__.py"
        assert found.resolve("src/app/a.py", "app.a") == "src/app/a.py"

    @pytest.mark.parametrize(
        ("manifest", "text"),
        [
            ("pyproject.toml", '[tool.setuptools]\npackage-dir = {"" = "python"}'),
            ("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["python"]'),
            ("pyproject.toml", '[tool.poetry]\nname = "x"\npackages = [{include = "app", from = "python"}]'),
            ("pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["python/app"]'),
            ("setup.py", "from setuptools import setup\nsetup(name='x', package_dir={'': 'python'})"),
            ("setup.cfg", "[metadata]\nname = x\n[options]\npackage_dir =\n    = python\n"),
        ],
    )
    def test_another_directory_for_sources(self, manifest: str, text: str) -> None:
        found = modules("python/app/__init__.py python/app/a.py tests/test_a.py", {manifest: text})
        assert found.resolve("tests/test_a.py", "app.a") == "python/app/a.py"

    def test_namespace_packages(self) -> None:
        found = modules("src/ns/one/__init__.py src/ns/one/a.py src/ns/two.py src/ns/logging/__init__.py tests/t.py", PROJECT)
        assert found.resolve("tests/t.py", "ns.one") == "src/ns/one/__init__.py"
        assert found.resolve("src/ns/one/a.py", "ns.two") == "src/ns/two.py"
        assert found.resolve("tests/t.py", "ns") is None
        assert found.resolve("src/ns/two.py", "logging") is None

    def test_a_namespace_that_holds_a_module_of_its_name(self) -> None:
        found = modules("src/ns/ns.py src/ns/__main__.py src/ns/console/__init__.py", PROJECT)
        assert found.resolve("src/ns/__main__.py", "ns.console") == "src/ns/console/__init__.py"
        assert found.resolve("src/ns/console/__init__.py", "ns.ns") == "src/ns/ns.py"
        assert found.resolve("src/ns/__main__.py", "ns") is None

    def test_portions_of_a_namespace_in_several_distributions(self) -> None:
        manifests = {"one/pyproject.toml": "", "two/pyproject.toml": ""}
        found = modules("one/ns/a/__init__.py two/ns/b/__init__.py one/ns/c.py two/ns/c.py three.py", manifests)
        assert found.resolve("one/ns/a/__init__.py", "ns.b") == "two/ns/b/__init__.py"
        assert found.resolve("one/ns/a/__init__.py", "ns.c") == "one/ns/c.py"
        assert found.resolve("three.py", "ns.c") is None

    def test_distributions_of_one_project_see_each_other(self) -> None:
        manifests = {"core/pyproject.toml": "", "cli/setup.py": ""}
        tree = "core/src/core/__init__.py cli/cli/__init__.py cli/helpers.py core/tests/test_x.py"
        found = modules(tree, manifests)
        assert found.resolve("cli/cli/__init__.py", "core") == "core/src/core/__init__.py"
        assert found.resolve("core/tests/test_x.py", "cli") == "cli/cli/__init__.py"
        assert found.resolve("core/src/core/__init__.py", "helpers") is None

    def test_what_two_distributions_have_is_ambiguous(self) -> None:
        manifests = {"one/pyproject.toml": "", "two/pyproject.toml": "", "three/pyproject.toml": ""}
        found = modules("one/core/__init__.py two/core/__init__.py three/three/__init__.py one/tests/t.py", manifests)
        assert found.resolve("three/three/__init__.py", "core") is None
        assert found.resolve("one/tests/t.py", "core") == "one/core/__init__.py"

    def test_what_lies_in_two_roots_of_a_distribution_is_ambiguous(self) -> None:
        found = modules("app/__init__.py src/app/__init__.py tests/t.py src/app/a.py", PROJECT)
        assert found.resolve("tests/t.py", "app") is None
        assert found.resolve("src/app/a.py", "app") == "src/app/__init__.py"

    def test_an_application_without_a_manifest(self) -> None:
        tree = "backend/app/core/keys.py backend/app/main.py backend/tests/t.py backend/app/api/v1/x.py"
        found = modules(tree)
        assert found.resolve("backend/app/main.py", "app.core.keys") == "backend/app/core/keys.py"
        assert found.resolve("backend/app/api/v1/x.py", "app.core.keys") == "backend/app/core/keys.py"
        assert found.resolve("backend/tests/t.py", "app.core.keys") is None
        listed = modules(tree, {"backend/requirements.txt": "flask"})
        assert listed.resolve("backend/tests/t.py", "app.core.keys") == "backend/app/core/keys.py"
        django = modules(f"{tree} backend/manage.py")
        assert django.resolve("backend/tests/t.py", "app.core.keys") == "backend/app/core/keys.py"

    def test_the_standard_library_is_not_shadowed_from_within(self) -> None:
        found = modules("app/__init__.py app/a.py secrets.py types.py sub/a.py sub/secrets.py test/__init__.py test/x.py", PROJECT)
        assert found.resolve("app/a.py", "secrets") is None
        assert found.resolve("sub/a.py", "secrets") is None
        assert found.resolve("main.py", "secrets") == "secrets.py"
        assert found.resolve("test/x.py", "test") == "test/__init__.py"
        assert modules("sub/a.py sub/secrets.py").resolve("sub/a.py", "secrets") == "sub/secrets.py"

    def test_a_wrapper_called_like_the_library_is_not_that_library(self) -> None:
        found = modules("keyring.py main.py app/keyring/__init__.py app/main.py")
        assert found.resolve("keyring.py", "keyring") is None
        assert found.resolve("main.py", "keyring") == "keyring.py"
        assert found.resolve("app/keyring/__init__.py", "keyring") is None

    def test_stubs_come_last(self) -> None:
        found = modules("a.pyi a.py b.pyi c/__init__.pyi c/__init__.py d.py")
        assert found.resolve("d.py", "a") == "a.py"
        assert found.resolve("d.py", "b") == "b.pyi"
        assert found.resolve("d.py", "c") == "c/__init__.py"

    @pytest.mark.parametrize("module", ["a" + ".a" * 100, "." * 5000, "a" * 5000, "a..b", "a.", "a/b", "\0", "*"])
    def test_names_that_are_none(self, module: str) -> None:
        assert modules("a.py b.py", PROJECT).resolve("b.py", module) is None

    @pytest.mark.parametrize(
        "text",
        ["", "[", "project = 3", "[project]\nname = 3\ndependencies = 4", "x = " + "[" * 50_000, "\0",
         "[tool.setuptools]\npackage-dir = 'src'", "[tool.poetry]\npackages = [1, {from = 3}, {from = '../..'}]"],
    )  # fmt: skip
    def test_a_manifest_that_makes_no_sense(self, text: str) -> None:
        found = modules("src/app/__init__.py tests/t.py", {"pyproject.toml": text, "x/setup.cfg": text, "x/setup.py": text})
        assert found.resolve("tests/t.py", "app") == "src/app/__init__.py"
        assert found.resolve("tests/t.py", "requests") is None
