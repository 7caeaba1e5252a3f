-- What retention and /status add up is read from these indexes alone, without touching the table: with a million clips
-- that is the difference between tenths of a second and many.
DROP INDEX clip_local;
DROP INDEX clip_remote;
CREATE INDEX clip_local ON clip (started_utc_us, clip_id, size_bytes, kept, archive) WHERE path IS NOT NULL;
CREATE INDEX clip_remote ON clip (started_utc_us, clip_id, size_bytes, kept, archive) WHERE archive = 'verified';
