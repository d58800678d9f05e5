"""The forms in which a system administrator says where a feed is pulled from."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.words import N_
from integration.models import PullSource
from integration.services.pulling.secrets import Secret

__all__ = ["FORMS", "PullForm"]

_PAGING = {
    "once": N_("Everything in one answer"),
    "link_header": N_("Pages; the next one is named in the header Link"),
    "next_path": N_("Pages; the next one is named in the JSON answer"),
    "page": N_("Numbered pages"),
    "offset": N_("Pages that begin behind so many rows"),
    "window": N_("What changed within a span of time, in numbered pages (Open311)"),
}
# The fields of the form that each way of paging asks for.
_ASKED = {
    "next_path": ("path",),
    "page": ("parameter", "first", "size_parameter", "size"),
    "offset": ("parameter", "size_parameter", "size"),
    "window": ("start", "parameter", "size_parameter", "size", "days", "overlap_minutes"),
}
_NEEDED = {"next_path": "path", "window": "start"}
_MINUTE = 60
_LONGEST = 7 * 24 * 60


class PullForm(forms.Form):
    """What every kind of source asks for; subclasses add their own and give `settings`."""

    kind = ""
    every_minutes = forms.IntegerField(
        label=_("Pull every … minutes"), min_value=1, max_value=_LONGEST, initial=5
    )
    proof = forms.ChoiceField(label=_("Credentials"), widget=forms.RadioSelect)
    header_name = forms.CharField(label=_("Name of the header"), required=False, max_length=64)
    header_value = forms.CharField(
        label=_("Its value"),
        required=False,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    user = forms.CharField(label=_("User name"), required=False, max_length=200)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    proofs: tuple[str, ...] = ("none", "header", "basic")

    def __init__(self, data: Any = None, *, source: PullSource | None = None) -> None:
        known = source if source is not None and source.kind == self.kind else None
        initial = self.initial_of(known.settings) if known else {}
        stored = bool(known and known.sealed_secret)
        if known:
            initial["every_minutes"] = max(1, known.every_seconds // _MINUTE)
        initial["proof"] = "keep" if stored else self.proofs[0]
        super().__init__(data, initial=initial)
        words = {
            "keep": gettext("Those that are stored"),
            "none": gettext("None"),
            "header": gettext("A header of the request"),
            "basic": gettext("User name and password"),
        }
        offered = (*(("keep",) if stored else ()), *self.proofs)
        choice = cast(forms.ChoiceField, self.fields["proof"])
        choice.choices = [(one, words[one]) for one in offered]
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", _class_of(field.widget))
            field.widget.attrs.setdefault("autocomplete", "off")
            field.error_messages["required"] = gettext("Please fill this in.")

    def clean(self) -> dict[str, Any]:
        """What the chosen credentials need."""
        told = super().clean() or {}
        needed = {"header": ("header_name", "header_value"), "basic": ("user",)}
        for name in needed.get(told.get("proof", ""), ()):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, gettext("Please fill this in."))
        return told

    @property
    def keep_secret(self) -> bool:
        """Whether what is stored stays."""
        return bool(self.cleaned_data["proof"] == "keep")

    @property
    def new_secret(self) -> Secret | None:
        """The credentials as they were entered."""
        told = self.cleaned_data
        if told["proof"] == "header":
            return {"name": told["header_name"], "value": told["header_value"]}
        if told["proof"] == "basic":
            return {"user": told["user"], "password": told["password"]}
        return None

    @property
    def settings(self) -> dict[str, Any]:
        """The document that the service checks."""
        raise NotImplementedError

    def initial_of(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a stored document."""
        return dict(document)


