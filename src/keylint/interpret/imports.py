"""Imports of a project's own code that its configuration declares to be a store: by whatever path they name it, one module."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from keylint.program.module import Import, Module
    from keylint.program.modules import Modules
    from keylint.stores.catalogue import Catalogue

_SUFFIX = re.compile(r"\.[mc]?[jt]sx?$")


def declared_stores_named(module: Module, path: str, catalogue: Catalogue) -> Module:
    """`module`, the file at `path`, in which imports of declared stores name the store."""
    if not catalogue.declares(module.language):
        return module
    imports = tuple(_named(item, module.language, path, catalogue) for item in module.imports)
    return msgspec.structs.replace(module, imports=imports) if imports != module.imports else module


def declared_stores_resolved(module: Module, path: str, catalogue: Catalogue, modules: Modules) -> Module:
    """The same where imports name the file of a declared store by an alias or a package, as the project's manifests define it."""
    if not catalogue.declares(module.language):
        return module
    imports = tuple(_resolved(item, module.language, path, catalogue, modules) for item in module.imports)
    return msgspec.structs.replace(module, imports=imports) if imports != module.imports else module


def _resolved(item: Import, language: str, path: str, catalogue: Catalogue, modules: Modules) -> Import:
    inner = modules.submodule(path, item.module, item.name) if item.name != "*" else None
    target = inner or modules.module(path, item.module)
    found = catalogue.declared(language, "", posixpath.splitext(target.replace("\\", "/"))[0].removesuffix("/index")) if target else None
    if found is None:
        return item
    return msgspec.structs.replace(item, module=found, name="*" if inner is not None else item.name)


def _named(item: Import, language: str, path: str, catalogue: Catalogue) -> Import:
    found = store_module(catalogue, language, path, item.module)
    if found is not None:
        return msgspec.structs.replace(item, module=found)
    if language == "python" and item.name != "*":
        # `from package import module`
        inner = f"{item.module}{item.name}" if item.module.endswith(".") else f"{item.module}.{item.name}"
        found = store_module(catalogue, language, path, inner)
        if found is not None:
            return msgspec.structs.replace(item, module=found, name="*")
    return item


def store_module(catalogue: Catalogue, language: str, path: str, specifier: str) -> str | None:
    """The module name of the declared store that the file at `path` imports as `specifier`."""
    return catalogue.declared(language, specifier, _target(language, path.replace("\\", "/"), specifier))


def _target(language: str, path: str, specifier: str) -> str:
    """The path, without suffix, that a relative import leads to; empty for another."""
    if not specifier.startswith("."):
        return ""
    directory = posixpath.dirname(path)
    if language == "python":
        name = specifier.lstrip(".")
        up = [".."] * (len(specifier) - len(name) - 1)
        return posixpath.normpath(posixpath.join(directory, *up, name.replace(".", "/")))
    return _SUFFIX.sub("", posixpath.normpath(posixpath.join(directory, specifier))).removesuffix("/index")
