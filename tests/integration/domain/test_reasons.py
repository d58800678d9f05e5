import ast
from pathlib import Path

import pytest

import integration.domain
from integration.domain.reasons import MESSAGES, text

_CALLS = {"quarantine", "flag", "quarantine_all", "flag_all"}


def _codes_in_use() -> set[str]:
    """The literal codes given to rows anywhere in the domain."""
    found: set[str] = set()
    for file in Path(integration.domain.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _CALLS:
                found |= {
                    one.value
                    for one in node.args[1:2]
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


def test_every_code_in_use_has_its_message():
    used = _codes_in_use()
    assert len(used) > 10
    assert used <= MESSAGES.keys()


@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_is_a_sentence_that_fits_a_field(code):
    filled = text(code, "BJSJ")
    assert filled.endswith(".")
    assert "%(" not in filled
