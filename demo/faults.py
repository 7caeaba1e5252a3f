"""Faults on request: what a network or a server can do to one call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

_SAYS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}
_PORTAL = "<!DOCTYPE html><html><body><h1>Welcome to the Hotel Wi-Fi</h1><form>Room number</form></body></html>"
_GATEWAY = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer instead of the real one; the call is not carried out."""

    status: int
    body: str
    content_type: str = "application/json"
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call: first the wait, then the reply or the reset; with neither its own answer."""

    reply: Reply | None = None
    reset: bool = False
    """The connection is reset without an answer."""
    stored: bool = False
    """The call is carried out before all that."""
    wait_s: float = 0.0
    unread: bool = False
    """It happens as soon as the first 64 kB of the request are there: an upload that hangs or breaks."""
    cut: bool = False
    """The real answer is cut off in its middle, and the connection is reset."""


@dataclass(slots=True)
class _Planned:
    method: str
    fault: Fault
    left: int | None


class Faults:
    """Faults by method, first asked first met. `method` is a Bot API name, `file` for a download, or `*` for any call.

    `times` None: until `clear`.
    """

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def status(
        self,
        method: str,
        code: int,
        *,
        retry_after: int = 3,
        description: str = "",
        stored: bool = False,
        times: int | None = 1,
    ) -> None:
        """An HTTP status with the real server's words; `retry_after` in seconds, for 429. `stored`: the call was
        carried out even so, as behind a gateway that lost patience."""
        says = description or _SAYS.get(code, "Internal Server Error").format(retry_after=retry_after)
        if code in (502, 504):
            reply = Reply(code, _GATEWAY.format(f"{code} {says}"), "text/html")
        else:
            body: dict[str, object] = {"ok": False, "error_code": code, "description": says}
            if code == 429:
                body["parameters"] = {"retry_after": retry_after}
            reply = Reply(code, json.dumps(body), retry_after_s=retry_after if code == 429 else None)
        self.plan(method, Fault(reply=reply, stored=stored), times)

    def captive_portal(self, method: str = "*", *, status: int = 200, times: int | None = 1) -> None:
        """HTML of somebody in between."""
        self.plan(method, Fault(reply=Reply(status, _PORTAL, "text/html")), times)

    def nonsense(self, method: str, body: str = '{"ok": true, "result": []}', *, times: int | None = 1) -> None:
        """The call is carried out, and answered with status 200 and something of another shape."""
        self.plan(method, Fault(reply=Reply(200, body), stored=True), times)

    def cut_off(self, method: str, *, times: int | None = 1) -> None:
        """The call is carried out; its answer ends in the middle."""
        self.plan(method, Fault(reset=True, stored=True, cut=True), times)

    def hang(self, method: str, wait_s: float, *, times: int | None = 1) -> None:
        """The server stops reading in the middle of the upload, and resets the connection after `wait_s`."""
        self.plan(method, Fault(reset=True, unread=True, wait_s=wait_s), times)

    def break_off(self, method: str, *, times: int | None = 1) -> None:
        """The connection is reset in the middle of the upload."""
        self.plan(method, Fault(reset=True, unread=True), times)

    def reset(self, method: str, *, stored: bool, times: int | None = 1) -> None:
        """The connection is reset once the call was read; `stored`: after it was carried out."""
        self.plan(method, Fault(reset=True, stored=stored), times)

    def silence(self, method: str, wait_s: float, *, stored: bool, times: int | None = 1) -> None:
        """No answer for `wait_s`, then the connection is reset; `stored`: the call was carried out at once."""
        self.plan(method, Fault(reset=True, stored=stored, wait_s=wait_s), times)

    def slow(self, method: str, wait_s: float, *, times: int | None = 1) -> None:
        """The call is carried out and answered after `wait_s`."""
        self.plan(method, Fault(wait_s=wait_s), times)

    def late(self, method: str, wait_s: float, *, times: int | None = 1) -> None:
        """The call is carried out at once, and answered after `wait_s`: what it did is seen before."""
        self.plan(method, Fault(stored=True, wait_s=wait_s), times)

    def plan(self, method: str, fault: Fault, times: int | None = 1) -> None:
        """Any other fault."""
        self._planned.append(_Planned(method, fault, times))

    def clear(self, method: str | None = None) -> None:
        """Forgets what is planned for a method; None: everything."""
        self._planned = [p for p in self._planned if method is not None and p.method != method]

    def take(self, method: str, *, unread: bool = False) -> Fault | None:
        """The fault that this call meets, used up by it; `unread`: only one that happens while it is being read."""
        planned = next(self._for(method), None)
        if planned is None or (unread and not planned.fault.unread):
            return None
        if planned.left is not None:
            planned.left -= 1
            if planned.left <= 0:
                self._planned.remove(planned)
        return planned.fault

    def _for(self, method: str) -> Iterator[_Planned]:
        return (p for p in self._planned if p.method in ("*", method))
