"""Pulling over HTTP: page after page of rows, or an index and the CAP messages it leads to."""

import hashlib
from datetime import timedelta

from core.clock import now
from core.errors import BadInput, RuleBroken
from integration.domain.pulling import paging
from integration.domain.pulling.index import Entry, entries
from integration.domain.pulling.paging import Step
from integration.domain.pulling.settings import Http
from integration.domain.pulling.targets import place_of
from integration.models import PulledItem
from integration.services.pulling.fetching import Fetcher, Reply
from integration.services.pulling.handing_in import Run
from integration.services.pulling.resolving import PullFailed
from integration.services.pulling.secrets import headers_of, opened

__all__ = ["pull_http"]

_INDEX_BYTES = 10 * 1024 * 1024
_FORGOTTEN_AFTER = timedelta(days=400)
_GONE = (400, 404, 410)


def pull_http(run: Run, settings: Http, fetcher: Fetcher) -> None:
    """Fetch what is new; raises as ``Fetcher.get``, ``Run.hand_in`` and ``paging.following``."""
    source = _Source(run, settings, fetcher)
    if settings.index == "cap":
        source.messages()
    else:
        source.pages()


class _Source:
    """An address, and what is known of it."""

    def __init__(self, run: Run, settings: Http, fetcher: Fetcher) -> None:
        self.run, self.settings, self.fetcher = run, settings, fetcher
        kept = run.held.source
        self.proof = headers_of(opened(kept.id, kept.sealed_secret))
        self.last = b""  # digest of the last page: one that comes again is no further page

    def pages(self) -> None:
        """Page after page, until the end or the end of this turn."""
        resumed = bool(self.run.cursor.get("place"))
        step: Step | None = paging.begin(self.settings, self.run.cursor, now())
        for _ in range(self.settings.pages):
            if step is None or self.run.over:
                break
            try:
                step = self._page(step)
            except PullFailed as error:
                if resumed and error.http_status in _GONE:
                    # The page to go on from is no longer there: the next pull begins anew.
                    self.run.move_on(lambda rows: {**self.run.cursor, "place": None})
                raise
            resumed = False
        self.run.more = step is not None

    def _page(self, step: Step) -> Step | None:
        known = self.run.cursor.get("known", {}).get(step.url) if step.conditional else None
        reply = self._get(step.url, known, most=self.run.profile.limits.bytes)
        if reply.unchanged and known is not None:
            coming = self._following(step, known["rows"], known["link"])
            self.run.move_on(
                lambda rows: paging.after(self.settings, self.run.cursor, step, coming)
            )
            return coming
        link = paging.link_of(self.settings, step.url, header=reply.header("link"), body=reply.body)
        again = bool(reply.body) and self._again(reply.body)
        coming = None

        def cursor_of(rows: int) -> dict[str, object]:
            nonlocal coming
            coming = None if again else self._following(step, rows, link)
            cursor = paging.remembered(
                self.run.cursor,
                step,
                etag=reply.header("etag"),
                modified=reply.header("last-modified"),
                rows=rows,
                link=link,
            )
            return paging.after(self.settings, cursor, step, coming)

        if reply.body:
            self.run.hand_in(reply.body, cursor_of)
        else:
            self.run.move_on(cursor_of)
        return coming

    def _following(self, step: Step, rows: int, link: str | None) -> Step | None:
        return paging.following(self.settings, step, rows=rows, link=link, at=now())

    def _again(self, body: bytes) -> bool:
        digest = hashlib.sha256(body).digest()
        same, self.last = digest == self.last, digest
        return same

    def _get(self, url: str, known: dict[str, str] | None, *, most: int) -> Reply:
        own = place_of(url) == place_of(self.settings.url)
        headers = {
            # Credentials are the source's own: no other host gets them.
            **(self.proof if own else {}),
            **({"Accept": self.settings.accept} if self.settings.accept else {}),
            **({"If-None-Match": known["etag"]} if known and known["etag"] else {}),
            **({"If-Modified-Since": known["modified"]} if known and known["modified"] else {}),
        }
        self.run.requests += 1  # also one that fails
        reply = self.fetcher.get(url, headers, seconds=self.settings.seconds, most=most)
        self.run.took(reply.size, reply.status)
        self.run.heard = True
        return reply

    def messages(self) -> None:
        """Every message that the index leads to, once for each time it was updated."""
        step = Step(self.settings.url, {})
        known = self.run.cursor.get("known", {}).get(step.url)
        reply = self._get(step.url, known, most=_INDEX_BYTES)
        if reply.unchanged or not reply.body:
            return
        found = entries(reply.body, step.url)
        fresh = self._fresh(found)
        for one in fresh[: self.settings.pages]:
            if self.run.over:
                break
            self._message(one)
        left = self._fresh(found)
        failed = self.run.cursor.get("failed", {})
        self.run.more = any(one.id not in failed for one in left)
        self._forget(found)
        if not left:  # else the index must be given whole the next time too
            told = {name: reply.header(name) for name in ("etag", "last-modified")}
            self.run.move_on(
                lambda rows: paging.remembered(
                    self.run.cursor,
                    step,
                    etag=told["etag"],
                    modified=told["last-modified"],
                    rows=len(found),
                    link=None,
                )
            )

    def _fresh(self, found: list[Entry]) -> list[Entry]:
        """Entries not fetched yet as they are, the oldest first, those that failed last."""
        items = self.run.held.source.items.filter(item__in=[one.id for one in found])
        marks = dict(items.values_list("item", "mark"))
        fresh = [one for one in reversed(found) if marks.get(one.id) != one.mark]
        failed = self.run.cursor.get("failed", {})
        return sorted(fresh, key=lambda one: failed.get(one.id, 0))

    def _message(self, one: Entry) -> None:
        """Fetch and hand in one message. What is wrong with it does not keep the others back."""
        try:
            reply = self._get(one.url, None, most=self.run.profile.limits.bytes)
            self.run.hand_in(reply.body, item=one)
        except BadInput as error:  # it is no message, and will not be one until it is updated
            self.run.trouble.append(error)
            self.run.move_on(None, item=one)
        except (PullFailed, RuleBroken) as error:
            self.run.trouble.append(error)
            failed = dict(self.run.cursor.get("failed", {}))
            failed[one.id] = failed.get(one.id, 0) + 1
            self.run.move_on(lambda rows: {**self.run.cursor, "failed": failed})

    def _forget(self, found: list[Entry]) -> None:
        ids = {one.id for one in found}
        old = PulledItem.objects.filter(
            source=self.run.held.source, at__lt=now() - _FORGOTTEN_AFTER
        )
        old.exclude(item__in=ids).delete()
        failed = {key: n for key, n in self.run.cursor.get("failed", {}).items() if key in ids}
        if failed != self.run.cursor.get("failed", {}):
            self.run.move_on(lambda rows: {**self.run.cursor, "failed": failed})
