"""The key ring under the name that the product uses."""

from audit.keyring import KeyRingUnusable, forget, ring

__all__ = ["KeyRingUnusable", "forget", "ring"]
