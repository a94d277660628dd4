"""A run as bytes, for the way between two processes of ours. The models in it are named, not copied: every event has some."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keylint.interpret.merging import Run
    from keylint.stores.catalogue import Catalogue


def pack(run: Run, catalogue: Catalogue) -> bytes:
    """The bytes of a run that used `catalogue`."""
    buffer = BytesIO()
    _Packer(buffer, catalogue).dump(run)
    return buffer.getvalue()


def unpack(data: bytes, catalogue: Catalogue) -> Run:
    """The run that `pack` made; `data` must come from a process of our own."""
    run: Run = _Unpacker(BytesIO(data), catalogue).load()
    return run


class _Packer(pickle.Pickler):
    def __init__(self, file: BytesIO, catalogue: Catalogue) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._names: dict[int, object] = {}
        for index, store in enumerate(catalogue.stores):
            self._names[id(store)] = index
            self._names.update((id(operation), (index, number)) for number, operation in enumerate(store.operations))
            self._names.update((id(cls), (index, cls.constant)) for cls in store.classes)

    def persistent_id(self, obj: object) -> object:
        return self._names.get(id(obj))


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: BytesIO, catalogue: Catalogue) -> None:
        super().__init__(file)
        self._catalogue = catalogue

    def persistent_load(self, pid: Any) -> object:
        if isinstance(pid, int):
            return self._catalogue.stores[pid]
        index, part = pid
        store = self._catalogue.stores[index]
        return store.operations[part] if isinstance(part, int) else next(cls for cls in store.classes if cls.constant == part)
