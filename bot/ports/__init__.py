"""What the chat needs of the rest of the house, in the chat's own words. Implemented by `mocam`.

Every coroutine may raise Unavailable with a sentence for the owner; nothing else may cross this border.
Times are UTC, lengths seconds, sizes bytes (GB is 10^9).
"""

from bot.ports.archiving import ArchiveView, Archiving, DrillView
from bot.ports.arming import Armed, Arming
from bot.ports.cameras import BlindView, Cameras, CameraView
from bot.ports.clips import ArchiveState, Around, Clips, ClipView, EventPage, EventView, Media, MediaLoan
from bot.ports.errors import NotNow, Unavailable
from bot.ports.outbox import Cause, Gathered, Letter, Outbox
from bot.ports.owners import Owners
from bot.ports.recordings import Begun, Recordings
from bot.ports.retention import Deletions, Outlook, PlaceOutlook, Retention, RulesView, Usage

__all__ = [
    "ArchiveState",
    "ArchiveView",
    "Archiving",
    "Armed",
    "Arming",
    "Around",
    "Begun",
    "BlindView",
    "CameraView",
    "Cameras",
    "Cause",
    "ClipView",
    "Clips",
    "Deletions",
    "DrillView",
    "EventPage",
    "EventView",
    "Gathered",
    "Letter",
    "Media",
    "MediaLoan",
    "NotNow",
    "Outbox",
    "Outlook",
    "Owners",
    "PlaceOutlook",
    "Recordings",
    "Retention",
    "RulesView",
    "Unavailable",
    "Usage",
]
