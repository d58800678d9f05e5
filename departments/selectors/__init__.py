"""Reads about tasks: what a viewer sees, what waits for him, what happened."""

from departments.selectors.collaboration import collaboration
from departments.selectors.detail import detail_of, task_detail
from departments.selectors.inbox import Inbox, InboxRow, inbox
from departments.selectors.lists import TaskFilter, TaskRow, task_rows
from departments.selectors.routing import load_rows
from departments.selectors.shapes import EntryLine, FieldLine, OfferLine, PartLine, TaskDetail
from departments.selectors.visibility import tasks_visible_to

__all__ = [
    "EntryLine",
    "FieldLine",
    "Inbox",
    "InboxRow",
    "OfferLine",
    "PartLine",
    "TaskDetail",
    "TaskFilter",
    "TaskRow",
    "collaboration",
    "detail_of",
    "inbox",
    "load_rows",
    "task_detail",
    "task_rows",
    "tasks_visible_to",
]
