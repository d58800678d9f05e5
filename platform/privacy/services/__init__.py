"""Keys, and the sealing and showing of personal data."""

from privacy.services.keyring import create_keyring, escrow_of, recover_keyring
from privacy.services.personal import PersonalSeals, reveal

__all__ = ["PersonalSeals", "create_keyring", "escrow_of", "recover_keyring", "reveal"]
