-- How long the last alerts took, stage by stage, from the first moved frame to the photo at Telegram.
CREATE TABLE alert_time (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order in which they arrived; the oldest go
  decision_ms  INTEGER NOT NULL,       -- from the first moved frame to the frame that confirmed it, as the camera took them
  capture_ms   INTEGER NOT NULL,       -- from there until that frame was judged here: transport, decoding
  picture_ms   INTEGER NOT NULL,       -- until its JPEG was made
  writing_ms   INTEGER NOT NULL,       -- until picture and rows were on the disk
  queue_ms     INTEGER NOT NULL,       -- until the photo set out: outbox, frame drawn on it, pace of the chat
  upload_ms    INTEGER NOT NULL        -- until Telegram had said that it has it
) STRICT;
