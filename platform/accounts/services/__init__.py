"""Changing officers, grants and credentials; every act is audited."""

from accounts.services.credentials import (
    change_password,
    issue_partner_key,
    issue_token,
    revoke_partner_key,
    revoke_token,
)
from accounts.services.officers import (
    create_officer,
    end_membership,
    end_post,
    grant_role,
    hold_post,
    load_officers,
    set_active,
)

__all__ = [
    "change_password",
    "create_officer",
    "end_membership",
    "end_post",
    "grant_role",
    "hold_post",
    "issue_partner_key",
    "issue_token",
    "load_officers",
    "revoke_partner_key",
    "revoke_token",
    "set_active",
]
