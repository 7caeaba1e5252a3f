-- Recordings that somebody asked for, and what /clips is asked for besides days.
ALTER TABLE event ADD COLUMN by_hand_until_utc_us INTEGER;  -- recorded by hand: until when it is, or was, to go on; NULL: something moved
CREATE INDEX event_by_hand ON event (started_utc_us) WHERE by_hand_until_utc_us IS NOT NULL;
CREATE INDEX event_false ON event (started_utc_us) WHERE false_alarm_utc_us IS NOT NULL;
CREATE INDEX clip_kept ON clip (event_id) WHERE kept = 1;
