import pytest

from core.errors import BadInput
from privacy.domain.phrase import new_phrase, normal_phrase


def test_a_phrase_survives_being_copied_by_hand() -> None:
    phrase = new_phrase()
    typed = phrase.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert normal_phrase(f"  {typed}\n") == phrase
    assert new_phrase() != phrase


@pytest.mark.parametrize("typed", ["", "ABCDE", "ABCDE-" * 6 + "X", "ABCD!-" + "ABCDE-" * 5])
def test_what_is_no_phrase_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="phrase_malformed"):
        normal_phrase(typed)
