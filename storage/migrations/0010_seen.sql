-- What the owner's model saw.
ALTER TABLE event ADD COLUMN seen TEXT NOT NULL DEFAULT '';  -- `person`, `animal` or `vehicle`; '': nothing, or no model looked
