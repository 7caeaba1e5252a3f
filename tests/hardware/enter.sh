#!/bin/sh
# Runs a command inside a Debian root: enter.sh ROOT CHECKOUT [HOST_PATH ...] -- COMMAND...
# Called under `unshare --mount`: every mount made here ends with the command. The checkout is at /mocam, read-only; the
# host's paths are where they are on the host, read-only. No real device is seen inside, so that none is opened.
set -eu

root=$1
checkout=$2
shift 2

show() { # show HOST_PATH PLACE: a file or folder of the host, read-only
    if [ -d "$1" ]; then
        mkdir -p "$2"
    else
        mkdir -p "$(dirname "$2")"
        [ -e "$2" ] || : >"$2"
    fi
    mount --bind "$1" "$2"
    mount -o remount,bind,ro "$2" 2>/dev/null || true # not allowed everywhere; nothing inside writes there
}

mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty; do
    : >"$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount --rbind /proc "$root/proc"
show "$checkout" "$root/mocam"
for path in /etc/resolv.conf /etc/hosts; do
    [ ! -e "$path" ] || show "$(readlink -f "$path")" "$root$path"
done
while [ "$1" != -- ]; do
    show "$1" "$root$1"
    shift
done
shift
exec chroot "$root" /usr/bin/env --chdir=/mocam "$@"
