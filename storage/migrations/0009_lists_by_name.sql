-- A clip stands in the list of the day that its name tells: its time may be set right later, its name in the archive stays.
CREATE INDEX clip_archived_name ON clip (remote_name) WHERE archive = 'verified';
