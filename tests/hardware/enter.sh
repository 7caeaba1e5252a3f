#!/bin/sh
# Runs a command inside a Debian root: enter.sh ROOT CHECKOUT [HOST_PATH ...] -- COMMAND...
# Called under `unshare --mount`: every mount made here ends with the command. The checkout is at /mocam, read-only; the
# host's paths are where they are on the host, read-only. No real device is seen inside, so that none is opened.
set -eu

root=$1
checkout=$2
shift 2
# shellcheck source=tests/hardware/mounts.sh
. "$(dirname "$0")/mounts.sh"

mount_devices
mount --rbind /proc "$root/proc"
show "$checkout" "$root/mocam"
show_names
while [ "$1" != -- ]; do
    show "$1" "$root$1"
    shift
done
shift
exec chroot "$root" /usr/bin/env --chdir=/mocam "$@"
