# Egret's own parts: keys, catalogues, static files, tables, the running site.

manage() { "$PY" "$ROOT/manage.py" "$@" 8>&- 9>&-; }

# Commands that neither read nor write tables.
needs_no_database() {
    case ${1:-help} in
        associate | forecast | qca | qca_calibrate | create_keyring | recover_keyring | messages | collectstatic) return 0 ;;
        help | version | --help | --version | spectacular) return 0 ;;
        check) case " $* " in *' --database'*) return 1 ;; *) return 0 ;; esac ;;
    esac
    for word in "$@"; do
        case $word in -h | --help) return 0 ;; esac
    done
    return 1
}

# The ring is made once, with its recovery phrase shown once; without it no personal field can be read.
ensure_keyring() {
    if [ -n "${EGRET_KEYRING_FILE:-}" ] || [ -s "$EGRET_KEYRING" ]; then return 0; fi
    lock_setup
    if [ ! -s "$EGRET_KEYRING" ]; then
        say "Making the key ring"
        manage create_keyring >&2 || die "the key ring could not be made"
    fi
    unlock_setup
}

listing() { find "$@" -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1; }

# prepare_site: compiled catalogues and collected static files, when their sources changed.
prepare_site() {
    catalogues=$(listing locale platform risk departments integration -name '*.po')
    if [ "$(cat "$STATE/catalogues.made-for" 2>/dev/null)" != "$catalogues" ]; then
        say "Compiling the language catalogues"
        manage messages --compile >&2 || die "the language catalogues could not be compiled"
        printf %s "$catalogues" >"$STATE/catalogues.made-for"
    fi
    collected="$(listing platform risk departments integration -path '*/static/*') $(listing build/vendor) $(cat .venv/made-for)"
    if [ ! -s "$STATE/static/staticfiles.json" ] ||
        [ "$(cat "$STATE/static.made-for" 2>/dev/null)" != "$collected" ]; then
        lock_setup
        say "Collecting the static files"
        mkdir -p "$STATE/static"
        # Names with digests are in force once there is a manifest, be it empty.
        [ -s "$STATE/static/staticfiles.json" ] ||
            echo '{"paths": {}, "version": "1.1", "hash": ""}' >"$STATE/static/staticfiles.json"
        if ! manage collectstatic --noinput -v 0 >&2; then
            rm -rf "$STATE/static"
            die "the static files could not be collected"
        fi
        printf %s "$collected" >"$STATE/static.made-for"
        unlock_setup
    fi
}

migrate() (
    DATABASE_URL=$DATABASE_OWNER_URL
    manage migrate --noinput -v 0 >&2 || die "the database could not be migrated"
)

port_must_be_free() {
    "$PY" - 2>/dev/null <<'TEXT' || [ ! -x "$PY" ] || die "port $EGRET_PORT is in use; stop what uses it (./dev down) or set EGRET_PORT"
import os, socket
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind((os.environ["EGRET_BIND"], int(os.environ["EGRET_PORT"])))
TEXT
}

serve_until_stopped() {
    code=0
    attend "$PY" tools/dev/supervise.py || code=$?
    return "$code"
}
