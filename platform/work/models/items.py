from django.db import models


class WorkItem(models.Model):
    """One step owes one object its work: the outbox row, written with its cause.

    `generation` grows each time the object changes again; an item is only done when the
    generation that was claimed is still the newest. `dead` items wait for a person.
    """

    id = models.BigAutoField(primary_key=True)
    step = models.CharField(max_length=32)
    object_id = models.UUIDField()
    generation = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    dead = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "object_id"], name="work_item_once_per_object")
        ]
        indexes = [
            models.Index(
                fields=["step", "available_at", "id"],
                condition=models.Q(dead=False),
                name="work_item_ready",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.object_id}"


class Heartbeat(models.Model):
    """When a process last said that it lives."""

    name = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name
