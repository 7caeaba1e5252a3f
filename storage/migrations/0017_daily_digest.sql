-- A digest of each day, for the chats that want one.

ALTER TABLE chat ADD COLUMN digest_min INTEGER;          -- when it comes, minutes after local midnight; -1: never; NULL: as DIGEST_AT says
ALTER TABLE chat ADD COLUMN digest_told_utc_us INTEGER;  -- up to when the days are told; NULL: none was
ALTER TABLE letter ADD COLUMN until_utc_us INTEGER;      -- of a notice that is a day's digest: when that day ended; NULL: of all others
