#!/bin/sh
# The installed MoCam as `mocam`: under its own account and in its own folder, so that .env and data are the service's.
# `mocam rclone ..` is the rclone that comes with it, with that account's rclone.conf: sudo mocam rclone config
set -eu

home=/var/lib/mocam
bin=/opt/mocam/current/venv/bin

case "${1:-}" in
    replay | version | demo | "" | -*) exec "$bin/mocam" "$@" ;; # these touch nothing of the service
esac
task=$1
if [ "$task" = rclone ]; then
    shift
    set -- "$bin/rclone" "$@"
else
    set -- "$bin/mocam" "$@"
fi
case "$(id -un)" in
    root) set -- runuser -u mocam -- env HOME="$home" PYTHONNOUSERSITE=1 "$@" ;;
    mocam) ;;
    *)
        printf 'mocam: the service has an account of its own; write it with sudo in front\n' >&2
        exit 1
        ;;
esac
cd "$home"
case " $* " in *" --kit "* | *" --help "*) exec "$@" ;; esac # these pause nothing
if [ "$task" != setup ] || [ "$(id -u)" -ne 0 ] || [ ! -d /run/systemd/system ]; then exec "$@"; fi

# Setting up speaks to the chat and opens the cameras itself: the service pauses meanwhile, and starts when it is over.
ran=no
if systemctl is-active --quiet mocam; then
    ran=yes
    systemctl stop mocam
fi
trap : INT # the wizard ends by itself, and the service must come back
code=0
"$@" || code=$?
if [ "$code" -eq 0 ] || [ "$ran" = yes ]; then
    systemctl restart mocam && printf 'MoCam runs as a service. Log: journalctl -u mocam -f\n'
fi
exit "$code"
