"""What a draft changes, setting by setting and row by row."""

from integration.domain.comparing import Change, changes, compare
from integration.domain.trying import Trial, TrialRow


def test_settings_are_told_by_their_paths() -> None:
    old = {"a": 1, "b": {"c": [1, 2], "d": {"e": "x"}}, "gone": True}
    new = {"a": 1, "b": {"c": [1, 3], "d": {"e": "y", "f": 0}}, "came": [{}]}
    found = {one.path: one for one in changes(old, new)}
    assert found == {
        "b.c": Change("b.c", [1, 2], [1, 3]),
        "b.d.e": Change("b.d.e", "x", "y"),
        "b.d.f": Change("b.d.f", None, 0),
        "gone": Change("gone", True, None),
        "came": Change("came", None, [{}]),
    }
    assert [found[path].kind for path in ("b.c", "b.d.f", "gone")] == [
        "changed", "added", "removed",
    ]  # fmt: skip


def _row(line: int, outcome: str = "accepted", **cells: str) -> TrialRow:
    codes = () if outcome == "accepted" else ("bad_time",)
    return TrialRow(line, f"J{line}", outcome, cells, codes)


def test_rows_are_told_by_what_becomes_of_them_the_gravest_first() -> None:
    old = Trial(
        rows=(_row(0, x="1"), _row(1, x="1"), _row(2, "quarantined"), _row(3, x="1"),
              _row(4, "quarantined"))
    )  # fmt: skip
    new = Trial(
        rows=(_row(0, x="1"), _row(1, x="2", y="3"), _row(2, x="1"), _row(3, "quarantined"),
              _row(4, "quarantined"))
    )  # fmt: skip
    found = compare(version=3, before={}, after={}, old=old, new=new)
    assert found.counts == {
        "same": 1, "changed": 1, "newly_refused": 1, "newly_accepted": 1, "still_refused": 1,
    }  # fmt: skip
    assert [(row.kind, row.line) for row in found.rows] == [
        ("newly_refused", 3), ("changed", 1), ("newly_accepted", 2),
    ]  # fmt: skip
    assert found.rows[1].columns == {"x": ("1", "2"), "y": ("", "3")}


def test_without_two_sound_try_outs_only_settings_are_told() -> None:
    found = compare(version=None, before=None, after={"key": "x"}, old=None, new=None)
    assert found.changes == (Change("key", None, "x"),)
    assert (dict(found.counts), found.rows) == ({}, ())
