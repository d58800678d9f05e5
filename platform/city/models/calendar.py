from django.db import models


class CalendarDay(models.Model):
    """A public holiday, or a weekend day worked to make up for one (调休)."""

    date = models.DateField(primary_key=True)
    working = models.BooleanField()
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.date.isoformat()


class WorkingSpan(models.Model):
    """One span of working time on a weekday (0 = Monday), local time."""

    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["weekday", "opens"], name="working_span_once"),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")), name="working_span_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"
