"""The forms with which a connection begins: a sample, and what the feed is called."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.domain import Viewer
from core.errors import BadInput
from core.words import N_
from integration import labels
from integration.selectors.workshop import organisations_to_draft_for
from integration.services.workshop import MOST_SAMPLE, NewFeed

__all__ = ["NamesForm", "SampleForm", "StartForm"]

_KINDS = ("event", "alarm", "register", "warning")
_KEY = RegexValidator(r"^[a-z][a-z0-9_]{1,63}$", _("Small letters, digits and underscores only."))
_MIB = 1024 * 1024


class _Plain(forms.Form):
    """A form whose inputs look like those of the other pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            style = "form-select" if isinstance(widget, forms.Select) else "form-control"
            style = "form-check-input" if isinstance(widget, forms.RadioSelect) else style
            widget.attrs.setdefault("class", style)
            needed = N_("Please choose.") if style != "form-control" else N_("Please fill this in.")
            field.error_messages["required"] = gettext(needed)

    def _choose(self, field: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = choices


class SampleForm(_Plain):
    """A sample: a file, or its text; `body` and `name` are what came."""

    file = forms.FileField(label=_("A file with some rows"), required=False)
    text = forms.CharField(
        label=_("or its text, pasted"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 6, "class": "form-control eg-mono", "spellcheck": "false"}
        ),
    )
    needed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = gettext("At most %(most)s MB; a few hundred rows are enough.")
        self.fields["file"].help_text = most % {"most": MOST_SAMPLE // _MIB}

    def clean(self) -> dict[str, Any]:
        """Something, and not too much of it; a file comes before a text."""
        cleaned = super().clean() or {}
        file: UploadedFile[Any] | None = cleaned.get("file")
        if file is not None and (file.size or 0) > MOST_SAMPLE:
            self.add_error("file", gettext("The file is too large. Send some of its rows."))
        elif self.needed and file is None and not cleaned.get("text") and not self.errors:
            self.add_error("file", gettext("Choose a file, or paste some rows."))
        return cleaned

    @property
    def name(self) -> str:
        """What the file was called; empty for pasted text."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        return (file.name or "")[:200] if file else ""

    @property
    def body(self) -> bytes:
        """The bytes of the sample."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None:
            return bytes(file.read())
        try:
            return str(self.cleaned_data["text"]).replace("\r\n", "\n").encode()
        except UnicodeEncodeError as error:
            message = N_("The pasted text holds something that is no character.")
            raise BadInput("bad_encoding", message) from error


class NamesForm(_Plain):
    """What a feed is called, what its rows are, and when its silence is worth a word."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=100)
    name_en = forms.CharField(label=_("Name in English"), max_length=100)
    kind = forms.ChoiceField(label=_("What a row tells of"), widget=forms.RadioSelect)
    origin = forms.ChoiceField(label=_("How it became known"), widget=forms.RadioSelect)
    silent_after_minutes = forms.IntegerField(
        label=_("Silent after (minutes)"),
        required=False,
        min_value=1,
        help_text=_("Left empty, the sender may be silent for any time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = {
            "event": gettext("Event report: something that happened, at a time and a place"),
            "alarm": gettext("Device alarm: a sensor noticed something"),
            "register": gettext("Register entry: what is known of an enterprise or a place"),
            "warning": gettext("Warning: issued by an authority, for an area, with an end"),
        }
        self._choose("kind", [(key, kinds[key]) for key in _KINDS])
        self._choose("origin", [(key, str(label)) for key, label in labels.ORIGINS.items()])


class StartForm(SampleForm, NamesForm):
    """A new department: the sample and the names together."""

    field_order = ("file", "text", "organisation", "key")
    organisation = forms.ChoiceField(label=_("Department that answers for it"))
    key = forms.CharField(
        label=_("Short name"),
        max_length=64,
        validators=[_KEY],
        help_text=_("It stands in addresses and never changes: lifts, drain_patrol."),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = organisations_to_draft_for(viewer)
        first = [("", gettext("Choose"))] if len(found) != 1 else []
        self._choose("organisation", [*first, *found])
        self.fields["key"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
        self.initial.setdefault("kind", "event")
        self.initial.setdefault("origin", "reported")
        self.fields.pop("silent_after_minutes")

    @property
    def new(self) -> NewFeed:
        """What the service asks for."""
        told = self.cleaned_data
        names = ("key", "name_zh", "name_en", "organisation", "kind", "origin")
        return NewFeed(**{name: told[name] for name in names})
