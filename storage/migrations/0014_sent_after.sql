-- So that a message of unknown fate can be looked for by the next life of the program too.
ALTER TABLE letter ADD COLUMN sent_after INTEGER NOT NULL DEFAULT 0;  -- newest message number known when a try of unknown fate set out; 0: none
