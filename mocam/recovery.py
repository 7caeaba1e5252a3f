"""Takes in what the last run left: recordings that a power cut or a crash interrupted become clips."""

from __future__ import annotations

import logging
from pathlib import Path

from storage.errors import StorageError

log = logging.getLogger(__name__)
