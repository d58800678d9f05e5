"""What records are about: the spot of their position, the place of their address, an enterprise."""

import pandas as pd

from risk.services.enterprises import about_enterprises
from risk.services.findings import keep_findings
from risk.services.places import about_places, put_on_the_map
from risk.services.spots import about_spots
from risk.services.subject_links import follow


def link_subjects(rows: pd.DataFrame) -> None:
    """Link each record to its subjects, and no longer to those it is not about any more.

    `rows`: columns as `records.with_places` gives. Under the lock of ASSOCIATE.
    """
    places = about_places(rows)
    at_place = {one.record: one.subject for one in places}
    enterprises = about_enterprises(rows, at_place)
    won, lost = follow(rows["id"].tolist(), [*about_spots(rows), *places, *enterprises])
    put_on_the_map(won.intersection(at_place.values()), again=lost)
    keep_findings({one.subject for one in enterprises} | lost)
