"""Tables that only grow: every role but the owner loses UPDATE, DELETE and TRUNCATE."""

from django.db.migrations import RunSQL

_CHANGE = """
DO $$
DECLARE one record;
BEGIN
    FOR one IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = '{table}'
          AND grantee NOT IN (current_user, 'PUBLIC')
    LOOP
        EXECUTE format('{act}', one.grantee);
    END LOOP;
END $$
"""


def append_only(table: str) -> RunSQL:
    """A migration step for `table`; it finds the roles by the grants they hold."""
    return RunSQL(
        _CHANGE.format(table=table, act=f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I"),
        _CHANGE.format(table=table, act=f"GRANT UPDATE, DELETE ON {table} TO %I"),
    )
