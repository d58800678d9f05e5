"""The verbs of the profile workshop: draft, sample, proposal, try-out, comparison, switch."""

from integration.services.workshop.drafts import (
    NewFeed,
    change_draft,
    change_section,
    discard_draft,
    follow_present,
    start_draft,
    start_from,
    start_new,
)
from integration.services.workshop.samples import (
    MOST_SAMPLE,
    SAMPLE_LIFE,
    delete_old_samples,
    give_sample,
)
from integration.services.workshop.switching import (
    open_again,
    roll_back,
    switch_off,
    switch_on,
)
from integration.services.workshop.trials import (
    compare_draft,
    faults_of,
    gate_of,
    propose,
    take_proposal,
    try_draft,
)

__all__ = [
    "MOST_SAMPLE",
    "SAMPLE_LIFE",
    "NewFeed",
    "change_draft",
    "change_section",
    "compare_draft",
    "delete_old_samples",
    "discard_draft",
    "faults_of",
    "follow_present",
    "gate_of",
    "give_sample",
    "open_again",
    "propose",
    "roll_back",
    "start_draft",
    "start_from",
    "start_new",
    "switch_off",
    "switch_on",
    "take_proposal",
    "try_draft",
]
