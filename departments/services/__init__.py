"""Everything that changes duties and tasks."""

from departments.services.alerts import dispatch_alert, dispatch_alerts
from departments.services.door import Acted, act
from departments.services.duties import load_duties
from departments.services.reporting import report_task
from departments.services.sweeping import sweep_clocks

__all__ = [
    "Acted",
    "act",
    "dispatch_alert",
    "dispatch_alerts",
    "load_duties",
    "report_task",
    "sweep_clocks",
]
