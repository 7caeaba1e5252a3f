-- A notice that sounds in quiet hours too, since nobody but the owner can help and the morning is too late.
ALTER TABLE letter ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;  -- flag: quiet hours do not silence it, a mute does
