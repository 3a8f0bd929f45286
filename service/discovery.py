"""Finds providers by their file's name: a new kind of channel or CMS is a new file, no list.

A file that cannot be loaded, or that lacks what it must hold, stops the process at boot with its
name: a typo must not make a channel disappear in silence.
"""

import importlib
import pkgutil
from types import ModuleType
from typing import Any

from service.domain.errors import Misconfigured

_NOT_PROVIDERS = frozenset({"base"})


def discover(package: ModuleType, attribute: str) -> dict[str, Any]:
    """Load every module of `package` and return its `attribute` by the module's name."""
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return {
        name: _load(f"{package.__name__}.{name}", attribute)
        for name in sorted(names)
        if name not in _NOT_PROVIDERS
    }


def _load(path: str, attribute: str) -> Any:
    try:
        module = importlib.import_module(path)
    except Exception as error:  # a file may fail in any way while it is loaded
        raise Misconfigured(f"{path} cannot be loaded: {error}") from error
    try:
        return getattr(module, attribute)
    except AttributeError as error:
        raise Misconfigured(f"{path} defines no {attribute}: add it or remove the file") from error
