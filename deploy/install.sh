#!/bin/sh
# Installs MoCam as a service that starts with the machine: sudo sh deploy/install.sh
#
#   --dry-run     say what would be done, do nothing
#   --rollback    go back to the release before this one, with its own catalogue
#   --uninstall   take everything away but /var/lib/mocam: settings, catalogue, clips, archive passwords
#   --purge       with --uninstall: that too, for good
#
# Safe to run again: what is there and right is left alone. A newer checkout makes a new release beside the old one under
# /opt/mocam/releases; `current` points to the one that runs. One that does not start is taken back by itself.
set -eu
umask 022

APP=/opt/mocam
HOME_DIR=/var/lib/mocam
ACCOUNT=mocam
UNIT=/etc/systemd/system/mocam.service
JOURNAL=/etc/systemd/journald.conf.d/50-mocam.conf
COMMAND=/usr/local/bin/mocam
NEEDED_KB=1000000
OPENCV_OF_NUMPY_1=4.11.0.86 # the last one built for both numpy 1 and Python 3.11

checkout=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
dry=no
purge=no
task=install

say() { printf '%s\n' "$*"; }
fail() { printf 'mocam install: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '2,8s/^# \{0,1\}//p' "$0"; }

while [ $# -gt 0 ]; do
    case "$1" in
        --dry-run) dry=yes ;;
        --rollback) task=rollback ;;
        --uninstall) task=uninstall ;;
        --purge) purge=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done
[ "$purge" = no ] || [ "$task" = uninstall ] || { say "--purge goes with --uninstall" >&2; exit 2; }

run() { # run COMMAND ...: does it, or says so
    if [ "$dry" = yes ]; then say "would run: $*"; else "$@"; fi
}

# -- what this machine is ----------------------------------------------------------------------------------------

check_machine() { # within the first second, before anything is changed
    [ "$(uname -s)" = Linux ] || fail "MoCam runs on Linux only"
    if [ "$(getconf LONG_BIT)" != 64 ]; then
        fail "this system is 32-bit, and MoCam needs a 64-bit one. On a Raspberry Pi 3, 4, 5 or Zero 2 W: write" \
            "\"Raspberry Pi OS (64-bit)\" on the card with Raspberry Pi Imager. Older Pis cannot run MoCam."
    fi
    command -v systemctl >/dev/null 2>&1 || fail "systemd is needed to keep MoCam running, and this system has none; docs/guide/docker.md is another way"
    command -v "$python" >/dev/null 2>&1 || fail "no $python here. On Debian or Raspberry Pi OS: sudo apt install python3 python3-venv"
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    case "$version" in
        3.11 | 3.12 | 3.13) ;;
        2.* | 3.[0-9] | 3.10) fail "this system is too old: its Python is $version, and MoCam needs 3.11 to 3.13." \
            "That is Debian 12, Raspberry Pi OS Bookworm, Ubuntu 24.04 or newer" ;;
        *) fail "this system's Python is $version, and MoCam knows 3.11 to 3.13. Name another one: sudo PYTHON=python3.13 sh deploy/install.sh" ;;
    esac
    [ "$dry" = yes ] || [ "$(id -u)" -eq 0 ] || fail "root is needed: sudo sh deploy/install.sh (what it would do: --dry-run)"
}

check_room() {
    free_kb=$(df -Pk "$(dirname "$APP")" | awk 'NR == 2 {print $4}')
    [ "$free_kb" -ge "$NEEDED_KB" ] || fail "only $((free_kb / 1000)) MB are free below $(dirname "$APP"), and a release needs up to $((NEEDED_KB / 1000)) while it is made"
}

systemd_runs() { [ -d /run/systemd/system ]; }
is_pi() { [ -r /proc/device-tree/model ] && grep -q 'Raspberry Pi' /proc/device-tree/model; }
has_module() { "$python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$1') is None)"; }
release_of() { basename "$(readlink "$APP/$1" 2>/dev/null)"; } # release_of current: its number, empty when there is none

# -- parts -------------------------------------------------------------------------------------------------------

install_packages() {
    packages=
    has_module ensurepip || packages="$packages python3-venv"
    if is_pi && ! has_module picamera2; then packages="$packages python3-picamera2"; fi
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null 2>&1 || fail "missing:$packages. Install these with this system's own package tool"
    say "fetching Debian packages:$packages"
    run apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
}

