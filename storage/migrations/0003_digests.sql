-- One message may stand for many events: those of a storm, or what gathered while the chat could not be reached.

CREATE TABLE new_letter (
  letter_id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
  chat_id        INTEGER NOT NULL,     -- Telegram's
  kind           TEXT NOT NULL CHECK (kind IN ('alert', 'notice', 'digest')),  -- of one event; a sentence; of many events
  event_id       TEXT REFERENCES event (event_id) ON DELETE CASCADE,  -- of an alert, else NULL
  digest_id      INTEGER,              -- of an alert that has no message of its own: the letter that stands for it
  cause          TEXT NOT NULL DEFAULT '' CHECK (cause IN ('', 'storm', 'outage')),  -- why a digest was made
  text           TEXT NOT NULL DEFAULT '',  -- of a notice; all else is rendered from events
  key            TEXT NOT NULL DEFAULT '',  -- a later notice with the same key replaces one not yet sent
  silent         INTEGER NOT NULL DEFAULT 0,  -- flag: makes no sound
  message_id     INTEGER,              -- Telegram's; NULL until delivered
  holds_clip     INTEGER NOT NULL DEFAULT 0,  -- flag: the message has become a video
  wanted         INTEGER NOT NULL DEFAULT 1,  -- counts up with each change of what the message should show
  shown          INTEGER NOT NULL DEFAULT 0,  -- the count that the chat has seen; due while they differ
  attempts       INTEGER NOT NULL DEFAULT 0,  -- failed tries since it was last shown
  unknown        INTEGER NOT NULL DEFAULT 0,  -- flag: the last try may have been delivered: no answer came back
  due_utc_us     INTEGER NOT NULL,     -- not to be tried before
  created_utc_us INTEGER NOT NULL,     -- when it was written; of an alert and a digest: start of its (first) event
  last_error     TEXT NOT NULL DEFAULT ''     -- why it was deferred or given up
) STRICT;
INSERT INTO new_letter (letter_id, chat_id, kind, event_id, text, key, silent, message_id, holds_clip, wanted, shown,
                        attempts, unknown, due_utc_us, created_utc_us, last_error)
  SELECT letter_id, chat_id, kind, event_id, text, key, silent, message_id, holds_clip, wanted, shown,
         attempts, unknown, due_utc_us, created_utc_us, last_error FROM letter;
-- Numbers are never used twice, those of deleted letters included.
DELETE FROM sqlite_sequence WHERE name = 'new_letter';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_letter', seq FROM sqlite_sequence WHERE name = 'letter';
DROP TABLE letter;
ALTER TABLE new_letter RENAME TO letter;

CREATE INDEX letter_due ON letter (due_utc_us) WHERE wanted <> shown;
CREATE INDEX letter_of_event ON letter (event_id);
CREATE INDEX letter_key ON letter (key, chat_id) WHERE key <> '';
CREATE INDEX letter_of_digest ON letter (digest_id, created_utc_us) WHERE digest_id IS NOT NULL;
CREATE INDEX letter_alert ON letter (chat_id, created_utc_us) WHERE kind = 'alert';  -- how many came lately
