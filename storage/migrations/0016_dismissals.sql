-- What was no alert, or one without a sound, and why: the newest some hundred, for who asks why.

CREATE TABLE dismissal (
  dismissal_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order in which they were written; the oldest go
  camera       TEXT NOT NULL,        -- the camera's configured name
  cause        TEXT NOT NULL CHECK (cause IN ('small', 'doubt', 'light', 'zone')),  -- why what stirred was no event
  first_utc_us INTEGER NOT NULL,     -- when it first stirred
  last_utc_us  INTEGER NOT NULL,     -- when it last did
  times        INTEGER NOT NULL      -- how often it did in between
) STRICT;

ALTER TABLE letter ADD COLUMN hushed INTEGER NOT NULL DEFAULT 0;  -- flag: sent without a sound since the chat was muted or it was quiet hours