make_account() {
    if entry=$(getent passwd "$ACCOUNT"); then
        [ "$(printf '%s' "$entry" | cut -d: -f6)" = "$HOME_DIR" ] || fail "there is a user $ACCOUNT whose home is not $HOME_DIR; MoCam needs that name for itself"
    else
        say "making the system user $ACCOUNT"
        run useradd --system --user-group --home-dir "$HOME_DIR" --no-create-home --shell /usr/sbin/nologin "$ACCOUNT"
    fi
    for group in video audio; do # cameras, microphones
        if getent group "$group" >/dev/null && ! id -nG "$ACCOUNT" 2>/dev/null | tr ' ' '\n' | grep -qx "$group"; then
            run usermod --append --groups "$group" "$ACCOUNT"
        fi
    done
    if [ ! -d "$HOME_DIR" ]; then
        run install -d -o "$ACCOUNT" -g "$ACCOUNT" -m 700 "$HOME_DIR"
    elif [ "$(stat -c %U "$HOME_DIR")" != "$ACCOUNT" ]; then
        say "$HOME_DIR is there from before: it belongs to $ACCOUNT again"
        run chown -hR "$ACCOUNT:$ACCOUNT" "$HOME_DIR"
    fi
}

place() { # place SOURCE TARGET MODE: writes TARGET only when it differs; true when it did
    if cmp -s "$1" "$2"; then return 1; fi
    say "writing $2"
    # Spelled out: `set -e` sleeps in a function that is asked for its answer.
    { run mkdir -p "$(dirname "$2")" && run install -m "$3" "$1" "$2.new" && run mv -f "$2.new" "$2"; } || fail "$2 cannot be written"
}

place_service() { # place_service FOLDER: the unit and its company, out of a release's deploy folder
    changed=no
    place "$1/mocam.service" "$UNIT" 644 && changed=yes
    place "$1/journald.conf" "$JOURNAL" 644 && { ! systemd_runs || run systemctl try-restart systemd-journald; }
    place "$1/mocam.sh" "$COMMAND" 755 || true
    if [ "$changed" = yes ] && systemd_runs; then run systemctl daemon-reload; fi
    if ! systemctl is-enabled --quiet mocam 2>/dev/null; then
        say "MoCam will start with the machine"
        run systemctl enable --quiet mocam
    fi
}

# -- releases ----------------------------------------------------------------------------------------------------

numpy_here() { "$python" -c 'import numpy; print(numpy.__version__)' 2>/dev/null || true; }

fingerprint() { # another program, Python or picamera2 under it: another release
    {
        (cd "$checkout" && find bot camera demo mocam storage deploy pyproject.toml constraints.txt \
            -type f ! -name '*.pyc' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
        "$python" -c 'import sys; print(sys.version)'
        printf '%s %s\n' "$picamera" "$(numpy_here)"
    } | sha256sum | cut -c1-32
}

constraints() { # what pip may take: the tested versions, but for what the system's picamera2 was built against
    if [ "$picamera" = no ]; then cat "$checkout/constraints.txt"; return; fi
    numpy=$(numpy_here)
    case "$numpy" in
        1.*)
            grep -viE '^(numpy|opencv-python-headless)==' "$checkout/constraints.txt"
            say "opencv-python-headless==$OPENCV_OF_NUMPY_1"
            ;;
        *) grep -viE '^numpy==' "$checkout/constraints.txt" ;;
    esac
    [ -z "$numpy" ] || say "numpy==$numpy"
}

