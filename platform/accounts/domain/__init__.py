"""Who is asking."""

from accounts.domain.viewer import SYSTEM, Viewer

__all__ = ["SYSTEM", "Viewer"]
