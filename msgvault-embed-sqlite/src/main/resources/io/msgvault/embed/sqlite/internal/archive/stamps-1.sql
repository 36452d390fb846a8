-- Makes a table of messages an archive: a table of stamps with the index that finds messages that need work,
-- and the triggers that keep it. The host's table itself stays as it is. Names in braces come from the
-- mapping; {own} ends each name of ours. The lines of a section are left out if the mapping has no such part.
-- All statements of this file run in one short transaction: none reads or writes the messages, which get
-- their stamps a page at a time, up to filled_to.

-- One row: the archive's identity, its mapping, the latest revision and generation id. filled_to
-- is NULL once every message has its row among the stamps. unchanged_body is the triggers' memory between
-- the two halves of one insert.
CREATE TABLE embed_archive{own} (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  archive_id     TEXT NOT NULL,
  generation     INTEGER NOT NULL DEFAULT 0,
  revision       INTEGER NOT NULL DEFAULT 0,
  mapping        TEXT NOT NULL DEFAULT '',
  filled_to      INTEGER,
  unchanged_body INTEGER
);

-- A random UUID (RFC 9562, version 4).
INSERT INTO embed_archive{own} (one, archive_id, filled_to)
SELECT 1, format('%s-%s-4%s-%s%s-%s',
                 substr(hex, 1, 8), substr(hex, 9, 4), substr(hex, 13, 3),
                 substr('89ab', 1 + (random() & 3), 1), substr(hex, 16, 3), substr(hex, 19, 12)),
       CASE WHEN EXISTS (SELECT 1 FROM {messages}) THEN 0 END
  FROM (SELECT lower(hex(randomblob(16))) AS hex);

-- One row for each message, deleted ones too. generation and outcome are the stamp: a live message with a
-- NULL in either needs work. The host's type and source are here as well, of whatever storage class.
CREATE TABLE embed_stamps{own} (
  id         INTEGER PRIMARY KEY,
  type,
  source,
  generation INTEGER CHECK (generation IS NULL OR (typeof(generation) = 'integer' AND generation > 0)),
  outcome    TEXT CHECK (outcome IN ('EMBEDDED', 'BLANK', 'REJECTED')),
  reason     TEXT,
  revision   INTEGER NOT NULL,
  live       INTEGER NOT NULL CHECK (live IN (0, 1))
);

-- Finds messages by their stamp, with their revisions: the entries of one (type, source, generation,
-- outcome) are in the order of their ids.
CREATE INDEX embed_work{own} ON embed_stamps{own} (type, source, generation, outcome, id, revision, live)
  WHERE live;

-- Counts all messages and those that are not live. An entry has about six bytes, and no stamp changes it.
CREATE INDEX embed_live{own} ON embed_stamps{own} (live);

-- Finds the latest generation of the messages that are not live.
CREATE INDEX embed_deleted{own} ON embed_stamps{own} (generation) WHERE NOT live;

-- The triggers keep revision and stamp right for every writer, including plain SQL. They compare
-- contents as they are read: NULL as the empty text, and by bytes, whatever the storage class. In a table
-- with an INTEGER PRIMARY KEY, rowid and its synonyms name the same column. An UPDATE through them fires
-- only the triggers that list them. None relies on a conflict clause, because that of the host's statement
-- would take its place.

-- A new message has no stamp. This also covers REPLACE.
CREATE TRIGGER embed_message_insert{own} AFTER INSERT ON {messages}
BEGIN
  SELECT raise(ABORT, 'the id of a message must be positive') WHERE NEW.{id} <= 0;
  UPDATE embed_archive{own} SET revision = {next_revision};
  DELETE FROM embed_stamps{own} WHERE id = NEW.{id};
  INSERT INTO embed_stamps{own} (id, type, source, revision, live)
  SELECT NEW.{id}, {NEW.type}, {NEW.source}, revision, {NEW.live} FROM embed_archive{own};
END;

CREATE TRIGGER embed_message_update{own}
  AFTER UPDATE OF {id}, rowid, oid, _rowid_{comma_inputs} ON {messages}
  WHEN NEW.{id} IS NOT OLD.{id}{or_inputs_differ}
BEGIN
  SELECT raise(ABORT, 'the id of a message must be positive') WHERE NEW.{id} <= 0;
  UPDATE embed_archive{own} SET revision = {next_revision};
  DELETE FROM embed_stamps{own} WHERE id IN (OLD.{id}, NEW.{id});
  INSERT INTO embed_stamps{own} (id, type, source, revision, live)
  SELECT NEW.{id}, {NEW.type}, {NEW.source}, revision, {NEW.live} FROM embed_archive{own};
