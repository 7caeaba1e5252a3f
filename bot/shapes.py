"""Whether an update has the shape that the Bot API promises, as far as MoCam reads it. Pure.

python-telegram-bot takes most values as they come; a lying server, or a bug of the real one, would then surface as a
crash anywhere in the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_Shape = Mapping[str, Any]
"""Type or shape by field; a field ending in `?` may be missing."""

_USER: _Shape = {"id": int, "first_name": str, "last_name?": str, "username?": str}
_CHAT: _Shape = {"id": int, "type": str}
_MESSAGE: _Shape = {"message_id": int, "date": int, "edit_date?": int, "chat": _CHAT, "from?": _USER, "text?": str}
_PRESS: _Shape = {"id": str, "from": _USER, "data?": str, "message?": _MESSAGE}
_MEMBER: _Shape = {"status": str, "user": _USER}
_CHANGE: _Shape = {"chat": _CHAT, "from": _USER, "date": int, "old_chat_member": _MEMBER, "new_chat_member": _MEMBER}
UPDATE: _Shape = {"update_id": int, "message?": _MESSAGE, "callback_query?": _PRESS, "my_chat_member?": _CHANGE}

LONGEST = 2**63
"""No number of the Bot API is larger; what is would not fit into a row."""


def fits(value: object, shape: Any = UPDATE) -> bool:
    """The fields that we read are there and of their kind."""
    if not isinstance(shape, Mapping):
        if isinstance(value, bool) or not isinstance(value, shape):
            return False
        return not isinstance(value, int) or -LONGEST < value < LONGEST
    if not isinstance(value, dict):
        return False
    for name, part in shape.items():
        field = name.removesuffix("?")
        if field not in value:
            if name == field:
                return False
        elif not fits(value[field], part):
            return False
    return True
