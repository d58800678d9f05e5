from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.ids import uuid7


class DraftState(models.TextChoices):
    OPEN = "open"
    SWITCHED_ON = "switched_on"
    DISCARDED = "discarded"


class ProfileDraft(models.Model):
    """A profile document on its way: of a feed that is there, or of a new department."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=64)  # of the feed, also where there is none yet
    feed = models.ForeignKey(
        "integration.Feed", models.PROTECT, null=True, related_name="drafts", db_index=False
    )
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="+")
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    # The version that was present when the draft began; another one since is not overwritten.
    based_on = models.ForeignKey(
        "integration.FeedProfile", models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=12, choices=DraftState.choices, default=DraftState.OPEN)
    revision = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)
    changed_at = models.DateTimeField(db_index=True)
    # Everybody who wrote in it: who switches it on is somebody else where persons are concerned.
    drafted_by = ArrayField(models.CharField(max_length=120), default=list)
    # What the last try-out was of, and what it gave; the digest is of the document and the sample.
    tried_digest = models.CharField(max_length=64, blank=True)
    tried_at = models.DateTimeField(null=True)
    tried_by = models.CharField(max_length=120, blank=True)
    tried = models.JSONField(default=dict)
    became = models.ForeignKey(
        "integration.FeedProfile", models.PROTECT, null=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def based_on_version(self) -> int | None:
        """The number of the version it began from, None for a new department."""
        return self.based_on.version if self.based_on else None

    @property
    def given(self) -> "DraftSample | None":
        """The sample, None where there is none (any more)."""
        return getattr(self, "sample", None)

    @property
    def has_sample(self) -> bool:
        """Whether there are rows to try it on."""
        return self.given is not None

    @property
    def tried_is_current(self) -> bool:
        """Whether the last try-out was of the document as it stands."""
        return bool(self.tried_digest) and self.tried_digest == self.digest


class DraftSample(models.Model):
    """The rows a draft is tried on, compressed and sealed with a data key of their own.

    Kept for two weeks at most, and no longer than the draft is open.
    """

    draft = models.OneToOneField(
        ProfileDraft, models.CASCADE, primary_key=True, related_name="sample"
    )
    name = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveIntegerField()
    given_by = models.CharField(max_length=120)
    given_at = models.DateTimeField(db_index=True)
    wrapped_key = models.BinaryField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.draft_id)


class SwitchAct(models.TextChoices):
    LOADED = "loaded"  # from the city folder, or by command
    SWITCHED_ON = "switched_on"
    ROLLED_BACK = "rolled_back"
    SWITCHED_OFF = "switched_off"
    OPENED_AGAIN = "opened_again"


class ProfileSwitch(models.Model):
    """One change of which version reads a feed, or of whether the feed takes deliveries."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed = models.ForeignKey(
        "integration.Feed", models.PROTECT, related_name="switches", db_index=False
    )
    from_profile = models.ForeignKey(
        "integration.FeedProfile", models.PROTECT, null=True, related_name="+", db_index=False
    )
    to_profile = models.ForeignKey(
        "integration.FeedProfile", models.PROTECT, null=True, related_name="+", db_index=False
    )
    act = models.CharField(max_length=12, choices=SwitchAct.choices)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    draft = models.ForeignKey(
        ProfileDraft, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["feed", "-at", "-id"], name="profile_switch_newest")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.act}"
