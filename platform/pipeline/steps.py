"""The product on one page: what happens to a delivery, in order.

    departments' bytes
      1 receive      a delivery and its rows, each accepted, updated, duplicate or quarantined
      2 standardise  one standard record per sound row
      3 associate    records → spots and incidents, with the reason of each link
      4 gather       incidents → risk cases
      5 assess       cases → scores whose terms add up, and risk levels
      6 alert        grave cases → one open alert each
      7 dispatch     alerts → tasks with parts for a lead and supporting departments
      8 feed back    closed tasks → the state of cases and alerts

Steps 1 and 2 run inside the partner's request, in one transaction: nothing is acknowledged before
it is stored. Every later step is owed to an object by a work item, written in the transaction of
the step before; `pipeline.worker` runs it and clears the item in the transaction of its effect. So
a crash anywhere loses nothing and repeats nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.words import N_
from pipeline.dispatch import dispatch
from pipeline.feedback import feed_back
from risk import services as risk
from work import selectors as work

Run = Callable[[Sequence[UUID]], None]


@dataclass(frozen=True)
class Step:
    """One step of the flow.

    `run` is set-based and idempotent; None where the step runs in the request. `batch`: objects
    given to one run, which is one transaction.
    """

    name: str
    title: str
    takes: str
    gives: str
    once_by: str
    run: Run | None = None
    batch: int = 0

    def pending(self) -> int:
        """How many objects wait for this step now."""
        return work.ready(self.name) if self.run else 0


STEPS = (
    Step(
        "receive",
        N_("Receive"),
        takes=N_("bytes of a delivery"),
        gives=N_("delivery and its rows"),
        once_by=N_("digest or Idempotency-Key; feed, source id, version"),
    ),
    Step(
        "standardise",
        N_("Standardise"),
        takes=N_("rows and the feed's profile"),
        gives=N_("standard records"),
        once_by=N_("the same transaction as receiving"),
    ),
    Step(
        "associate",
        N_("Associate"),
        takes=N_("records"),
        gives=N_("subjects and incidents, with grounds"),
        once_by=N_("record and subject; record and incident"),
        run=lambda ids: risk.associate(delivery_ids=ids),
        batch=50,
    ),
    Step(
        "gather",
        N_("Gather"),
        takes=N_("incidents"),
        gives=N_("risk cases"),
        once_by=N_("rule, spot, family and window"),
        run=lambda ids: risk.gather(incident_ids=ids),
        batch=5000,
    ),
    Step(
        "assess",
        N_("Assess"),
        takes=N_("risk cases"),
        gives=N_("scores and risk levels"),
        once_by=N_("case, ruleset and evidence"),
        run=lambda ids: risk.assess(case_ids=ids),
        batch=2000,
    ),
    Step(
        "alert",
        N_("Alert"),
        takes=N_("assessed cases"),
        gives=N_("alerts"),
        once_by=N_("one open alert per source and rule"),
        run=lambda ids: risk.raise_alerts(case_ids=ids),
        batch=500,
    ),
    Step(
        "dispatch",
        N_("Dispatch"),
        takes=N_("open alerts"),
        gives=N_("tasks with their parts"),
        once_by=N_("task by origin and round; part by task and organisation"),
        run=dispatch,
        batch=100,
    ),
    Step(
        "feed_back",
        N_("Feed back"),
        takes=N_("closed tasks"),
        gives=N_("states of cases and alerts"),
        once_by=N_("the closing of the task"),
        run=feed_back,
        batch=100,
    ),
)
