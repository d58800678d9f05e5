"""The factors of a score: one file each, found by being here.

A factor's file offers `LABEL`, what people call it, `evaluate(facts, params) -> Finding` and
`check(params) -> list[str]`, which names what is wrong with parameters. The file's name is the
factor's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from risk.domain.facts import CaseFacts, Finding


@dataclass(frozen=True)
class Factor:
    """One thing that makes a case graver; `label` is an English msgid."""

    name: str
    label: str
    evaluate: Callable[[CaseFacts, Mapping[str, Any]], Finding]
    check: Callable[[Mapping[str, Any]], list[str]]


def _found() -> dict[str, Factor]:
    factors = {}
    for module in sorted(iter_modules(__path__), key=lambda one: one.name):
        code = import_module(f"{__name__}.{module.name}")
        factors[module.name] = Factor(module.name, code.LABEL, code.evaluate, code.check)
    return factors


FACTORS = _found()
