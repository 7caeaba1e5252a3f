#!/bin/sh
# Boots systemd in a Debian root, as its first process: boot.sh ROOT [HOST_PATH ...]
# Called under `unshare` with mounts, processes and control groups of its own: all of it ends with the first process. The
# host's paths are where they are on the host, read-only. Neither devices nor kernel settings of the host can be reached.
set -eu

root=$1
shift
# shellcheck source=tests/hardware/mounts.sh
. "$(dirname "$0")/../hardware/mounts.sh"

mount --bind "$root" "$root"
mount_devices
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
show_names
for path in "$@"; do
    show "$path" "$root$path"
done
exec env -i container=mocam PATH=/usr/sbin:/usr/bin chroot "$root" /lib/systemd/systemd --log-target=journal --show-status=no
