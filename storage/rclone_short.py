"""rclone-python in a process of its own: `python -m storage.rclone_short {version|remotes|about PATH|size PATH}`.

rclone-python runs every command through a shell, with our whole environment, and can neither be stopped nor given a
time limit. Here it has an environment of its own, its parent ends it by the clock, and the only path that it is ever
given is the fixed name of our crypt remote. Prints one JSON value; on failure rclone's log goes to stderr.
"""

from __future__ import annotations

import json
import re
import sys

from rclone_python import rclone, utils

SAFE_PATH = re.compile(r"[A-Za-z0-9_-]+:[A-Za-z0-9._/-]*\Z")
"""A shell finds nothing to do in such a path."""


def answer(command: str, path: str) -> object:
    """The JSON value that a short call gives. Raises RcloneException; ValueError for any other call."""
    if command == "version":
        return rclone.version()
    if command == "remotes":
        return rclone.get_remotes()
    if not SAFE_PATH.match(path):
        raise ValueError("a path that a shell could misread")
    if command == "about":
        return rclone.about(path)
    if command == "size":
        return rclone.size(path)
    raise ValueError("no such short call")


def main(arguments: list[str]) -> int:
    """Exit code: 0, 1 for rclone's failure, 2 for a wrong call."""
    command, path = (*arguments, "", "")[:2]
    try:
        print(json.dumps(answer(command, path)))  # noqa: T201 - the parent reads it from here
    except utils.RcloneException as error:
        sys.stderr.write(error.error_msg)
        return 1
    except ValueError as error:
        sys.stderr.write(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
