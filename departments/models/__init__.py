"""Who is responsible for what, and the tasks they carry out together."""

from departments.models.duties import Duty
from departments.models.tasks import Task, TaskEntry, TaskPart

__all__ = ["Duty", "Task", "TaskEntry", "TaskPart"]
