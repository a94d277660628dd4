"""Imports that lead to a library by way of the project's own files."""

from __future__ import annotations

from keylint.languages import front_end
from keylint.program.link import File, link
from keylint.project.modules import ProjectModules
from keylint.source import Source


def origin(files: dict[str, str], user: str, local: str) -> tuple[str, str]:
    """What the import `local` of the file `user` names in the end."""
    language = "python" if user.endswith(".py") else "typescript"
    sources = [Source(path, text.encode()) for path, text in files.items()]
    read = [File(source, front_end(language).lower(source, [b"store"])) for source in sources]
    program = link(read, ProjectModules("", {path: path for path in files}, lambda path: None))
    file = program.file_at(user)
    assert file is not None
    return file.imports[local].module, file.imports[local].name


def test_exports_are_followed() -> None:
    files = {
        "a.ts": "export * from './b'; export { get as read } from 'lib'",
        "b.ts": "import * as store from 'lib'; import put from 'other'; export { store, put as write }; export * as all from 'lib'",
        "user.ts": "import { store, write, read, all as every } from './a'",
    }
    assert origin(files, "user.ts", "store") == ("lib", "*")
    assert origin(files, "user.ts", "write") == ("other", "default")
    assert origin(files, "user.ts", "read") == ("lib", "get")
    assert origin(files, "user.ts", "every") == ("lib", "*")


def test_a_default_is_not_among_all() -> None:
    files = {"a.ts": "export * from 'lib'", "user.ts": "import store, { put } from './a'"}
    assert origin(files, "user.ts", "store") == ("./a", "default")
    assert origin(files, "user.ts", "put") == ("lib", "put")


def test_what_may_be_of_either_library_is_of_none() -> None:
    files = {"a.ts": "export * from 'lib'; export * from 'other'", "user.ts": "import { put } from './a'"}
    assert origin(files, "user.ts", "put") == ("./a", "put")


def test_own_code_comes_first() -> None:
    files = {"a.ts": "export * from 'lib'; export function put() {}", "user.ts": "import { put } from './a'; import * as a from './a'"}
    assert origin(files, "user.ts", "put") == ("./a", "put")
    assert origin(files, "user.ts", "a") == ("./a", "*")


def test_circles_end() -> None:
    files = {"a.ts": "export * from './b'", "b.ts": "export * from './a'", "user.ts": "import { put } from './a'; import * as a from './a'"}
    assert origin(files, "user.ts", "put") == ("./a", "put")
    assert origin(files, "user.ts", "a") == ("./a", "*")


def test_python_modules_pass_on_what_they_import() -> None:
    files = {
        "vault/__init__.py": "import keyring\nfrom keyring import set_password as put\ndef own(): pass\n",
        "user.py": "from vault import keyring, put as write, own, other\n",
    }
    assert origin(files, "user.py", "keyring") == ("keyring", "*")
    assert origin(files, "user.py", "write") == ("keyring", "set_password")
    assert origin(files, "user.py", "own") == ("vault", "own")
    assert origin(files, "user.py", "other") == ("vault", "other")
