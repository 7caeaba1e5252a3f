-- What the owner says about single events, and when the phone makes no sound.

ALTER TABLE event ADD COLUMN box TEXT;                    -- where it moved in the snapshot: JSON of left, top, width, height, shares of the picture; NULL: not known
ALTER TABLE event ADD COLUMN false_alarm_utc_us INTEGER;  -- when the owner called it a false alarm; NULL: did not
ALTER TABLE event ADD COLUMN delete_utc_us INTEGER;       -- when both copies go (or went) by the owner's wish; NULL: no such wish
CREATE INDEX event_to_delete ON event (delete_utc_us) WHERE delete_utc_us IS NOT NULL;

-- A chat in which alerts make no sound for a while.
CREATE TABLE mute (
  chat_id      INTEGER NOT NULL,     -- Telegram's
  camera       TEXT NOT NULL,        -- the camera's configured name; '': everything
  until_utc_us INTEGER NOT NULL,     -- every mute has an end
  PRIMARY KEY (chat_id, camera)
) STRICT, WITHOUT ROWID;

-- What was chosen for one chat; a chat without a row has the defaults.
CREATE TABLE chat (
  chat_id        INTEGER PRIMARY KEY,  -- Telegram's
  quiet_from_min INTEGER,              -- daily hours without sound: minutes after local midnight; NULL: none
  quiet_to_min   INTEGER               -- their end; smaller than the beginning: on the next day
) STRICT;
