"""The drawing in the documents is the table."""

from pathlib import Path

from departments.domain import part_table, task_table

PAGE = Path(__file__).resolve().parents[3] / "docs" / "task-life.md"


def test_the_documents_draw_the_tables() -> None:
    text = PAGE.read_text("utf-8")
    for table in (task_table.TABLE, part_table.TABLE):
        assert table.mermaid().strip() in text
