-- Archived copies that are sealed to a key which this device does not have: what lies there, so that it can be compared.
ALTER TABLE clip ADD COLUMN sealed_bytes INTEGER;               -- size of the sealed file; NULL: the archived copy is not sealed
ALTER TABLE clip ADD COLUMN sealed_sha256 TEXT NOT NULL DEFAULT '';  -- of the sealed file, 64 hex digits; '' when it is not sealed
CREATE INDEX clip_shut ON clip (clip_id) WHERE sealed_bytes IS NOT NULL AND path IS NULL AND archive = 'verified';
