"""Pulling from a watched folder: complete files are delivered and moved out of the way.

Directories and files are opened one below the other without following links, so nothing outside
the configured root can be named. A file is moved after its delivery is committed: a crash between
the two delivers it again, which receiving answers as a replay.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

import msgspec
from django.conf import settings as site

from core.errors import BadInput, DomainError
from core.words import N_
from integration.domain.pulling.settings import Folder
from integration.services.pulling.handing_in import Run
from integration.services.pulling.resolving import PullFailed

__all__ = ["pull_folder"]

_DONE, _REFUSED = "done", "refused"
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", "~")
_LONGEST = 200  # bytes kept of a name that gets a digest before and .json behind it
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_PIECE = 1 << 20


@dataclass(frozen=True)
class _File:
    """A file as it was seen: the same size and time of change again say that it is complete."""

    name: str
    size: int
    changed: int

    @property
    def order(self) -> tuple[int, str]:
        """Oldest first."""
        return self.changed, self.name


def pull_folder(run: Run, settings: Folder) -> None:
    """Deliver what is complete, oldest first; PullFailed ``folder_unusable``."""
    try:
        with _directory(settings.directory) as folder:
            _deliver_all(run, settings, folder)
    except OSError as error:
        message = N_("The folder %(folder)s cannot be used: %(why)s")
        why = error.strerror or type(error).__name__
        raise PullFailed("folder_unusable", message, folder=settings.directory, why=why) from None


def _deliver_all(run: Run, settings: Folder, folder: int) -> None:
    found = _settled(folder, settings.settle_seconds)
    for number, one in enumerate(found):
        if number == settings.files or run.over:
            run.more = True
            break
        _deliver(run, folder, one)


@contextmanager
def _directory(path: str) -> Iterator[int]:
    """A descriptor of a directory below the root; OSError where a part is none, or a link."""
    if not site.PULL_ROOT:
        message = N_("This installation has set no directory apart for folders.")
        raise PullFailed("folders_off", message)
    held = os.open(site.PULL_ROOT, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in PurePosixPath(path).parts:
            inner = os.open(part, _DIRECTORY, dir_fd=held)
            os.close(held)
            held = inner
        yield held
    finally:
        os.close(held)


def _seen(folder: int) -> set[_File]:
    found = set()
    with os.scandir(folder) as entries:
        for one in entries:
            if one.name.startswith(".") or one.name.lower().endswith(_UNFINISHED):
                continue
            facts = one.stat(follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1:
                found.add(_File(one.name, facts.st_size, facts.st_mtime_ns))
    return found


def _settled(folder: int, seconds: int) -> list[_File]:
    """The files that are the same before and after a while."""
    first = _seen(folder)
    if first and seconds:
        time.sleep(seconds)
        first &= _seen(folder)
    return sorted(first, key=lambda one: one.order)


def _deliver(run: Run, folder: int, one: _File) -> None:
    most = run.profile.limits.bytes
    try:
        body = _read(folder, one, most)
        if body is None:
            return  # it changed after all: the next pull looks again
        run.requests += 1
        run.took(len(body))
        run.heard = True
        packed = "gzip" if one.name.lower().endswith(".gz") else ""
        answer = run.hand_in(body, content_encoding=packed)
        told = answer.body if answer else {"received": 0}
        _put_away(folder, one, _DONE, hashlib.sha256(body).hexdigest(), told)
    except BadInput as error:
        run.trouble.append(error)
        mark = f"{one.changed:x}"
        _put_away(folder, one, _REFUSED, mark, {"error": _envelope(error)})


def _read(folder: int, one: _File, most: int) -> bytes | None:
    """The content, None where the file is no longer as it was seen; BadInput ``too_large``."""
    if one.size > most:
        message = N_("The file has %(size)s bytes; a delivery of this feed may have %(most)s.")
        raise BadInput("too_large", message, status=413, size=one.size, most=most)
    handle = os.open(one.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        body = file.read(most + 1)
        facts = os.fstat(file.fileno())
    same = (facts.st_size, facts.st_mtime_ns) == (one.size, one.changed) and len(body) == one.size
    return body if same and stat.S_ISREG(facts.st_mode) else None


def _envelope(error: DomainError) -> dict[str, object]:
    return {"code": error.code, "message": error.text, "detail": error.detail}


def _put_away(folder: int, one: _File, where: str, mark: str, told: Mapping[str, object]) -> None:
    """Move a file, its answer written beside it first. The same again gives the same names."""
    with suppress(FileExistsError):
        os.mkdir(where, 0o750, dir_fd=folder)
    inner = os.open(where, _DIRECTORY, dir_fd=folder)
    try:
        name = f"{mark[:12]}-{_shortened(one.name)}"
        _write(inner, f"{name}.json", msgspec.json.encode(told) + b"\n")
        os.rename(one.name, name, src_dir_fd=folder, dst_dir_fd=inner)
        os.fsync(inner)
        os.fsync(folder)
    finally:
        os.close(inner)


def _shortened(name: str) -> str:
    """The end of a name: file systems count bytes, of which a character may have several."""
    while len(os.fsencode(name)) > _LONGEST:
        name = name[1:]
    return name


def _write(folder: int, name: str, content: bytes) -> None:
    draft = f".{name}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    handle = os.open(draft, flags, 0o640, dir_fd=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