build() { # build NUMBER: a whole release, proved to start, or nothing
    release=$APP/releases/$1
    say "[1/3] release $1: fetching the libraries, about 300 MB: a few minutes on a Raspberry Pi"
    if [ "$dry" = yes ]; then say "would make $release and prove it"; return; fi
    mkdir -p "$release/tmp" "$release/source"
    trap 'rm -rf "$release"' EXIT
    trap 'exit 130' INT TERM
    (cd "$checkout" && cp -R bot camera demo mocam storage pyproject.toml README.md "$release/source/")
    cp -R "$checkout/deploy" "$release/deploy"
    constraints >"$release/constraints.txt"
    system=
    [ "$picamera" = no ] || system=--system-site-packages
    # shellcheck disable=SC2086 # none or one word
    "$python" -m venv $system "$release/venv" || fail "venv is missing. On Debian or Raspberry Pi OS: sudo apt install python3-venv"
    # The system's /tmp may lie in memory, and be too small for the wheels.
    TMPDIR=$release/tmp PYTHONNOUSERSITE=1 "$release/venv/bin/python" -m pip install --quiet --progress-bar off \
        --disable-pip-version-check --no-cache-dir --constraint "$release/constraints.txt" "$release/source" \
        || fail "pip could not fetch the libraries (its reason stands above). Is this machine on the network?"
    rm -rf "$release/tmp" "$release/source"
    say "[2/3] release $1: trying it"
    prove "$release" || fail "the new release does not run here; nothing was changed"
    fingerprint >"$release/fingerprint"
    trap - EXIT INT TERM
}

prove() { # prove RELEASE: its libraries load, for the account that will run them
    modules="cv2, av, mocam.cli"
    [ "$picamera" = no ] || modules="$modules, picamera2"
    as_account "$1/venv/bin/python" -c "import $modules" && as_account "$1/venv/bin/mocam" version
}

as_account() { (cd "$HOME_DIR" && runuser -u "$ACCOUNT" -- env HOME="$HOME_DIR" PYTHONNOUSERSITE=1 "$@"); }

point() { # point NAME NUMBER: the link, changed in one step
    ln -sfn "releases/$2" "$APP/$1.new"
    mv -fT "$APP/$1.new" "$APP/$1"
}

next_number() {
    highest=0
    for folder in "$APP"/releases/*/; do
        number=$(basename "$folder")
        case "$number" in *[!0-9]* | '') continue ;; esac
        [ "$number" -le "$highest" ] || highest=$number
    done
    echo $((highest + 1))
}

prune() { # this release and the one before stay; what a broken run left goes
    for folder in "$APP"/releases/*/; do
        number=$(basename "$folder")
        if [ -d "$folder" ] && [ "$number" != "$(release_of current)" ] && [ "$number" != "$(release_of previous)" ]; then
            say "removing release $number"
            run rm -rf "$folder" "$HOME_DIR/backups/before-$number.sqlite3" "$HOME_DIR/backups/of-$number.sqlite3"
        fi
    done
}

# -- the catalogue -----------------------------------------------------------------------------------------------

