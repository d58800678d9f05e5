"""Which roles may meet in one person."""

from collections.abc import Collection

from core.errors import NotAllowed, RuleBroken
from core.words import N_

__all__ = ["ADMIN_ROLES", "ROLES", "check_grant", "check_not_own"]

ADMIN_ROLES = ("system_admin", "security_admin", "audit_admin")
ROLES = ("officer", "dispatcher", "verifier", "supervisor", *ADMIN_ROLES)


def check_grant(role: str, held: Collection[str]) -> None:
    """Refuse an unknown role, and one that must not meet a role already held.

    System, security and audit administration are three persons, none of whom does business
    (GB/T 22239, separation of administrators). RuleBroken ``role_unknown``, ``roles_conflict``.
    """
    if role not in ROLES:
        raise RuleBroken(
            "role_unknown",
            N_("There is no role %(role)s; roles are: %(roles)s"),
            role=role,
            roles=", ".join(ROLES),
        )
    others = set(held) - {role}
    if others and (role in ADMIN_ROLES or others & set(ADMIN_ROLES)):
        raise RuleBroken(
            "roles_conflict",
            N_("%(role)s may not meet %(held)s in one person."),
            role=role,
            held=", ".join(sorted(others)),
        )


def check_not_own(actor_id: str, officer_id: str) -> None:
    """Nobody changes their own grants: NotAllowed ``own_grant``."""
    if actor_id == officer_id:
        raise NotAllowed("own_grant", N_("Nobody may change their own roles and posts."))
