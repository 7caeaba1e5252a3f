# What both kinds of Debian root mount, read by enter.sh and tests/install/boot.sh: `. mounts.sh`, with $root set.
# shellcheck shell=sh disable=SC2154 # root is theirs

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

mount_devices() { # those that are no hardware, and memory to write into
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for name in null zero full random urandom tty; do
        : >"$root/dev/$name"
        mount --bind "/dev/$name" "$root/dev/$name"
    done
    mkdir "$root/dev/shm"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
}

show_names() { # how the network's names are found
    for path in /etc/resolv.conf /etc/hosts; do
        [ ! -e "$path" ] || show "$(readlink -f "$path")" "$root$path"
    done
}
