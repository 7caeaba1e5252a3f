-- What a camera gave when the book of gaps was last written: `mocam check` reads it while the program has the camera.
ALTER TABLE sight ADD COLUMN seen TEXT NOT NULL DEFAULT '';  -- JSON: state, detail, and what was measured; '' not known
