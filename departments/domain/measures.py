"""Measures of collaboration per organisation, by the counting rules of GB/T 30428.

"Should" (应) is what fell due in the period, or was done in it: not simply what came in. A rate
with nothing to count is None, never 0 % or 100 %; per cent to two decimals, half up.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["Counts", "Measures", "percent"]

_CENT = Decimal("0.01")


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in per cent with two decimals, half up; None when there is no whole."""
    if not whole:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one organisation did in a period; parts of exercises are not counted.

    `should_sign`, `should_feed_back`: due in the period, or done in it. `waiting`: due in the
    period and not fed back by its end. `hours`: sum over feedback of the hours since dispatch.
    """

    led: int = 0
    supported: int = 0
    should_sign: int = 0
    signed: int = 0
    signed_in_time: int = 0
    should_feed_back: int = 0
    fed_back: int = 0
    fed_back_in_time: int = 0
    waiting: int = 0
    returned: int = 0
    reworked: int = 0
    urged: int = 0
    closed: int = 0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Measures:
    """An organisation (code and names) with its counts and the rates that follow from them."""

    organisation: str
    name_zh: str
    name_en: str
    counts: Counts

    @property
    def parts(self) -> int:
        """Parts given to the organisation in the period."""
        return self.counts.led + self.counts.supported

    @property
    def sign_rate(self) -> Decimal | None:
        """签收率: signed of what should be signed for."""
        return percent(self.counts.signed, self.counts.should_sign)

    @property
    def sign_in_time_rate(self) -> Decimal | None:
        """按期签收率: signed in time of what should be signed for."""
        return percent(self.counts.signed_in_time, self.counts.should_sign)

    @property
    def feedback_rate(self) -> Decimal | None:
        """处置率: fed back of what should be handled."""
        return percent(self.counts.fed_back, self.counts.should_feed_back)

    @property
    def feedback_in_time_rate(self) -> Decimal | None:
        """按期处置率: fed back in time of what should be handled."""
        return percent(self.counts.fed_back_in_time, self.counts.should_feed_back)

    @property
    def waiting_rate(self) -> Decimal | None:
        """超期待处置率: due and still not fed back, of what should be handled."""
        return percent(self.counts.waiting, self.counts.should_feed_back)

    @property
    def return_rate(self) -> Decimal | None:
        """回退率: returns per part given."""
        return percent(self.counts.returned, self.parts)

    @property
    def rework_rate(self) -> Decimal | None:
        """返工率: rework per part that should be handled."""
        return percent(self.counts.reworked, self.counts.should_feed_back)

    @property
    def mean_hours(self) -> Decimal | None:
        """平均处置时长: hours from dispatch (or rework) to feedback, two decimals."""
        if not self.counts.fed_back:
            return None
        mean = Decimal(repr(self.counts.hours)) / self.counts.fed_back
        return mean.quantize(_CENT, ROUND_HALF_UP)
