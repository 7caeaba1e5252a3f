-- Who did or fetched what, for the owners to read; the newest some thousand rows.
CREATE TABLE audit (
  audit_id    INTEGER PRIMARY KEY,     -- in order of time
  at_utc_us   INTEGER NOT NULL,        -- when
  user_id     INTEGER NOT NULL,        -- Telegram's; 0: MoCam itself
  who         TEXT NOT NULL,           -- their name at that time, as Telegram gave it
  act         TEXT NOT NULL,           -- a word of the chat's: `armed`, `clip`, ..
  about       TEXT NOT NULL            -- of what: a camera, an event's id, a limit; may be empty
) STRICT;

-- Who may look until when, invited by a one-time link.
CREATE TABLE guest (
  user_id       INTEGER PRIMARY KEY,   -- Telegram's
  name          TEXT NOT NULL,         -- as Telegram gave it when the link was opened
  until_utc_us  INTEGER NOT NULL,      -- end of the permission
  invited_by    INTEGER NOT NULL       -- the owner's id
) STRICT;

-- One-time links that nobody has opened yet.
CREATE TABLE invitation (
  code_sha256   TEXT PRIMARY KEY,      -- of the link's code: who reads this file can open no link
  expires_utc_us INTEGER NOT NULL,     -- the link is good until then
  until_utc_us  INTEGER NOT NULL,      -- end of the permission that it gives
  invited_by    INTEGER NOT NULL       -- the owner's id
) STRICT, WITHOUT ROWID;
