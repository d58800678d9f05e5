"""The verbs of pulling: places allowed, sources set up, pulls made."""

from integration.services.pulling.running import Pulled, pull, pull_due
from integration.services.pulling.sources import ask_now, set_up_source, switch_source
from integration.services.pulling.targets import allow_target, revoke_target

__all__ = [
    "Pulled",
    "allow_target",
    "ask_now",
    "pull",
    "pull_due",
    "revoke_target",
    "set_up_source",
    "switch_source",
]