database() { # where the settings put it
    folder=
    [ ! -r "$HOME_DIR/.env" ] || folder=$(sed -n "s/^ *\(export \)\{0,1\}DATA_DIR *= *//p" "$HOME_DIR/.env" | tail -n 1 | tr -d "\"'" | sed 's/ *$//')
    case "${folder:=data}" in
        /*) echo "$folder/mocam.sqlite3" ;;
        *) echo "$HOME_DIR/$folder/mocam.sqlite3" ;;
    esac
}

keep() { as_account "$python" "$APP/current/deploy/keep_database.py" "$@"; }

# -- tasks -------------------------------------------------------------------------------------------------------

active() { # also while it tries to: an upgrade may be what mends it
    systemd_runs || return 1
    case "$(systemctl is-active mocam 2>/dev/null)" in active | activating | reloading) ;; *) return 1 ;; esac
}
start() { say "starting MoCam"; run systemctl start mocam; }

steady() { # it is up and stays up, without being started anew
    for _ in 1 2 3 4 5 6 7 8; do
        [ "$(systemctl is-active mocam)" = active ] || return 1
        [ "$(systemctl show mocam --property=NRestarts --value)" = 0 ] || return 1
        sleep 1
    done
}

install_or_upgrade() {
    picamera=no
    install_packages
    ! has_module picamera2 || picamera=yes
    make_account
    run mkdir -p "$APP/releases"
    [ -L "$APP/current" ] || [ ! -d "$APP/releases" ] || prune
    before=$(release_of current)
    if [ -n "$before" ] && [ "$(cat "$APP/current/fingerprint" 2>/dev/null)" = "$(fingerprint)" ]; then
        place_service "$APP/current/deploy"
        prune
        say "release $before is installed and up to date"
    else
        check_room
        number=$(next_number)
        build "$number"
        switch "$number" "$before"
    fi
    farewell
}

switch() { # switch NUMBER BEFORE: the new release takes over; when it does not start, the one before comes back
    say "[3/3] release $1: taking over"
    if [ "$dry" = yes ]; then
        place_service "$checkout/deploy"
        return
    fi
    ran=no
    ! active || ran=yes
    [ "$ran" = no ] || systemctl stop mocam
    older=$(release_of previous)
    if [ -n "$2" ]; then
        as_account "$python" "$APP/releases/$1/deploy/keep_database.py" save "$(database)" "$HOME_DIR/backups/before-$1.sqlite3" || {
            [ "$ran" = no ] || start
            rm -rf "$APP/releases/$1"
            fail "the catalogue could not be saved, so nothing was changed; release $2 goes on"
        }
        point previous "$2"
    fi
    point current "$1"
    place_service "$APP/current/deploy"
    if [ "$ran" = yes ] || { [ -z "$2" ] && [ -e "$HOME_DIR/.env" ] && systemd_runs; }; then
        { start && steady; } || not_started "$1" "$2"
    fi
    prune
}

not_started() {
    [ -n "$2" ] || fail "MoCam is installed and did not start; the reason: journalctl -u mocam -n 30"
    say "release $1 does not start; going back to release $2" >&2
    systemctl stop mocam
    back "$1" "$2"
    if [ -n "$older" ]; then point previous "$older"; else rm -f "$APP/previous"; fi
    prune
    start || fail "release $2 does not start either; the reason: journalctl -u mocam -n 60"
    fail "release $1 did not start and release $2 runs again, with everything as it was; the reason: journalctl -u mocam -n 60"
}

back() { # back FROM TO: program, unit and, where its form has changed, the catalogue
    if [ -e "$HOME_DIR/backups/before-$1.sqlite3" ]; then
        keep put-back "$HOME_DIR/backups/before-$1.sqlite3" "$(database)" "$HOME_DIR/backups/of-$1.sqlite3"
    fi
    point current "$2"
    point previous "$1"
    place_service "$APP/current/deploy"
}

rollback() {
    from=$(release_of current)
    to=$(release_of previous)
    [ -n "$from" ] || fail "MoCam is not installed"
    [ -n "$to" ] && [ -d "$APP/releases/$to" ] || fail "there is no earlier release to go back to"
    say "going back from release $from to release $to"
    [ "$dry" = no ] || return 0
    ran=no
    ! active || ran=yes
    [ "$ran" = no ] || systemctl stop mocam
    back "$from" "$to"
    [ "$ran" = no ] || start || fail "release $to does not start; the reason: journalctl -u mocam -n 30"
    say "release $to is the current one; forward again: --rollback once more"
}

uninstall() {
    if active; then run systemctl stop mocam; fi
    if systemctl is-enabled --quiet mocam 2>/dev/null; then run systemctl disable --quiet mocam; fi
    for path in "$UNIT" "$UNIT.d" "$JOURNAL" "$COMMAND" "$APP" /run/mocam; do
        [ ! -e "$path" ] || run rm -rf "$path"
    done
    if systemd_runs; then run systemctl daemon-reload; fi
    [ "$dry" = yes ] || rmdir /etc/systemd/journald.conf.d 2>/dev/null || true
    if [ "$purge" = yes ]; then
        [ ! -e "$HOME_DIR" ] || run rm -rf "$HOME_DIR"
    elif [ -d "$HOME_DIR" ]; then
        # A later user of this machine could get the number that the account had.
        run chown -hR root:root "$HOME_DIR"
        say "kept: $HOME_DIR, now root's (settings, catalogue, clips, archive passwords); an install takes it up again"
    fi
    if getent passwd "$ACCOUNT" >/dev/null; then run userdel "$ACCOUNT"; fi
    say "MoCam is gone from this machine"
}

farewell() {
    if [ "$dry" = yes ]; then say "nothing was changed"; return; fi
    systemd_runs || { say "installed; MoCam starts when this system is started"; return; }
    if active; then
        say "MoCam runs. Log: journalctl -u mocam -f"
    elif [ -e "$HOME_DIR/.env" ]; then
        say "MoCam is installed and not running: sudo systemctl start mocam"
    else
        say "next: sudo mocam setup"
    fi
}

check_machine
case "$task" in
    install) install_or_upgrade ;;
    rollback) rollback ;;
    uninstall) uninstall ;;
esac
