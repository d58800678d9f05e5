"""What ./dev does with a PostgreSQL of the operator's own (DATABASE_URL, DATABASE_OWNER_URL)."""

import os
import sys

import psycopg2
from psycopg2 import sql

OLDEST_VERSION = 150000
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
)


def application_role() -> str:
    """The role of DATABASE_URL; connecting also proves that it may."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=30)
    try:
        if connection.server_version < OLDEST_VERSION:
            raise SystemExit("dev: the database of DATABASE_URL is older than PostgreSQL 15")
        return str(connection.info.user)
    finally:
        connection.close()


def grant(cursor: psycopg2.extensions.cursor, role: str) -> None:
    """Tables the owner makes from now on are readable and writable for `role`."""
    for statement in GRANTS:
        cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))


def main(task: str) -> None:
    """`prepare` grants what the application needs; `reset` empties the schema first."""
    try:
        role = application_role()
        owner = psycopg2.connect(os.environ["DATABASE_OWNER_URL"], connect_timeout=30)
        with owner, owner.cursor() as cursor:
            if task == "reset":
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
            if role != owner.info.user:
                grant(cursor, role)
        owner.close()
    except psycopg2.Error as error:
        raise SystemExit(f"dev: the database of DATABASE_URL: {str(error).strip()}") from error


if __name__ == "__main__":
    main(sys.argv[1])
