# Where this checkout keeps what is not code: secrets, database, collected files, locks.

say() { printf '==> %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
die() { printf 'dev: %s\n' "$*" >&2; exit 1; }

is_root() { [ "$(id -u)" = 0 ]; }
in_ci() { case ${CI:-} in '' | 0 | false | no) return 1 ;; esac; }
random_hex() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# open_state: the state directory, the secrets and the environment of every command.
open_state() {
    for tool in flock setpriv sha256sum; do
        command -v "$tool" >/dev/null || die "'$tool' is missing (util-linux and coreutils have it)"
    done
    CHECKOUT=$(printf %s "$ROOT" | sha256sum | cut -c1-12)
    if [ -n "${EGRET_STATE_DIR:-}" ]; then
        STATE=$EGRET_STATE_DIR
    elif is_root; then
        STATE=/var/lib/egret/$CHECKOUT
    else
        STATE=$ROOT/.data
    fi
    if [ ! -d "$STATE/run" ]; then
        mkdir -p "$STATE/run" 2>/dev/null || die "cannot write to $STATE"
        mkdir -p "$STATE/keys"
        # The database's own user passes through the directory; it can list nothing in it.
        if is_root; then chmod 711 "$STATE"; else chmod 700 "$STATE"; fi
        chmod 700 "$STATE/run" "$STATE/keys"
    fi
    STATE=$(CDPATH='' cd -- "$STATE" && pwd -P)
    [ -w "$STATE/run" ] || die "$STATE belongs to another user"
    choose_socket_directory
    load_secrets
    export_environment
    watch_signals
}

# Waits while another ./dev of this checkout installs, starts or stops something.
lock_setup() {
    exec 9>"$STATE/setup.lock"
    if ! flock -w 1 9; then
        note "waiting for another ./dev of this checkout"
        flock 9
    fi
}
unlock_setup() { exec 9>&-; }

# A socket's path may have 107 bytes, and libpq splits a host name at commas.
choose_socket_directory() {
    PGSOCK=$STATE/sock
    case $PGSOCK in *[!A-Za-z0-9/_.-]*) PGSOCK='' ;; esac
    if [ -z "$PGSOCK" ] || [ ${#PGSOCK} -gt 90 ]; then
        # Of the state, not of the checkout: ./dev bench has a database of its own beside the usual one.
        PGSOCK=/tmp/egret-$(id -u)-$(printf %s "$STATE" | sha256sum | cut -c1-12)
    fi
}

load_secrets() {
    secrets=$STATE/secrets.env
    if [ ! -s "$secrets" ]; then
        lock_setup
        [ -s "$secrets" ] || (
            umask 077
            for name in EGRET_OWNER_PASSWORD EGRET_APP_PASSWORD EGRET_FILE_SECRET_KEY; do
                printf '%s=%s\n' "$name" "$(random_hex)"
            done >"$secrets.new"
            mv "$secrets.new" "$secrets"
        )
        unlock_setup
    fi
    . "$secrets"
}

# What the caller sets wins over the file; NAME_FILE counts as NAME.
export_environment() {
    DATABASE_URL=$(given DATABASE_URL)
    DATABASE_OWNER_URL=$(given DATABASE_OWNER_URL)
    unset DATABASE_URL_FILE DATABASE_OWNER_URL_FILE
    if [ -n "$DATABASE_URL" ]; then
        DATABASE=external
        [ -n "$DATABASE_OWNER_URL" ] || DATABASE_OWNER_URL=$DATABASE_URL
    else
        DATABASE=private
        DATABASE_URL="postgresql://egret_app:$EGRET_APP_PASSWORD@/egret?host=$PGSOCK"
        DATABASE_OWNER_URL="postgresql://egret_owner:$EGRET_OWNER_PASSWORD@/egret?host=$PGSOCK"
    fi
    [ -n "${EGRET_SECRET_KEY:-}${EGRET_SECRET_KEY_FILE:-}" ] || EGRET_SECRET_KEY=$EGRET_FILE_SECRET_KEY
    [ -n "${EGRET_KEYRING:-}${EGRET_KEYRING_FILE:-}" ] || EGRET_KEYRING=$STATE/keys/keyring.json
    EGRET_STATE_DIR=$STATE
    EGRET_PORT=${EGRET_PORT:-8000}
    EGRET_BIND=${EGRET_BIND:-127.0.0.1}
    PYTHONPATH=$ROOT:$ROOT/platform${PYTHONPATH:+:$PYTHONPATH}
    PYTHONUTF8=1
    export DATABASE_URL DATABASE_OWNER_URL EGRET_STATE_DIR EGRET_PORT EGRET_BIND PYTHONPATH PYTHONUTF8
    [ -z "${EGRET_SECRET_KEY:-}" ] || export EGRET_SECRET_KEY
    [ -z "${EGRET_KEYRING:-}" ] || export EGRET_KEYRING
    [ ! -d "$ROOT/../shared" ] || EGRET_SHARED=${EGRET_SHARED:-$(CDPATH='' cd -- "$ROOT/../shared" && pwd -P)}
    [ -z "${EGRET_SHARED:-}" ] || export EGRET_SHARED
    unset EGRET_OWNER_PASSWORD_FILE PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE PGOPTIONS
    # Without compiled files every start of Python would compile its libraries again.
    unset PYTHONDONTWRITEBYTECODE
    PATH=$ROOT/.venv/bin:$PATH
    PY=$ROOT/.venv/bin/python
}

given() {
    eval "file=\${${1}_FILE:-} value=\${$1:-}"
    if [ -n "$file" ]; then cat "$file"; else printf %s "$value"; fi
}
