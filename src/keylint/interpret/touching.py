"""Where code touches a store by itself: by a module it imports, a name that needs no import, a command that it runs.

Decided on what was lowered, where comments, documentation and messages that only talk about a store are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keylint.interpret.changes import walk
from keylint.program.nodes import Call, Literal, Member, Name

if TYPE_CHECKING:
    from keylint.program.link import File
    from keylint.program.module import Import
    from keylint.program.nodes import Node
    from keylint.stores.catalogue import Catalogue

_LOADERS = frozenset(("import", "require", "import_module", "__import__"))


def imports_store(item: Import, language: str, catalogue: Catalogue) -> bool:
    """Whether an import brings in a store, a name of one, or something of a package called after one."""
    return _is_store(item.module, language, catalogue) or catalogue.instance(f"{item.module}.{item.name}") is not None


def touched(file: File, catalogue: Catalogue) -> list[int]:
    """The offsets of the nodes of `file` that touch a store, in order."""
    language, data = file.language, file.source.data
    of_language = [store for store in catalogue.stores if language in store.languages]
    named = tuple(word for store in of_language if store.in_scope or store.bindings or store.declared for word in store.words)
    said = (*named, *(word for store in of_language if store.commands for word in store.words))

    spelled = tuple(word.encode() for word in named)

    def touches(node: Node) -> bool:
        if isinstance(node, (Name, Member)):
            return any(data.find(word, node.span.start, node.span.end) >= 0 for word in spelled)
        if isinstance(node, Literal):
            return isinstance(node.value, str) and any(word in node.value for word in said)
        if isinstance(node, Call) and isinstance(node.callee, (Name, Member)) and node.callee.name in _LOADERS and node.arguments:
            module = node.arguments[0].value
            return isinstance(module, Literal) and isinstance(module.value, str) and _is_store(module.value, language, catalogue)
        return False

    nodes = walk((file.module.body, file.module.functions, file.module.types, file.module.exports))
    return sorted({node.span.start for node in nodes if touches(node)})


def _is_store(module: str, language: str, catalogue: Catalogue) -> bool:
    if catalogue.by_module(language, module) is not None:
        return True
    package = module.partition(".")[0]
    return any(word.decode() in package for word in catalogue.words_for(language))
