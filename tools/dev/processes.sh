# Running commands so that Ctrl-C, a signal to ./dev and `./dev down` all end them properly.

CHILD='' STOPPED=''

watch_signals() {
    exec 3<&0
    : >"$STATE/run/$$"
    trap 'on_signal 2' INT
    trap 'on_signal 15' TERM
    trap 'on_signal 1' HUP
    trap 'on_exit' EXIT
}

on_signal() {
    STOPPED=$((128 + $1))
    [ -n "$CHILD" ] || exit "$STOPPED"
    # A terminal has sent its Ctrl-C to the child as well; twice would cut its cleaning up short.
    if [ "$1" != 2 ] || [ ! -t 3 ]; then kill -s TERM "$CHILD" 2>/dev/null || true; fi
}

on_exit() {
    code=$?
    trap '' INT TERM HUP
    trap - EXIT
    rm -f "$STATE/run/$$"
    leave_database || true
    exit "$code"
}

# attend COMMAND…: runs it in the background and waits, because a shell answers no signal while
# a foreground command runs. Background commands start with Ctrl-C ignored, hence `env`.
attend() {
    env --chdir="${WORKDIR:-$ROOT}" --default-signal=INT,QUIT setpriv --pdeathsig TERM -- "$@" <&3 3<&- 7>&- 8>&- 9>&- &
    CHILD=$!
    code=0
    wait "$CHILD" || code=$?
    while kill -0 "$CHILD" 2>/dev/null; do
        code=0
        wait "$CHILD" || code=$?
    done
    CHILD=''
    [ -z "$STOPPED" ] || exit "$STOPPED"
    return "$code"
}

# runs: the ids of the other ./dev processes of this checkout.
runs() {
    for file in "$STATE/run"/*; do
        pid=${file##*/}
        [ "$pid" != "$$" ] && [ -e "$file" ] || continue
        if [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$ROOT" ] &&
            tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'dev '; then
            echo "$pid"
        else
            rm -f "$file"
        fi
    done
}

stop_runs() {
    found=$(runs)
    [ -n "$found" ] || { say "Nothing of this checkout is running"; return 0; }
    say "Stopping what this checkout started"
    for pid in $found; do kill -s TERM "$pid" 2>/dev/null || true; done
    left=600
    while [ -n "$(runs)" ]; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || die "still running after a minute: $(runs | tr '\n' ' ')"
        sleep 0.1
    done
}
