-- What the owner does not want to be seen.
ALTER TABLE clip ADD COLUMN masked TEXT NOT NULL DEFAULT '';  -- squares of the lettered grid that are black in the file itself, as `A1-B2, J6`; '': none, or the camera's own packets
