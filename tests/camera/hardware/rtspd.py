#!/usr/bin/python3
"""Serves one H.264 MP4 over RTSP on loopback: a real server for tests.

Usage: rtspd.py FILE.mp4 PORT [USER PASSWORD]      then rtsp://127.0.0.1:PORT/file

Runs on Debian's own Python: sudo apt install gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base
gstreamer1.0-plugins-good gstreamer1.0-plugins-bad python3-gi
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
gi.require_version("GstRtsp", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - only after the versions are named

PIPELINE = (
    "( filesrc location={path} ! qtdemux ! h264parse ! video/x-h264,alignment=au "
    "! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


def only_for(user: str, password: str, factory: GstRtspServer.RTSPMediaFactory) -> GstRtspServer.RTSPAuth:
    """Digest authentication for one user."""
    permissions = GstRtspServer.RTSPPermissions.new()
    permissions.add_role("user")
    for right in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("user", right, True)
    factory.set_permissions(permissions)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
    return auth


def main(path: str, port: str, *login: str) -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(PIPELINE.format(path=path))
    if login:
        user, password = login
        server.set_auth(only_for(user, password, factory))
    server.get_mount_points().add_factory("/file", factory)
    if server.attach(None) == 0:
        sys.exit(f"port {port} is taken")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


main(*sys.argv[1:])
