"""The collaborating departments of the story, in few words."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.domain import Viewer
from core.ids import uuid7
from departments import services
from departments.domain.origins import AlertFacts
from departments.models import TaskPart
from tests.cast import Cast


@dataclass
class Office:
    """Acts of the cast on tasks; viewers are made once, so that a fixed clock may stand anywhere.

    A task of the story: the fire branch of 990102 leads, its police branch supports.
    """

    cast: Cast
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, who: str) -> Viewer:
        if who not in self.viewers:
            self.viewers[who] = self.cast.viewer(who)
        return self.viewers[who]

    def act(
        self,
        who: str,
        task_id: UUID,
        name: str,
        note: str = "",
        version: int | None = None,
        **fields: Any,
    ) -> services.Acted:
        return services.act(
            viewer=self.viewer(who),
            task_id=task_id,
            name=name,
            note=note,
            version=version,
            fields=fields,
        )

    def way(self, task_id: UUID, *steps: tuple[str, str]) -> None:
        """Several steps, each with a note."""
        for who, name in steps:
            self.act(who, task_id, name, "记录")

    def report(self, **changes: Any) -> UUID:
        facts = {"origin_kind": "hand", "title": "商铺冒烟", "category": "fire"}
        facts |= {"district": "990102", **changes}
        return services.report_task(viewer=self.viewer("dispatcher"), **facts)

    def dispatched(self, **changes: Any) -> UUID:
        """A task out with the lead and one supporting department."""
        task_id = self.report(**changes)
        self.way(task_id, ("dispatcher", "accept"), ("dispatcher", "file"))
        self.act(
            "dispatcher",
            task_id,
            "dispatch",
            lead=self.cast.code("lead_officer"),
            supporting=[self.cast.code("supporting_officer")],
        )
        return task_id

    def verifying(self, **changes: Any) -> UUID:
        """A task whose work is done and merged."""
        task_id = self.dispatched(**changes)
        self.way(task_id, *WORK)
        return task_id

    def alert(self, **changes: Any) -> AlertFacts:
        facts = {"alert_id": uuid7(), "family": "fire", "category": "fire"}
        facts |= {"risk_level": "major", "district": "990102", **changes}
        return AlertFacts(**facts)

    def part(self, who: str, task_id: UUID) -> TaskPart:
        return TaskPart.objects.get(
            task_id=task_id, organisation=self.cast.officer(who).organisation
        )


WORK = (
    ("lead_officer", "sign_for"),
    ("lead_officer", "start"),
    ("supporting_officer", "sign_for"),
    ("supporting_officer", "start"),
    ("supporting_officer", "submit_feedback"),
    ("lead_officer", "merge_feedback"),
)
