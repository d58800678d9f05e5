# Tests and checks.

do_test() {
    install_python dev
    install_front_end
    find_chromium
    find_shared
    start_database
    ensure_keyring
    prepare_site
    unset EGRET_DEMO
    # Two runs would make and drop the same test database.
    exec 7>"$STATE/test.lock"
    flock -n 7 || { note "waiting for another ./dev test of this checkout"; flock 7; }
    # All of them on both cores; a chosen few as pytest does it.
    [ $# -gt 0 ] || set -- -n "${EGRET_TEST_PROCESSES:-2}"
    attend pytest "$@"
}

# find_chromium: a browser and a font with Chinese characters, for the tests of the pages.
find_chromium() {
    has_chromium && has_chinese_font && return 0
    if is_root && command -v apt-get >/dev/null; then
        lock_setup
        say "Installing chromium and a Chinese font"
        apt_install chromium fonts-noto-cjk fontconfig || note "they could not be installed"
        unlock_setup
    fi
    has_chromium || missing "chromium is not installed"
    has_chinese_font || missing "no Chinese font is installed (fonts-noto-cjk)"
}

has_chromium() {
    EGRET_CHROMIUM=${EGRET_CHROMIUM:-$(command -v chromium || true)}
    [ -x "$EGRET_CHROMIUM" ] || { unset EGRET_CHROMIUM; return 1; }
    export EGRET_CHROMIUM
}

has_chinese_font() {
    [ -f /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] ||
        fc-list :lang=zh-cn 2>/dev/null | grep -q .
}

find_shared() {
    [ -d "${EGRET_SHARED:-}" ] || missing "the folder of reference data is not beside the checkout (../shared)"
}

# missing WHAT: the tests that need it are skipped, except where results are relied upon.
missing() {
    if in_ci; then die "$1"; fi
    note "$1; tests that need it are skipped"
}

do_check() {
    install_python dev
    install_front_end
    start_database
    failed=''
    step "format" ruff format --check .
    step "lint" ruff check .
    step "types" mypy
    step "import contracts" lint-imports
    step "missing migrations" "$PY" manage.py makemigrations --check --dry-run
    step "Django's checks" "$PY" manage.py check --fail-level WARNING
    step "languages" "$PY" manage.py messages --check
    [ -z "$failed" ] || die "failed:$failed"
    say "All checks passed"
}

step() {
    title=$1
    shift
    say "Checking $title"
    attend "$@" || failed="$failed $title;"
}

do_fmt() {
    install_python dev
    attend ruff check --fix --quiet . || true
    attend ruff format .
}
