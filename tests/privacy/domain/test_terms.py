import pytest

from core.errors import DomainError
from privacy.domain.terms import MOST_PER_SPAN, PURPOSE_LABELS, RevealPurpose, check_terms

GOOD = {"actor_kind": "officer", "purpose": "contact", "reason": "核实地址", "lately": 0}


def test_an_officer_with_a_purpose_and_a_reason_may() -> None:
    terms = GOOD | {"reason": "回访核实处置情况"}
    assert check_terms(**terms) is RevealPurpose.CONTACT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"actor_kind": "partner"}, "officers_only"),
        ({"actor_kind": "system"}, "officers_only"),
        ({"purpose": "curiosity"}, "purpose_unknown"),
        ({"purpose": ""}, "purpose_unknown"),
        ({"reason": "看看"}, "reason_too_short"),
        ({"reason": "  a     "}, "reason_too_short"),
        ({"lately": MOST_PER_SPAN}, "too_many_reveals"),
    ],
)
def test_terms_that_are_not_met(change: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        check_terms(**(GOOD | {"reason": "long enough"} | change))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_every_purpose_has_a_label() -> None:
    assert set(PURPOSE_LABELS) == set(RevealPurpose)
