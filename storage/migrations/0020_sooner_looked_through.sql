-- What a start looks through after a power cut. SQLite builds a table for each list of more than two words, anew for each
-- row that it checks: two thirds of the time for a million clips. The same constraints in lists of two need none.
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, 'CHECK (archive IN (''off'', ''waiting'', ''verified'', ''deleted''))',
  'CHECK (archive IN (''off'', ''waiting'') OR archive IN (''verified'', ''deleted''))') WHERE type = 'table' AND name = 'clip';
UPDATE sqlite_master SET sql = replace(sql, 'CHECK (verified_by IN ('''', ''size'', ''hash''))',
  'CHECK (verified_by = '''' OR verified_by IN (''size'', ''hash''))') WHERE type = 'table' AND name = 'clip';
UPDATE sqlite_master SET sql = replace(sql, 'CHECK (kind IN (''alert'', ''notice'', ''digest''))',
  'CHECK (kind = ''alert'' OR kind IN (''notice'', ''digest''))') WHERE type = 'table' AND name = 'letter';
UPDATE sqlite_master SET sql = replace(sql, 'CHECK (cause IN ('''', ''storm'', ''outage''))',
  'CHECK (cause = '''' OR cause IN (''storm'', ''outage''))') WHERE type = 'table' AND name = 'letter';
PRAGMA writable_schema = RESET;
-- Also a new version of the schema, for whoever else has the file open.
CREATE INDEX clip_waiting ON clip (clip_id) WHERE archive = 'waiting';  -- those that nothing would send, at each start