END;
--[groups

-- It names no columns, because an update names none that is generated.
CREATE TRIGGER embed_message_regroup{own} AFTER UPDATE ON {messages}
  WHEN {NEW.type} IS NOT {OLD.type} COLLATE BINARY OR {NEW.source} IS NOT {OLD.source} COLLATE BINARY
BEGIN
  UPDATE embed_stamps{own} SET type = {NEW.type}, source = {NEW.source} WHERE id = NEW.{id};
END;
--]
--[soft_deletion

-- A restored message may have lost its vectors while it was deleted.
CREATE TRIGGER embed_message_restore{own} AFTER UPDATE OF {deleted} ON {messages}
  WHEN {NEW.live} AND NOT {OLD.live}
BEGIN
  UPDATE embed_stamps{own} SET live = 1, generation = NULL, outcome = NULL, reason = NULL
   WHERE id = NEW.{id};
  DELETE FROM embed_replaced{own} WHERE message_id = NEW.{id};
END;
--]

-- Each time that a message stopped being live, until that is settled. Its sequence is a revision, so none is
-- used again.
CREATE TABLE embed_removed{own} (
  sequence   INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL
);

CREATE TRIGGER embed_message_delete{own} AFTER DELETE ON {messages}
BEGIN
  UPDATE embed_archive{own} SET revision = {next_revision};
  INSERT INTO embed_removed{own} SELECT revision, OLD.{id} FROM embed_archive{own} WHERE {OLD.live};
  DELETE FROM embed_replaced{own} WHERE message_id = OLD.{id};
  DELETE FROM embed_stamps{own} WHERE id = OLD.{id};
END;

CREATE TRIGGER embed_message_removal{own} AFTER UPDATE OF {id}, rowid, oid, _rowid_{comma_deleted} ON {messages}
  WHEN {OLD.live} AND (NEW.{id} IS NOT OLD.{id} OR NOT {NEW.live})
BEGIN
  UPDATE embed_archive{own} SET revision = {next_revision};
  INSERT INTO embed_removed{own} SELECT revision, OLD.{id} FROM embed_archive{own};
  DELETE FROM embed_replaced{own} WHERE message_id = OLD.{id};
  UPDATE embed_stamps{own} SET live = {NEW.live} WHERE id = NEW.{id};
END;

-- REPLACE deletes the rows that have a key of the written one, and fires no trigger for that. So one trigger
-- records the messages among them before, and another finds those that are gone after. A statement
-- that replaces nothing in the end (OR IGNORE, an upsert) leaves its records to the next one.
CREATE TABLE embed_replaced{own} (
  place      INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL UNIQUE,
  live       INTEGER NOT NULL CHECK (live IN (0, 1))
);

CREATE TRIGGER embed_message_before_insert{own} BEFORE INSERT ON {messages}
  WHEN EXISTS (
    {conflicts})
BEGIN
  INSERT INTO embed_replaced{own} (message_id, live)
  SELECT o.{id}, {o.live} FROM {messages} o
   WHERE o.{id} IN (
    {conflicts})
     AND o.{id} NOT IN (SELECT message_id FROM embed_replaced{own});
END;

CREATE TRIGGER embed_message_before_update{own} BEFORE UPDATE OF rowid, oid, _rowid_, {conflict_columns} ON {messages}
  WHEN EXISTS (SELECT 1 FROM {messages} o WHERE o.{id} <> OLD.{id} AND o.{id} IN (
    {conflicts}))
BEGIN
  INSERT INTO embed_replaced{own} (message_id, live)
  SELECT o.{id}, {o.live} FROM {messages} o
   WHERE o.{id} <> OLD.{id} AND o.{id} IN (
    {conflicts})
     AND o.{id} NOT IN (SELECT message_id FROM embed_replaced{own});
END;

CREATE TRIGGER embed_message_replaced_by_insert{own} AFTER INSERT ON {messages}
  WHEN EXISTS (SELECT 1 FROM embed_replaced{own})
BEGIN
  INSERT INTO embed_removed{own}
  SELECT a.revision + r.place, r.message_id FROM embed_archive{own} a, embed_replaced{own} r
   WHERE r.live
     AND NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = r.message_id AND {m.live});
  UPDATE embed_archive{own} SET revision = revision + (SELECT max(place) FROM embed_replaced{own});
  DELETE FROM embed_stamps{own}
   WHERE id IN (SELECT r.message_id FROM embed_replaced{own} r
                 WHERE NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = r.message_id));
  DELETE FROM embed_replaced{own};
END;

CREATE TRIGGER embed_message_replaced_by_update{own}
  AFTER UPDATE OF rowid, oid, _rowid_, {conflict_columns} ON {messages}
  WHEN EXISTS (SELECT 1 FROM embed_replaced{own})
BEGIN
  INSERT INTO embed_removed{own}
  SELECT a.revision + r.place, r.message_id FROM embed_archive{own} a, embed_replaced{own} r
   WHERE r.live AND r.message_id <> OLD.{id}
     AND NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = r.message_id AND {m.live});
  UPDATE embed_archive{own} SET revision = revision + (SELECT max(place) FROM embed_replaced{own});
  DELETE FROM embed_stamps{own}
   WHERE id IN (SELECT r.message_id FROM embed_replaced{own} r
                 WHERE NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = r.message_id));
  DELETE FROM embed_replaced{own};
