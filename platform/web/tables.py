"""Keyset tables: how any list of the product is shown, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """A heading; `numeric` columns are set right-aligned with tabular figures."""

    label: str | Promise
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A list for `web/table.html`: each row is drawn by `row_template` under the name `row`.

    `query` are the filters in force; the next page keeps them and adds `cursor`. `empty` is what
    the page says when there are no rows; `paged` says that this is not the first page.
    """

    caption: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Any]
    row_template: str
    cursor: str | None
    query: Mapping[str, str]
    empty: str | Promise
    paged: bool = False

    @property
    def next_url(self) -> str | None:
        """The address of the next page, None at the end."""
        return f"?{urlencode({**self.query, 'cursor': self.cursor})}" if self.cursor else None

    @property
    def first_url(self) -> str:
        """The address of the first page with the same filters."""
        return f"?{urlencode(dict(self.query))}"
