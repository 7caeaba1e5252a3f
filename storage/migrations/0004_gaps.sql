-- When cameras did not see, and until when that is known.

-- A span in which one camera did not see. Spans of one camera do not overlap, unless the clock was set back.
CREATE TABLE gap (
  gap_id      INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order in which they were written
  camera      TEXT NOT NULL,           -- the camera's configured name
  kind        TEXT NOT NULL CHECK (kind IN ('blind', 'off', 'disarmed')),  -- armed without sight, MoCam not running, wished
  from_utc_us INTEGER NOT NULL,        -- its beginning
  to_utc_us   INTEGER NOT NULL,        -- its end, or how far it is known to reach
  reason      TEXT NOT NULL            -- a sentence for the owner
) STRICT;
CREATE INDEX gap_by_end ON gap (to_utc_us);

-- One row a camera: the stretch of time whose gaps are known. Written once a minute.
CREATE TABLE sight (
  camera       TEXT PRIMARY KEY,       -- the camera's configured name
  since_utc_us INTEGER NOT NULL,       -- when it was first watched
  until_utc_us INTEGER NOT NULL,       -- the last time that MoCam wrote this
  disarmed     INTEGER NOT NULL,       -- flag: it was disarmed then
  ended        INTEGER NOT NULL        -- flag: MoCam was stopped in order then
) STRICT, WITHOUT ROWID;