class HttpForm(PullForm):
    """An address of HTTP."""

    kind = "http"
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        help_text=_("Its host must be on the security administrator's list. No keys in it."),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    index = forms.ChoiceField(label=_("What it gives"), widget=forms.RadioSelect, initial="none")
    paging = forms.ChoiceField(label=_("Paging"), initial="once", required=False)
    path = forms.CharField(
        label=_("Path of the next page's address"),
        required=False,
        help_text=_("For JSON answers: meta.next"),
    )
    start = forms.CharField(
        label=_("Beginning of the first span"),
        required=False,
        help_text=_("With its offset: 2026-01-01T00:00:00+08:00"),
    )
    parameter = forms.CharField(label=_("Parameter of the page"), required=False)
    first = forms.IntegerField(label=_("Number of the first page"), required=False, min_value=0)
    size_parameter = forms.CharField(label=_("Parameter of its size"), required=False)
    size = forms.IntegerField(label=_("Rows in a page"), required=False, min_value=1)
    days = forms.IntegerField(label=_("Days in a span"), required=False, min_value=1, max_value=90)
    overlap_minutes = forms.IntegerField(
        label=_("Minutes that are asked for again"), required=False, min_value=0
    )
    seconds = forms.IntegerField(
        label=_("Seconds for one answer"), min_value=1, max_value=120, initial=30
    )
    pages = forms.IntegerField(
        label=_("Pages or messages in one pull"), min_value=1, max_value=100, initial=20
    )

    def __init__(self, data: Any = None, *, source: PullSource | None = None) -> None:
        super().__init__(data, source=source)
        index = [
            ("none", gettext("Rows, as the feed's profile reads them")),
            ("cap", gettext("An index (Atom or RSS) that leads to CAP messages")),
        ]
        cast(forms.ChoiceField, self.fields["index"]).choices = index
        paging = [(key, gettext(words)) for key, words in _PAGING.items()]
        cast(forms.ChoiceField, self.fields["paging"]).choices = paging

    def clean(self) -> dict[str, Any]:
        """What the way of paging cannot do without."""
        told = super().clean()
        needed = _NEEDED.get(told.get("paging", ""))
        if needed and not told.get(needed):
            self.add_error(needed, gettext("Please fill this in."))
        return told

    @property
    def settings(self) -> dict[str, Any]:
        told = self.cleaned_data
        form = "once" if told["index"] == "cap" else told["paging"] or "once"
        asked = {name: told[name] for name in _ASKED.get(form, ())}
        paging = {name: value for name, value in asked.items() if value not in (None, "")}
        names = ("url", "index", "seconds", "pages")
        return {
            "kind": self.kind,
            **{name: told[name] for name in names},
            "paging": {"form": form, **paging},
        }

    def initial_of(self, document: Mapping[str, Any]) -> dict[str, Any]:
        paging = dict(document.get("paging") or {"form": "once"})
        return {**document, **paging, "paging": paging["form"]}


class FolderForm(PullForm):
    """A watched folder."""

    kind = "folder"
    proofs = ("none",)
    directory = forms.CharField(
        label=_("Directory"),
        max_length=400,
        help_text=_(
            "Below the directory set apart for this installation: health/in. Files are taken when"
            " they no longer change; send them as name.part and rename them when they are whole."
        ),
    )
    settle_seconds = forms.IntegerField(
        label=_("Seconds that a file must not change"), min_value=0, max_value=60, initial=5
    )

    @property
    def settings(self) -> dict[str, Any]:
        names = ("directory", "settle_seconds")
        return {"kind": self.kind, **{name: self.cleaned_data[name] for name in names}}


class DatabaseForm(PullForm):
    """A view of a PostgreSQL database."""

    kind = "database"
    proofs = ("basic",)
    host = forms.CharField(
        label=_("Host"),
        max_length=255,
        help_text=_("It must be on the security administrator's list, as postgresql."),
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=5432)
    database = forms.CharField(label=_("Database"), max_length=63)
    tls = forms.ChoiceField(label=_("TLS"))
    view = forms.CharField(
        label=_("View"), max_length=130, help_text=_("With its schema: exchange.incidents")
    )
    rising = forms.CharField(
        label=_("Column that only rises"),
        max_length=63,
        help_text=_("A number that counts up, or the time of the last change."),
    )
    unique = forms.CharField(
        label=_("Column that tells equal ones apart"), required=False, max_length=63
    )
    overlap = forms.IntegerField(
        label=_("Read again below the last value"),
        required=False,
        min_value=0,
        help_text=_("For rows that may come late: so many numbers, or seconds of a time."),
    )
    rows = forms.IntegerField(
        label=_("Rows in a delivery"), min_value=1, max_value=10_000, initial=5000
    )

    def __init__(self, data: Any = None, *, source: PullSource | None = None) -> None:
        super().__init__(data, source=source)
        cast(forms.ChoiceField, self.fields["tls"]).choices = [
            ("verify-full", gettext("Required, the name is verified")),
            ("require", gettext("Required, the name is not verified")),
            ("disable", gettext("None")),
        ]

    @property
    def settings(self) -> dict[str, Any]:
        told = self.cleaned_data
        names = ("host", "port", "database", "tls", "view", "rising", "rows")
        more = {name: told[name] for name in ("unique", "overlap") if told[name]}
        return {"kind": self.kind, **{name: told[name] for name in names}, **more}


FORMS: Mapping[str, type[PullForm]] = {
    one.kind: one for one in (HttpForm, FolderForm, DatabaseForm)
}


def _class_of(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"
