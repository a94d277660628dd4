"""Names of libraries that a project passes on: whoever imports such a name from a file of the project has it of the library.

An import is followed through `export … from`, through exported imports and, in Python, through whatever a module has imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from keylint.program.link import File, Program
    from keylint.program.module import Export, Import
    from keylint.program.modules import Modules

FURTHEST = 5
"""Files that a name is followed through at most."""


class Passing:
    """Finds the libraries behind the imports of a program's files."""

    def __init__(self, program: Program, modules: Modules) -> None:
        self._program = program
        self._modules = modules

    def name_libraries(self, file: File) -> None:
        """Lets imports of `file` that bring in a library's name by way of another file name the library."""
        for imports in (file.imports, file.type_imports):
            for local, item in imports.items():
                if self._program.module(file, item.module) is not None:
                    origin = self._origin(file, item, 0)
                    if origin is not None:
                        imports[local] = replace(item, module=origin.module, name=origin.name)

    def _origin(self, file: File, item: Import, passed: int) -> Import | None:
        """The import of a library that `item`, an import of `file`, stands for; `None` where it is code of the project, or not seen."""
        target = self._program.module(file, item.module)
        if target is None:
            inside = item.module.startswith(".") or self._modules.module(file.path, item.module) is not None
            return None if inside or self._modules.submodule(file.path, item.module, item.name) is not None else item
        if passed == FURTHEST or (item.name != "*" and self._program.imported(file, item) is not None):
            return None
        if item.name == "*":
            whole = target.exports[0] if len(target.exports) == 1 else None
            return self._passed(target, whole, item, passed) if whole is not None and _is_all(whole) and not target.variables else None
        if target.language == "python":
            own = target.imports.get(item.name)
            return self._origin(target, own, passed + 1) if own is not None else None
        named = [export for export in target.exports if export.name == item.name and export.local is not None]
        if named:
            return self._passed(target, named[0], item, passed)
        if item.name == "default":
            return None
        passing = (self._passed(target, export, item, passed) for export in target.exports if _is_all(export))
        found = {(origin.module, origin.name): origin for origin in passing if origin is not None}
        return found.popitem()[1] if len(found) == 1 else None

    def _passed(self, file: File, export: Export, item: Import, passed: int) -> Import | None:
        """What `item` stands for where `file` passes it on by `export`."""
        if export.module is not None:
            name = item.name if _is_all(export) else export.local or item.name
            return self._origin(file, replace(item, module=export.module, name=name), passed + 1)
        own = file.imports.get(export.local or "")
        return self._origin(file, own, passed + 1) if own is not None else None


def _is_all(export: Export) -> bool:
    """Whether it is `export * from`."""
    return export.name == "*" and export.local is None and export.module is not None