END;
--[bodies

-- An INSERT may replace a row without firing any trigger for the deletion. Only a trigger that runs
-- before it still sees the replaced text. Only one that runs after it knows whether the row was inserted
-- at all (OR IGNORE). So the first records the message whose text stays the same, and the second acts on
-- it.
CREATE TRIGGER embed_body_compare{own} BEFORE INSERT ON {bodies}
BEGIN
  UPDATE embed_archive{own}
     SET unchanged_body = CASE
       WHEN CAST(ifnull({NEW.text}, '') AS BLOB) IS CAST(ifnull(
              (SELECT {b.text} FROM {bodies} b WHERE b.{body_id} = NEW.{body_id}), '') AS BLOB)
        AND CAST(ifnull({NEW.html}, '') AS BLOB) IS CAST(ifnull(
              (SELECT {b.html} FROM {bodies} b WHERE b.{body_id} = NEW.{body_id}), '') AS BLOB)
       THEN NEW.{body_id}
     END;
END;

CREATE TRIGGER embed_body_insert{own} AFTER INSERT ON {bodies}
  WHEN (SELECT unchanged_body FROM embed_archive{own}) IS NOT NEW.{body_id}
BEGIN
  UPDATE embed_archive{own} SET revision = {next_revision};
  UPDATE embed_stamps{own}
     SET generation = NULL, outcome = NULL, reason = NULL,
         revision = (SELECT revision FROM embed_archive{own})
   WHERE id = NEW.{body_id};
END;

CREATE TRIGGER embed_body_update{own}
  AFTER UPDATE OF {body_id}, rowid, oid, _rowid_{comma_body_inputs} ON {bodies}
  WHEN NEW.{body_id} IS NOT OLD.{body_id}
    OR CAST(ifnull({NEW.text}, '') AS BLOB) IS NOT CAST(ifnull({OLD.text}, '') AS BLOB)
    OR CAST(ifnull({NEW.html}, '') AS BLOB) IS NOT CAST(ifnull({OLD.html}, '') AS BLOB)
BEGIN
  UPDATE embed_archive{own} SET revision = {next_revision};
  UPDATE embed_stamps{own}
     SET generation = NULL, outcome = NULL, reason = NULL,
         revision = (SELECT revision FROM embed_archive{own})
   WHERE id IN (OLD.{body_id}, NEW.{body_id});
END;

CREATE TRIGGER embed_body_delete{own} AFTER DELETE ON {bodies}
  WHEN CAST(ifnull({OLD.text}, '') AS BLOB) IS NOT x''
    OR CAST(ifnull({OLD.html}, '') AS BLOB) IS NOT x''
BEGIN
  UPDATE embed_archive{own} SET revision = {next_revision};
  UPDATE embed_stamps{own}
     SET generation = NULL, outcome = NULL, reason = NULL,
         revision = (SELECT revision FROM embed_archive{own})
   WHERE id = OLD.{body_id};
END;
--]
--[replaceable_bodies

-- If a body has another unique key besides its message, REPLACE may delete the body of another message,
-- again without firing a trigger. One trigger records that message before, another finds the missing
-- body after.
CREATE TABLE embed_lost_bodies{own} (message_id);

CREATE TRIGGER embed_body_before_insert{own} BEFORE INSERT ON {bodies}
BEGIN
  INSERT INTO embed_lost_bodies{own}
  SELECT c.id FROM (
    {body_conflicts}) c
   WHERE c.id IS NOT NEW.{body_id};
END;

CREATE TRIGGER embed_body_before_update{own} BEFORE UPDATE ON {bodies}
BEGIN
  INSERT INTO embed_lost_bodies{own}
  SELECT c.id FROM (
    {body_conflicts}) c
   WHERE c.id IS NOT NEW.{body_id} AND c.id IS NOT OLD.{body_id};
END;

CREATE TRIGGER embed_body_replaced_by_insert{own} AFTER INSERT ON {bodies}
  WHEN EXISTS (SELECT 1 FROM embed_lost_bodies{own})
BEGIN
  DELETE FROM embed_lost_bodies{own} WHERE message_id IN (SELECT {body_id} FROM {bodies});
  UPDATE embed_archive{own} SET revision = {next_revision};
  UPDATE embed_stamps{own}
     SET generation = NULL, outcome = NULL, reason = NULL,
         revision = (SELECT revision FROM embed_archive{own})
   WHERE id IN (SELECT message_id FROM embed_lost_bodies{own});
  DELETE FROM embed_lost_bodies{own};
END;

CREATE TRIGGER embed_body_replaced_by_update{own} AFTER UPDATE ON {bodies}
  WHEN EXISTS (SELECT 1 FROM embed_lost_bodies{own})
BEGIN
  DELETE FROM embed_lost_bodies{own} WHERE message_id IN (SELECT {body_id} FROM {bodies});
  UPDATE embed_archive{own} SET revision = {next_revision};
  UPDATE embed_stamps{own}
     SET generation = NULL, outcome = NULL, reason = NULL,
         revision = (SELECT revision FROM embed_archive{own})
   WHERE id IN (SELECT message_id FROM embed_lost_bodies{own});
  DELETE FROM embed_lost_bodies{own};
END;
--]
