"""Network cameras that answer to ONVIF: found by WS-Discovery, asked for the addresses of their streams."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from onveef import OnvifClient, OnvifEndpoint, OnvifError
from onveef.exceptions import OnvifAuthError
from onveef.urls import with_credentials
from onveef.wsdiscovery import DiscoveredDevice, discover, local_ipv4_addresses

from camera.errors import SourceLost, SourceRefused

log = logging.getLogger(__name__)

LISTEN_S = 3.0
"""How long answers are waited for, on each of this machine's networks; devices may take half a second to answer."""

_CAMERAS = "dn:NetworkVideoTransmitter"
_ASK_WITHIN_S = 5.0
_LEAST_DETECTION_WIDTH = 300


@dataclass(frozen=True, slots=True)
class OnvifDevice:
    """One answer to the question who is there."""

    name: str
    host: str
    service_url: str


@dataclass(frozen=True, slots=True)
class Streams:
    """Addresses that may hold the login; they are for the owner's own eyes."""

    main: str = field(repr=False)
    """Of the largest picture."""
    small: str = field(default="", repr=False)
    """Of the smallest picture that is enough for detection, where there is another one."""


def onvif_devices(interfaces: list[str] | None = None, listen_s: float = LISTEN_S) -> list[OnvifDevice]:
    """Asks every network of this machine, or those with the given addresses, for ONVIF cameras."""
    found = discover(timeout_s=listen_s, types=_CAMERAS, interface_ip=interfaces or local_ipv4_addresses() or None)
    devices = {device.service_url: device for device in map(_device, found) if device is not None}
    return sorted(devices.values(), key=lambda device: device.host)


def streams_of(device: OnvifDevice, user: str = "", password: str = "") -> Streams:
    """Asks a device for its RTSP addresses. The password is sent as a digest only, never in the clear.

    Raises SourceRefused when it wants a login, or another one; SourceLost when it gives no address.
    """
    endpoint = OnvifEndpoint(device.service_url, services={"device": device.service_url})
    try:
        with OnvifClient(
            endpoint=endpoint,
            username=user,
            password=password,
            auto_discover=True,
            timeout_s=_ASK_WITHIN_S,
            retries=0,
            http_auth="digest",
        ) as client:
            return _streams(client, user, password)
    except OnvifAuthError as exc:
        if user:
            raise SourceRefused(f"{device.host} refuses this user name or password for ONVIF.") from exc
        raise SourceRefused(f"{device.host} wants a login: mocam cameras --login USER") from exc
    except (OnvifError, httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
        log.debug("%s gives no stream address: %s", device.host, type(exc).__name__)
        raise SourceLost(f"{device.host} gives no stream address over ONVIF.") from exc


def _device(answer: DiscoveredDevice) -> OnvifDevice | None:
    for url in answer.xaddrs:
        try:
            parts = urlsplit(url)
            host = parts.hostname if parts.scheme in ("http", "https") else None
        except ValueError:
            continue
        if host:
            return OnvifDevice(_printable(unquote(answer.name or answer.hardware)) or "Camera", host, url)
    return None


def _printable(text: str) -> str:
    """A name that came over the network, without what could steer a terminal."""
    return "".join(letter for letter in text if letter.isprintable())[:60].strip()


def _streams(client: OnvifClient, user: str, password: str) -> Streams:
    profiles = sorted(client.get_profiles(), key=lambda profile: (_is_video(profile), _width(profile)), reverse=True)
    if not profiles:
        raise OnvifError("no profile")
    main, source = profiles[0], profiles[0].get("video_source", {}).get("source_token")
    smaller = [
        profile
        for profile in profiles[1:]
        if _is_video(profile)
        and _LEAST_DETECTION_WIDTH <= _width(profile) < _width(main)
        and profile.get("video_source", {}).get("source_token") == source
    ]
    addresses = [_address(client, profile) for profile in (main, *smaller[-1:])]
    return Streams(*(with_credentials(address, user, password) for address in addresses))


def _address(client: OnvifClient, profile: dict[str, Any]) -> str:
    address: str = client.get_stream_uri(profile_token=profile["token"])
    if not address.startswith(("rtsp://", "rtsps://")) or not address.isprintable() or " " in address:
        raise OnvifError("no RTSP address")
    return address


def _is_video(profile: dict[str, Any]) -> bool:
    """False for a stream of JPEGs, which some cameras offer over RTSP as well."""
    return bool(profile.get("video_encoder", {}).get("encoding", "") != "JPEG")


def _width(profile: dict[str, Any]) -> int:
    """0 where the device does not say, as the newer of ONVIF's two media services."""
    return int(profile.get("video_encoder", {}).get("width", 0))
