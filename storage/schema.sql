-- Everything that must survive, version 1.
--
-- Units stand in names. `_utc_us` is microseconds since 1970-01-01 UTC: exact, sortable, and blind to time zones.
-- Paths are relative to DATA_DIR, so that the folder can be moved. A flag is 0 or 1.

-- Numbers that only grow, or that the owner must hear of.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,              -- `event`: highest event number ever used; `letters_dropped`: see storage/outbox.py
  value INTEGER NOT NULL               -- a count
) STRICT, WITHOUT ROWID;

-- A span of motion, from the first confirmed motion to the last.
CREATE TABLE event (
  event_id       TEXT PRIMARY KEY,     -- `e42`, as the owner sees it; never used twice
  camera         TEXT NOT NULL,        -- the camera's configured name
  started_utc_us INTEGER NOT NULL,     -- first moved frame
  ended_utc_us   INTEGER,              -- last motion; NULL while the event goes on
  motion_s       REAL,                 -- span of the motion itself, seconds; NULL while it goes on
  snapshot       TEXT                  -- path of the best picture; NULL: none, or deleted with the last local clip
) STRICT, WITHOUT ROWID;
CREATE INDEX event_by_start ON event (started_utc_us, event_id);                       -- /clips by day, newest, oldest
CREATE INDEX event_open ON event (started_utc_us) WHERE ended_utc_us IS NULL;          -- adoption at start-up

-- One part of an event's clip; the row outlives its copies for a while, so that the chat can still say what became of it.
CREATE TABLE clip (
  clip_id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: old buttons must not open another clip
  event_id        TEXT NOT NULL REFERENCES event (event_id) ON DELETE CASCADE,  -- whose part it is
  part            INTEGER NOT NULL,    -- 1, 2, ..
  started_utc_us  INTEGER NOT NULL,    -- first picture in the file, pre-roll included
  duration_s      REAL NOT NULL,       -- seconds
  codec           TEXT NOT NULL,       -- FFmpeg's name: `h264`, `hevc`
  width           INTEGER NOT NULL,    -- pixels
  height          INTEGER NOT NULL,    -- pixels
  size_bytes      INTEGER NOT NULL,    -- of the plain file
  sha256          TEXT NOT NULL,       -- of the plain file, 64 hex digits
  path            TEXT,                -- where the local copy lies; NULL once it was deleted
  archive         TEXT NOT NULL CHECK (archive IN ('off', 'waiting', 'verified', 'deleted')),  -- the encrypted copy
  remote_name     TEXT NOT NULL,       -- plain name below the crypt remote; '' when never meant for the archive
  verified_by     TEXT NOT NULL DEFAULT '' CHECK (verified_by IN ('', 'size', 'hash')),  -- how the copy was proved
  verified_utc_us INTEGER,             -- when it was proved; NULL before
  kept            INTEGER NOT NULL DEFAULT 0,  -- flag, the owner's wish: never deleted by rule
  gone_utc_us     INTEGER,             -- when the last copy went; NULL while there is one
  UNIQUE (event_id, part)
) STRICT;
CREATE INDEX clip_local ON clip (started_utc_us) WHERE path IS NOT NULL;               -- retention here
CREATE INDEX clip_remote ON clip (started_utc_us) WHERE archive = 'verified';          -- retention on the remote

-- A clip that must still reach the archive; deleted when the copy is verified.
CREATE TABLE archive_job (
  clip_id    INTEGER PRIMARY KEY REFERENCES clip (clip_id) ON DELETE CASCADE,  -- what to send
  attempts   INTEGER NOT NULL DEFAULT 0,  -- failed tries; fewer go first, so that one bad clip holds up nobody
  last_error TEXT NOT NULL DEFAULT ''     -- the last failure as a sentence
) STRICT;

-- The list of what was archived on one UTC day, itself archived.
CREATE TABLE manifest (
  day         TEXT PRIMARY KEY,        -- `2026-07-31`, UTC day of the clips' start
  wanted      INTEGER NOT NULL,        -- counts up with each change of that day's archived clips
  uploaded    INTEGER NOT NULL DEFAULT 0,  -- the count that the archive holds; work waits while they differ
  remote_name TEXT NOT NULL DEFAULT ''     -- plain name of the list that is there now; '' when none
) STRICT, WITHOUT ROWID;

-- Names of ours that must still vanish from the remote (replaced lists, uploads nobody wants any more).
CREATE TABLE remote_garbage (
  remote_name  TEXT PRIMARY KEY,       -- plain name below the crypt remote
  since_utc_us INTEGER NOT NULL        -- when it became garbage
) STRICT, WITHOUT ROWID;

-- The outbox: a message that must still reach one chat, or must still be edited there.
CREATE TABLE letter (
  letter_id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
  chat_id        INTEGER NOT NULL,     -- Telegram's
  kind           TEXT NOT NULL CHECK (kind IN ('alert', 'notice')),  -- an event's message, or a sentence
  event_id       TEXT REFERENCES event (event_id) ON DELETE CASCADE,  -- NULL for a notice
  text           TEXT NOT NULL DEFAULT '',  -- of a notice; an alert is rendered from its event
  key            TEXT NOT NULL DEFAULT '',  -- a later notice with the same key replaces one not yet sent
  silent         INTEGER NOT NULL DEFAULT 0,  -- flag: makes no sound
  message_id     INTEGER,              -- Telegram's; NULL until delivered
  holds_clip     INTEGER NOT NULL DEFAULT 0,  -- flag: the message has become a video
  wanted         INTEGER NOT NULL DEFAULT 1,  -- counts up with each change of what the message should show
  shown          INTEGER NOT NULL DEFAULT 0,  -- the count that the chat has seen; due while they differ
  attempts       INTEGER NOT NULL DEFAULT 0,  -- failed tries since it was last shown
  unknown        INTEGER NOT NULL DEFAULT 0,  -- flag: the last try may have been delivered: no answer came back
  due_utc_us     INTEGER NOT NULL,     -- not to be tried before
  created_utc_us INTEGER NOT NULL,     -- when it was written
  last_error     TEXT NOT NULL DEFAULT ''     -- why it was deferred or given up
) STRICT;
CREATE INDEX letter_due ON letter (due_utc_us) WHERE wanted <> shown;
CREATE INDEX letter_of_event ON letter (event_id);
CREATE INDEX letter_key ON letter (key, chat_id) WHERE key <> '';

-- What the owner chose in the chat.
CREATE TABLE preference (
  name  TEXT PRIMARY KEY,              -- see storage/preferences.py
  value TEXT NOT NULL                  -- JSON
) STRICT, WITHOUT ROWID;

-- Who paired by the one-time code.
CREATE TABLE owner (
  user_id       INTEGER PRIMARY KEY,   -- Telegram's
  paired_utc_us INTEGER NOT NULL       -- when
) STRICT;
