"""What a process remembers of its city, and that it notices what others change."""

import psycopg2
import pytest

from city import remembered, selectors


def test_a_change_by_another_process_is_noticed(
    committed_db: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    selectors.forget()
    assert selectors.categories()["noise"].gravity == 0.1

    with psycopg2.connect(database_url) as other, other.cursor() as cursor:
        cursor.execute("UPDATE city_category SET gravity = 0.7 WHERE key = 'noise'")
        cursor.execute("UPDATE city_city SET key = key")
    other.close()
    # Not yet: nobody asks the database for every row.
    assert selectors.categories()["noise"].gravity == 0.1

    monkeypatch.setattr(remembered, "_PATIENCE", 0.0)
    assert selectors.categories()["noise"].gravity == 0.7


@pytest.mark.django_db
def test_one_question_answers_many_calls(django_assert_max_num_queries: object) -> None:
    selectors.forget()
    selectors.categories()
    with django_assert_max_num_queries(0):  # type: ignore[operator]
        for _ in range(100):
            selectors.categories()
