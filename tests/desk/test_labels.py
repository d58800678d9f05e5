from django.utils import translation

from desk import labels
from risk.domain.factors import FACTORS


def test_every_factor_has_a_name_in_both_languages() -> None:
    for key in FACTORS:
        with translation.override("en"):
            english = labels.factor(key)
        with translation.override("zh-hans"):
            assert labels.factor(key) != english
    assert labels.factor("gone_since_then") == "Gone since then"


def test_names_are_listed_as_the_language_does() -> None:
    with translation.override("en"):
        assert labels.listed(["a", "b"]) == "a, b"
    with translation.override("zh-hans"):
        assert labels.listed(["甲", "乙"]) == "甲、乙"
