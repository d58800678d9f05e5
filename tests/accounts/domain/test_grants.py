import pytest

from accounts.domain.grants import ADMIN_ROLES, ROLES, check_grant, check_not_own
from accounts.models import Role
from core.errors import NotAllowed, RuleBroken


@pytest.mark.parametrize(
    ("role", "held"),
    [
        ("officer", []),
        ("supervisor", ["officer", "dispatcher"]),
        ("system_admin", []),
        ("audit_admin", ["audit_admin"]),
    ],
)
def test_roles_that_may_meet(role: str, held: list[str]) -> None:
    check_grant(role, held)


@pytest.mark.parametrize("admin", ADMIN_ROLES)
@pytest.mark.parametrize("other", ROLES)
def test_an_administrator_is_nothing_else(admin: str, other: str) -> None:
    if admin == other:
        return
    for role, held in ((admin, [other]), (other, [admin])):
        with pytest.raises(RuleBroken, match="roles_conflict"):
            check_grant(role, held)


def test_a_role_that_does_not_exist() -> None:
    with pytest.raises(RuleBroken, match="role_unknown"):
        check_grant("king", [])


def test_nobody_changes_their_own_grants() -> None:
    with pytest.raises(NotAllowed, match="own_grant"):
        check_not_own("7", "7")
    check_not_own("7", "8")


def test_the_table_knows_the_same_roles() -> None:
    assert set(ROLES) == set(Role.values)
