"""What happens by the clock, run by django-q2's cluster: the rows are made here, idempotently."""

from django_q.models import Schedule

from audit.services import seal
from core.clock import now
from departments import services as departments
from integration.services.devices import note_devices
from integration.services.pulling import pull_due
from integration.services.workshop import delete_old_samples
from pipeline.worker import Tally, drain
from risk import services as risk
from work.services import beat

CLUSTER_BEAT = "schedules"
_EVERY_MINUTE = (
    "sweep_clocks",
    "pull_sources",
    "sweep_feeds",
    "sweep_work",
    "sweep_samples",
    "seal_audit",
    "tick",
)


def ensure() -> None:
    """Make every schedule exist once; those that are no longer ours are removed."""
    names = {f"egret.{name}": f"pipeline.schedules.{name}" for name in _EVERY_MINUTE}
    ours = Schedule.objects.filter(name__startswith="egret.")
    ours.exclude(name__in=names).delete()
    present = set(ours.values_list("name", flat=True))
    Schedule.objects.bulk_create(
        [
            Schedule(name=name, func=func, schedule_type=Schedule.MINUTES, minutes=1, repeats=-1)
            for name, func in names.items()
            if name not in present
        ]
    )


def sweep_clocks() -> int:
    """Urge and escalate what is overdue."""
    return departments.sweep_clocks(now())


def sweep_feeds() -> int:
    """Open the alerts of feeds and devices that say nothing, and close those heard again."""
    note_devices(at=now())
    return risk.sweep_silent_feeds(at=now())


def pull_sources() -> int:
    """Fetch from the sources whose time has come."""
    return pull_due()


def sweep_work() -> int:
    """Do what is owed, should the listening worker be away."""
    return drain(Tally())


def sweep_samples() -> int:
    """Delete the samples of drafts that have been kept long enough."""
    return delete_old_samples(at=now())


def seal_audit() -> int:
    """Chain the audit entries of the last minute."""
    return seal()


def tick() -> None:
    """Say that the schedules run."""
    beat(CLUSTER_BEAT)
