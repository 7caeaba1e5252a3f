"""An ONVIF camera on loopback: answers WS-Discovery's multicast, and SOAP over HTTP with a WS-Security digest."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GROUP, PORT = "239.255.255.250", 3702
USER, PASSWORD = "admin", "p@ss:w/rd"

_MATCH = """<?xml version="1.0" encoding="UTF-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>urn:uuid:1</w:MessageID><w:RelatesTo>{relates_to}</w:RelatesTo>
<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</w:Action></e:Header>
<e:Body><d:ProbeMatches><d:ProbeMatch><w:EndpointReference><w:Address>urn:uuid:{number}</w:Address></w:EndpointReference>
<d:Types>dn:NetworkVideoTransmitter</d:Types>
<d:Scopes>onvif://www.onvif.org/name/{name} onvif://www.onvif.org/hardware/X1</d:Scopes>
<d:XAddrs>{urls}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"""

_SOAP = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"
 xmlns:trt="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"
 xmlns:ter="http://www.onvif.org/ver10/error"><s:Body>{body}</s:Body></s:Envelope>"""

_REFUSED = """<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode>
</s:Code><s:Reason><s:Text>Sender not Authorized</s:Text></s:Reason></s:Fault>"""

_PROFILE = """<trt:Profiles token="{token}" fixed="true"><tt:Name>{token}</tt:Name>
<tt:VideoSourceConfiguration token="v"><tt:Name>v</tt:Name><tt:SourceToken>{source}</tt:SourceToken>
</tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e"><tt:Name>e</tt:Name>
<tt:Encoding>{encoding}</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>
</tt:Resolution></tt:VideoEncoderConfiguration></trt:Profiles>"""


@dataclass
class Profile:
    token: str
    width: int
    height: int
    encoding: str = "H264"
    source: str = "lens1"


def _profiles() -> list[Profile]:
    return [
        Profile("sub", 640, 360),
        Profile("main", 2560, 1440),
        Profile("tiny", 160, 120),
        Profile("pictures", 3840, 2160, "JPEG"),
        Profile("other_lens", 352, 288, source="lens2"),
    ]


@dataclass
class Device:
    """What one test wants of the camera."""

    name: str = "Acme%20Dome"
    wants_login: bool = True
    profiles: list[Profile] = field(default_factory=_profiles)
    stream_url: str = "rtsp://192.0.2.7:554/{token}?a=1&amp;b=2"
    """As the camera reports it: with an address of its own that may be wrong."""
    urls: str = ""
    """The addresses that it answers with; empty: its own."""
    own: str = ""
    """Its address, once it is there; tests that run at the same moment hear each other's cameras."""
    bodies: list[str] = field(default_factory=list)
    """Requests that came over HTTP."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.device.bodies.append(request)
        body = self._answer(request)
        data = _SOAP.format(body=body).encode()
        self.send_response(400 if "Fault" in body else 200)
        self.send_header("Content-Type", "application/soap+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""

    def _answer(self, request: str) -> str:
        device, media = self.server.device, f"http://192.0.2.7:{self.server.server_port}/onvif/media"
        if "GetServices" in request:
            return (
                "<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl"
                f"</tds:Namespace><tds:XAddr>{media}</tds:XAddr></tds:Service></tds:GetServicesResponse>"
            )
        if "GetSystemDateAndTime" in request:
            return "<tds:GetSystemDateAndTimeResponse/>"
        if device.wants_login and not _login_is_right(request):
            return _REFUSED
        if "GetProfiles" in request:
            listed = "".join(_PROFILE.format(**vars(profile)) for profile in device.profiles)
            return f"<trt:GetProfilesResponse>{listed}</trt:GetProfilesResponse>"
        token = re.search(r"ProfileToken>([^<]+)<", request)
        url = device.stream_url.format(token=token[1] if token else "")
        return (
            f"<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>{url}</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>"
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    device: Device


def _login_is_right(request: str) -> bool:
    said = {
        name: match[1]
        for name in ("Username", "Password", "Nonce", "Created")
        if (match := re.search(rf"<\w*:?{name}\b[^>]*>([^<]+)<", request))
    }
    if said.get("Username") != USER:
        return False
    mixed = base64.b64decode(said["Nonce"]) + said["Created"].encode() + PASSWORD.encode()
    return said["Password"] == base64.b64encode(hashlib.sha1(mixed, usedforsecurity=False).digest()).decode()


@contextlib.contextmanager
def onvif_device(device: Device) -> Iterator[Device]:
    """Puts the camera on loopback until the end of the block."""
    with _Server(("127.0.0.1", 0), _Handler) as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        server.device = device
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((GROUP, PORT))
        membership = socket.inet_aton(GROUP) + socket.inet_aton("127.0.0.1")
        listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, membership)
        listening.settimeout(0.1)
        device.own = f"http://127.0.0.1:{server.server_port}/onvif/device_service"
        closing = threading.Event()
        threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}),
            threading.Thread(target=_answer_probes, args=(listening, device, closing)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield device
        finally:
            closing.set()
            server.shutdown()
            for thread in threads:
                thread.join()


def _answer_probes(listening: socket.socket, device: Device, closing: threading.Event) -> None:
    while not closing.is_set():
        try:
            data, sender = listening.recvfrom(65_535)
        except TimeoutError:
            continue
        probe = data.decode()
        asked = re.search(r"MessageID>([^<]+)<", probe)
        if asked and "NetworkVideoTransmitter" in probe:
            listening.sendto(b"no XML at all", sender)
            answer = _MATCH.format(
                relates_to=asked[1], number=device.own, name=device.name, urls=device.urls or device.own
            )
            listening.sendto(answer.encode(), sender)
