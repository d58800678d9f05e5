"""What an engineer of the sending department needs: how to push, what to expect, what was wrong."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from city.selectors import categories, current_city
from core.clock import now
from core.errors import BadInput
from integration import labels
from integration.domain import formats
from integration.domain.example import example_row
from integration.domain.profile import Profile
from integration.models import Delivery
from integration.services import Answer
from integration.wording import in_language

__all__ = [
    "CodeLine",
    "DeliveryLine",
    "TryOut",
    "delivery_lines",
    "example",
    "python_text",
    "try_out",
]

_FROM_CENTRE = 0.001234  # degrees: a place with all its decimals
_MEDIA = {
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "cap": "application/cap+xml",
    "gbt35965": "application/xml",
    "open311": "application/json",
    "sensorthings": "application/json",
}


@dataclass(frozen=True)
class CodeLine:
    """One reason and the rows that have it, with their share of all rows in per cent."""

    code: str
    title: str
    rows: int
    share: float
    advice: str


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery and what was wrong with it."""

    delivery: Delivery
    codes: Sequence[CodeLine]


@dataclass(frozen=True)
class TryOut:
    """What became of a dry run: the counts, the reasons, the first problems in words."""

    counts: Mapping[str, int]
    sound: float  # per cent of rows without any problem that kept them out
    codes: Sequence[CodeLine]
    problems: Sequence[Mapping[str, Any]]


def example(profile: Profile) -> tuple[str, str]:
    """An example delivery as text and its media type; no text for formats that are not text."""
    media = _MEDIA.get(profile.format.name, "application/octet-stream")
    city = current_city()
    try:
        row = example_row(
            profile,
            at=now() - timedelta(hours=1),
            lon=(city.west + city.east) / 2 + _FROM_CENTRE,
            lat=(city.south + city.north) / 2 + _FROM_CENTRE,
            category=next(iter(categories())),
        )
        body = formats.alone(row, profile)
        encoding = profile.format.encoding
        return body.decode("utf-8" if encoding == "auto" else encoding), media
    except (BadInput, UnicodeDecodeError, LookupError):
        return "", media


def curl_text(url: str, media: str) -> str:
    """The command that sends a file, for a shell."""
    return "\n  ".join(
        (
            f"curl --fail-with-body -X POST {shlex.quote(url)} \\",
            '-H "Authorization: Api-Key $EGRET_KEY" \\',
            f"-H 'Content-Type: {media}' \\",
            "--data-binary @delivery",
        )
    )


def python_text(url: str, media: str) -> str:
    """The same as a program that keeps the retry rule, with nothing but Python itself."""
    return f"""import json, os, time, urllib.error, urllib.request

def push(path):
    with open(path, "rb") as file:
        body = file.read()
    request = urllib.request.Request({json.dumps(url)}, data=body, method="POST", headers={{
        "Authorization": "Api-Key " + os.environ["EGRET_KEY"],
        "Content-Type": {json.dumps(media)},
    }})
    wait = 1
    while True:
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if refusal.code not in (429, 503):
                raise SystemExit(refusal.read().decode())  # mend the file, then send it
            wait = int(refusal.headers.get("Retry-After") or wait)
        except OSError:
            pass  # no answer: it may have been stored or not, and the same bytes are safe
        time.sleep(wait)
        wait = min(wait * 2, 300)

told = push("delivery")
print(told["received"], "rows,", told["quarantined"], "quarantined")
for problem in told["problems"]:
    print(problem["line"], problem["source_id"], problem["code"], problem["message"])
"""


def delivery_lines(deliveries: Sequence[Delivery]) -> list[DeliveryLine]:
    """What was wrong with each delivery, the commonest first."""
    return [DeliveryLine(one, _codes(one.codes, one.received)) for one in deliveries]


def try_out(answer: Answer) -> TryOut:
    """The words of a dry run."""
    body = answer.body
    names = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")
    rows = body["received"]
    sound = 100 * (rows - body["quarantined"]) / rows if rows else 0.0
    shown = [
        {
            **one,
            "title": labels.title(one["code"]),
            "outcome_word": labels.word(labels.OUTCOMES, one["outcome"]),
            "message": in_language(one["code"], one["field"]),
        }
        for one in body["problems"]
    ]
    counts = {name: body[name] for name in names}
    return TryOut(counts, sound, _codes(body["codes"], rows), shown)


def _codes(codes: Mapping[str, int], rows: int) -> list[CodeLine]:
    found = sorted(codes.items(), key=lambda one: (-one[1], one[0]))
    return [
        CodeLine(
            code,
            labels.title(code),
            count,
            100 * count / rows if rows else 0.0,
            in_language(code, "…"),
        )
        for code, count in found
    ]
