-- What a chat is to see of an event, and what has to leave it again.

ALTER TABLE chat ADD COLUMN look TEXT NOT NULL DEFAULT 'full' CHECK (look IN ('text', 'pixelated', 'crop', 'full'));  -- of alerts
ALTER TABLE chat ADD COLUMN remove_after_h INTEGER;                -- hours after which pictures and clips leave the chat; NULL: never

ALTER TABLE letter ADD COLUMN look TEXT NOT NULL DEFAULT 'full';   -- the chat's look when the letter was written
ALTER TABLE letter ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;   -- flag: its message was taken out of the chat, nothing follows

-- A message with a picture or a clip that stands in a chat; forgotten when nobody can remove it any more.
CREATE TABLE media (
  chat_id     INTEGER NOT NULL,          -- Telegram's
  message_id  INTEGER NOT NULL,          -- Telegram's
  event_id    TEXT NOT NULL DEFAULT '',  -- whose picture it is; '': of no event
  sent_utc_us INTEGER NOT NULL,          -- when it came
  unwanted    INTEGER NOT NULL DEFAULT 0,  -- flag: to be removed now
  PRIMARY KEY (chat_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX media_of_event ON media (event_id) WHERE event_id <> '';
