"""Retention as the chat shows it: rules, usage, and what a change would delete."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from bot.ports import Deletions, RulesView, Unavailable, Usage
from storage.archive import Archive
from storage.catalogue import Catalogue
from storage.errors import StorageError
from storage.files import Files
from storage.model import Rules
from storage.preferences import Preferences
from storage.retention import Retention
