#!/bin/sh
# Boots systemd in a Debian root, as its first process: boot.sh ROOT [HOST_PATH ...]
# Called under `unshare` with mounts, processes and control groups of its own: all of it ends with the first process. The
# host's paths are where they are on the host, read-only. Neither devices nor kernel settings of the host can be reached.
set -eu

root=$1
shift

show() { # show HOST_PATH PLACE: a file or folder of the host, read-only
    if [ -d "$1" ]; then
        mkdir -p "$2"
    else
        mkdir -p "$(dirname "$2")"
        [ -e "$2" ] || : >"$2"
    fi
    mount --bind "$1" "$2"
    mount -o remount,bind,ro "$2" 2>/dev/null || true
}

mount --bind "$root" "$root"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for name in null zero full random urandom tty; do
    : >"$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for path in /etc/resolv.conf /etc/hosts; do
    [ ! -e "$path" ] || show "$(readlink -f "$path")" "$root$path"
done
for path in "$@"; do
    show "$path" "$root$path"
done
exec env -i container=mocam PATH=/usr/sbin:/usr/bin chroot "$root" /lib/systemd/systemd --log-target=journal --show-status=no
