"""Libraries that are loaded when something of them is first used, or when there is time for it.

A button starts a new Python, and somebody waits. Until the first request is under way nothing needs pandas or Arrow,
whose loading takes longer than all else together; while the DMS answers, there is time.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_loading = RLock()
_deferred: dict[str, ModuleType] = {}


def defer(*names: str) -> None:
    """Have modules loaded later, in this process: `import` gives what stands for them until then.

    Args:
        names: Modules, each package before what is in it; those that are loaded already stay as they are.
    """
    for name in names:
        if name not in sys.modules:
            _deferred[name] = sys.modules[name] = _Deferred(name)
            package, _, own = name.rpartition(".")
            if package in _deferred:
                setattr(_deferred[package], own, _deferred[name])


def load_deferred() -> None:
    """Load now what was deferred and nobody has used yet."""
    for name in list(_deferred):
        _load(name)


def load_without(kept: Iterable[str], *names: str) -> None:
    """Load modules that look for others and do without where there are none.

    Args:
        kept: What is kept from them; what is loaded already is not.
        names: What is loaded.
    """
    missing = [name for name in kept if name not in sys.modules]
    known: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]  # None is what cannot be imported
    known.update(dict.fromkeys(missing))
    try:
        for name in names:
            import_module(name)
    finally:
        for name in missing:
            del known[name]


class _Deferred(ModuleType):
    """Stands for a module: whatever is asked of it is asked of the module itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = ModuleSpec(name, None)  # what `import` looks at, lest that be the first use

    def __getattr__(self, name: str) -> object:
        value = getattr(_load(self.__name__), name)
        setattr(self, name, value)
        return value


def _load(name: str) -> ModuleType:
    with _loading:
        family = name.partition(".")[0]
        for other in [known for known in _deferred if known.partition(".")[0] == family]:
            del _deferred[other]
            if isinstance(sys.modules.get(other), _Deferred):
                del sys.modules[other]
        return import_module(name)
