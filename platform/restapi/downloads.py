"""Files that callers take away."""

from typing import IO

from django.http import FileResponse

__all__ = ["download"]


def download(file: IO[bytes], *, name: str, media_type: str) -> FileResponse:
    """A file under a name of ours, never opened inside the page (RFC 6266), never cached."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
