from web.tables import Column, Table


def _table(cursor: str | None, query: dict[str, str]) -> Table:
    return Table("Tasks", (Column("Task"),), (), "row.html", cursor, query, "Nothing")


def test_the_next_page_keeps_the_filters() -> None:
    table = _table("abc=", {"state": "in_hand"})
    assert table.next_url == "?state=in_hand&cursor=abc%3D"
    assert table.first_url == "?state=in_hand"


def test_there_is_no_next_page_at_the_end() -> None:
    assert _table(None, {}).next_url is None
