"""Finding parts by looking: a new format or transform is one new file, listed nowhere."""

import pkgutil
from importlib import import_module
from types import ModuleType

__all__ = ["parts_of"]


def parts_of(package: ModuleType, *, attribute: str) -> list[ModuleType]:
    """The modules inside ``package`` that define ``attribute``, by name of the file."""
    found = [
        import_module(f"{package.__name__}.{one.name}")
        for one in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name)
    ]
    return [module for module in found if hasattr(module, attribute)]
