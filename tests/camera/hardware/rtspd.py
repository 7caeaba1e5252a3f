#!/usr/bin/python3
"""Serves MP4s over RTSP on loopback, by TCP and UDP: a real server for tests.

Usage: rtspd.py PORT NAME=FILE.mp4 .. [--login USER PASSWORD [--basic]] [--tls CERTIFICATE KEY] [--shared]
    [--sets-once] [--tell]

Then rtsp://127.0.0.1:PORT/NAME, or rtsps:// with a certificate. Each reader sees the file from its start, or with
--shared all of them what the first one sees; --tell prints when each one's begins, on the monotonic clock. Parameter
sets stand before each key frame, or with --sets-once in the description alone.

Runs on Debian's own Python: sudo apt install gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base
gstreamer1.0-plugins-good gstreamer1.0-plugins-bad python3-gi, and glib-networking for rtsps.
"""

import argparse
import sys
import time
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstRtsp", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - only after the versions are named

PIPELINE = "( filesrc location={path} ! {codec} name=pay0 pt=96 config-interval={sets} {sound} )"
CODECS = {
    b"avc1": "qtdemux ! h264parse ! video/x-h264,alignment=au ! rtph264pay",
    b"hev1": "qtdemux ! h265parse ! video/x-h265,alignment=au ! rtph265pay",
    b"mp4v": "qtdemux ! mpeg4videoparse ! rtpmp4vpay",
    b"\0\0\0\1": "h264parse ! video/x-h264,alignment=au ! rtph264pay",
}
"""What follows for each name that MP4 gives a codec, and for bare Annex B, in which the picture size may change."""


SOUNDS = {
    b"mp4a": "aacparse ! rtpmp4gpay name=pay1 pt=97",
    b"alaw": "rtppcmapay name=pay1 pt=8",
}


def only_for(
    user: str, password: str, factory: GstRtspServer.RTSPMediaFactory, auth: GstRtspServer.RTSPAuth, *, basic: bool
) -> None:
    """Digest or basic authentication for one user."""
    permissions = GstRtspServer.RTSPPermissions.new()
    permissions.add_role("user")
    for right in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("user", right, True)
    factory.set_permissions(permissions)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    if basic:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)


def launch(path: str, sets_once: bool) -> str:
    """The pipeline of one file, with its sound if it has any."""
    content = Path(path).read_bytes()
    codec = next(elements for name, elements in CODECS.items() if name in content)
    sound = next((elements for name, elements in SOUNDS.items() if name in content), "")
    if sound:
        codec = codec.replace("qtdemux !", "qtdemux name=film film.video_0 ! queue !")
        sound = f"film.audio_0 ! queue ! {sound}"
    return PIPELINE.format(path=path, codec=codec, sets=0 if sets_once else -1, sound=sound)


def tell_plays(server: GstRtspServer.RTSPServer) -> None:
    """A line for each PLAY."""

    def played(_client: GstRtspServer.RTSPClient, _context: GstRtspServer.RTSPContext) -> None:
        sys.stdout.write(f"plays at {time.monotonic():.3f} s of the monotonic clock\n")
        sys.stdout.flush()

    server.connect("client-connected", lambda _server, client: client.connect("play-request", played) and None)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--login", nargs=2)
    parser.add_argument("--basic", action="store_true")
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--sets-once", action="store_true")
    parser.add_argument("--tell", action="store_true")
    chosen = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(chosen.port)
    auth = GstRtspServer.RTSPAuth()
    if chosen.tls:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_files(*chosen.tls))
    for name, _, path in (file.partition("=") for file in chosen.files):
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(launch(path, chosen.sets_once))
        factory.set_shared(chosen.shared)
        if chosen.login:
            only_for(chosen.login[0], chosen.login[1], factory, auth, basic=chosen.basic)
        server.get_mount_points().add_factory(f"/{name}", factory)
    if chosen.login or chosen.tls:
        server.set_auth(auth)
    if chosen.tell:
        tell_plays(server)
    if server.attach(None) == 0:
        sys.exit(f"port {chosen.port} is taken")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


main()
