"""What can go wrong with a camera.

CameraError
├── SourceError              the device or stream; foreign errors are translated here, once, at the source's border
│   ├── SourceLost           retryable: unplugged, no network, stalled, end of stream
│   │   └── SourceStuck      a driver holds the device for good: only a new process can open it
│   └── SourceRefused        permanent until the owner acts: wrong address, password, codec, missing library
├── ModelUnusable            permanent: the model for naming things is missing, damaged or of an unknown kind
└── RecordingError           the clip could not be written (disk full, read-only)
    └── EmptyRecording       there is no picture in it: nothing to save

Every text is a sentence for the owner that says what to do; it never holds a password.
"""


class CameraError(Exception):
    """Root of the camera room's errors."""


class SourceError(CameraError):
    """The device or stream failed."""


class SourceLost(SourceError):  # noqa: N818 - named for what the owner sees
    """Retryable: try again after a pause."""


class SourceStuck(SourceLost):
    """Only a new process can open it again."""


class SourceRefused(SourceError):  # noqa: N818 - named for what the owner sees
    """Permanent until the owner changes something; retried, but slowly."""


class RecordingError(CameraError):
    """A clip could not be written."""


class EmptyRecording(RecordingError):  # noqa: N818 - named for what is found
    """A recording holds no picture; its file may be deleted."""


class ModelUnusable(CameraError):  # noqa: N818 - named for what the owner sees
    """Permanent until the owner changes something: no model, a damaged one, or one that answers in an unknown form."""
