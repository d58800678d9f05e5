from core.words import N_


def test_the_marker_leaves_the_text_as_it_is() -> None:
    assert N_("No %(name)s") == "No %(name)s"
