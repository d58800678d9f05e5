"""Officers, what they may do and since when, and the credentials of machines."""

from accounts.models.credentials import OfficerToken, PartnerKey
from accounts.models.officers import Membership, Officer, PostHolding, Role

__all__ = ["Membership", "Officer", "OfficerToken", "PartnerKey", "PostHolding", "Role"]
