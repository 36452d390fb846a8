-- Makes a table of messages an archive: stamps, an index that finds messages that need work, and triggers.
-- Names in braces come from the mapping. The lines of a section are left out if the mapping has no such
-- part. All statements of this file run in one transaction.

-- One row: the archive's identity, its mapping, and the counters of revisions and generation ids.
-- unchanged_body is the triggers' memory between the two halves of one insert.
CREATE TABLE embed_archive (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  archive_id     TEXT NOT NULL,
  generation     INTEGER NOT NULL DEFAULT 0,
  revision       INTEGER NOT NULL DEFAULT 0,
  mapping        TEXT NOT NULL DEFAULT '',
  unchanged_body INTEGER
);

-- A random UUID (RFC 9562, version 4).
INSERT INTO embed_archive (one, archive_id)
SELECT 1, format('%s-%s-4%s-%s%s-%s',
                 substr(hex, 1, 8), substr(hex, 9, 4), substr(hex, 13, 3),
                 substr('89ab', 1 + (random() & 3), 1), substr(hex, 16, 3), substr(hex, 19, 12))
  FROM (SELECT lower(hex(randomblob(16))) AS hex);

-- embed_gen and embed_outcome are the stamp. A row with a NULL in either needs work.
ALTER TABLE {messages} ADD COLUMN embed_gen INTEGER
  CHECK (embed_gen IS NULL OR (typeof(embed_gen) = 'integer' AND embed_gen > 0));
ALTER TABLE {messages} ADD COLUMN embed_outcome TEXT
  CHECK (embed_outcome IN ('EMBEDDED', 'BLANK', 'REJECTED'));
ALTER TABLE {messages} ADD COLUMN embed_reason TEXT;
ALTER TABLE {messages} ADD COLUMN embed_rev INTEGER NOT NULL DEFAULT 0;

-- Finds messages by their stamp, with their revisions: the entries of one (type, source, generation,
-- outcome) are in the order of their ids. A reader of ids and revisions needs no row, whose texts may be
-- long.
--[soft_deletion
CREATE INDEX embed_work ON {messages} ({group_columns_comma} embed_gen, embed_outcome, {id}, embed_rev{comma_deleted})
  WHERE {live};

-- Counts the messages that are not live, and finds their latest generation.
CREATE INDEX embed_deleted ON {messages} (embed_gen) WHERE {dead};
--]
--[no_soft_deletion
CREATE INDEX embed_work ON {messages} ({group_columns_comma} embed_gen, embed_outcome, {id}, embed_rev);
--]

-- The triggers keep revision and stamp right for every writer, including plain SQL. They compare
-- contents as they are read: NULL as the empty text, and by bytes, whatever the storage class. In a table
-- with an INTEGER PRIMARY KEY, rowid and its synonyms name the same column. An UPDATE through them fires
-- only the triggers that list them.

-- A new message has no stamp, even if the INSERT sets one. This also covers REPLACE.
CREATE TRIGGER embed_message_insert AFTER INSERT ON {messages}
BEGIN
  SELECT raise(ABORT, 'the id of a message must be positive') WHERE NEW.{id} <= 0;
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} = NEW.{id};
END;

CREATE TRIGGER embed_message_update
  AFTER UPDATE OF {id}, rowid, oid, _rowid_{comma_inputs} ON {messages}
  WHEN NEW.{id} IS NOT OLD.{id}{or_inputs_differ}
BEGIN
  SELECT raise(ABORT, 'the id of a message must be positive') WHERE NEW.{id} <= 0;
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} = NEW.{id};
END;
--[soft_deletion

-- A restored message may have lost its vectors while it was deleted.
CREATE TRIGGER embed_message_restore AFTER UPDATE OF {deleted} ON {messages}
  WHEN {NEW.live} AND NOT {OLD.live}
BEGIN
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL
   WHERE {id} = NEW.{id};
END;
--]

-- Each time that a message stopped being live, until that is settled. Its sequence is a revision, so none is
-- used again.
CREATE TABLE embed_removed (
  sequence   INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL
);

CREATE TRIGGER embed_message_delete AFTER DELETE ON {messages} WHEN {OLD.live}
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  INSERT INTO embed_removed SELECT revision, OLD.{id} FROM embed_archive;
  DELETE FROM embed_replaced WHERE message_id = OLD.{id};
END;

CREATE TRIGGER embed_message_removal AFTER UPDATE OF {id}, rowid, oid, _rowid_{comma_deleted} ON {messages}
  WHEN {OLD.live} AND (NEW.{id} IS NOT OLD.{id} OR NOT {NEW.live})
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  INSERT INTO embed_removed SELECT revision, OLD.{id} FROM embed_archive;
  DELETE FROM embed_replaced WHERE message_id = OLD.{id};
END;

-- REPLACE deletes the rows that have a key of the written one, and fires no trigger for that. So one trigger
-- records the live messages among them before, and another finds those that are gone after. A statement
-- that replaces nothing in the end (OR IGNORE, an upsert) leaves its records to the next one.
CREATE TABLE embed_replaced (
  place      INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL UNIQUE
);

CREATE TRIGGER embed_message_before_insert BEFORE INSERT ON {messages}
  WHEN EXISTS (SELECT 1 FROM {messages} o WHERE {o.live} AND ({conflicts}))
BEGIN
  INSERT INTO embed_replaced (message_id)
  SELECT o.{id} FROM {messages} o
   WHERE {o.live} AND ({conflicts}) AND o.{id} NOT IN (SELECT message_id FROM embed_replaced);
END;

CREATE TRIGGER embed_message_before_update BEFORE UPDATE OF rowid, oid, _rowid_, {conflict_columns} ON {messages}
  WHEN EXISTS (SELECT 1 FROM {messages} o WHERE {o.live} AND ({conflicts}) AND o.{id} <> OLD.{id})
BEGIN
  INSERT INTO embed_replaced (message_id)
  SELECT o.{id} FROM {messages} o
   WHERE {o.live} AND ({conflicts}) AND o.{id} <> OLD.{id}
     AND o.{id} NOT IN (SELECT message_id FROM embed_replaced);
END;

CREATE TRIGGER embed_message_replaced_by_insert AFTER INSERT ON {messages}
  WHEN EXISTS (SELECT 1 FROM embed_replaced)
BEGIN
  INSERT INTO embed_removed
  SELECT a.revision + r.place, r.message_id FROM embed_archive a, embed_replaced r
   WHERE NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = r.message_id AND {m.live});
  UPDATE embed_archive SET revision = revision + (SELECT max(place) FROM embed_replaced);
  DELETE FROM embed_replaced;
END;

CREATE TRIGGER embed_message_replaced_by_update
  AFTER UPDATE OF rowid, oid, _rowid_, {conflict_columns} ON {messages}
  WHEN EXISTS (SELECT 1 FROM embed_replaced)
BEGIN
  INSERT INTO embed_removed
  SELECT a.revision + r.place, r.message_id FROM embed_archive a, embed_replaced r
   WHERE r.message_id <> OLD.{id}
     AND NOT EXISTS (SELECT 1 FROM {messages} m WHERE m.{id} = r.message_id AND {m.live});
  UPDATE embed_archive SET revision = revision + (SELECT max(place) FROM embed_replaced);
  DELETE FROM embed_replaced;
END;
--[bodies

-- An INSERT may replace a row without firing any trigger for the deletion. Only a trigger that runs
-- before it still sees the replaced text. Only one that runs after it knows whether the row was inserted
-- at all (OR IGNORE). So the first records the message whose text stays the same, and the second acts on
-- it.
CREATE TRIGGER embed_body_compare BEFORE INSERT ON {bodies}
BEGIN
  UPDATE embed_archive
     SET unchanged_body = CASE
       WHEN CAST(ifnull({NEW.text}, '') AS BLOB) IS CAST(ifnull(
              (SELECT {b.text} FROM {bodies} b WHERE b.{body_id} = NEW.{body_id}), '') AS BLOB)
        AND CAST(ifnull({NEW.html}, '') AS BLOB) IS CAST(ifnull(
              (SELECT {b.html} FROM {bodies} b WHERE b.{body_id} = NEW.{body_id}), '') AS BLOB)
       THEN NEW.{body_id}
     END;
END;

CREATE TRIGGER embed_body_insert AFTER INSERT ON {bodies}
  WHEN (SELECT unchanged_body FROM embed_archive) IS NOT NEW.{body_id}
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} = NEW.{body_id};
END;

CREATE TRIGGER embed_body_update
  AFTER UPDATE OF {body_id}, rowid, oid, _rowid_{comma_body_inputs} ON {bodies}
  WHEN NEW.{body_id} IS NOT OLD.{body_id}
    OR CAST(ifnull({NEW.text}, '') AS BLOB) IS NOT CAST(ifnull({OLD.text}, '') AS BLOB)
    OR CAST(ifnull({NEW.html}, '') AS BLOB) IS NOT CAST(ifnull({OLD.html}, '') AS BLOB)
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} IN (OLD.{body_id}, NEW.{body_id});
END;

CREATE TRIGGER embed_body_delete AFTER DELETE ON {bodies}
  WHEN CAST(ifnull({OLD.text}, '') AS BLOB) IS NOT x''
    OR CAST(ifnull({OLD.html}, '') AS BLOB) IS NOT x''
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} = OLD.{body_id};
END;
--]
--[replaceable_bodies

-- If a body has another unique key besides its message, REPLACE may delete the body of another message,
-- again without firing a trigger. One trigger records that message before, another finds the missing
-- body after.
CREATE TABLE embed_replaced_bodies (message_id);

CREATE TRIGGER embed_body_before_insert BEFORE INSERT ON {bodies}
BEGIN
  INSERT INTO embed_replaced_bodies
  SELECT o.{body_id} FROM {bodies} o
   WHERE o.{body_id} IS NOT NEW.{body_id} AND ({body_conflicts});
END;

CREATE TRIGGER embed_body_before_update BEFORE UPDATE ON {bodies}
BEGIN
  INSERT INTO embed_replaced_bodies
  SELECT o.{body_id} FROM {bodies} o
   WHERE o.{body_id} IS NOT NEW.{body_id} AND o.{body_id} IS NOT OLD.{body_id}
     AND ({body_conflicts});
END;

CREATE TRIGGER embed_body_replaced_by_insert AFTER INSERT ON {bodies}
  WHEN EXISTS (SELECT 1 FROM embed_replaced_bodies)
BEGIN
  DELETE FROM embed_replaced_bodies WHERE message_id IN (SELECT {body_id} FROM {bodies});
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} IN (SELECT message_id FROM embed_replaced_bodies);
  DELETE FROM embed_replaced_bodies;
END;

CREATE TRIGGER embed_body_replaced_by_update AFTER UPDATE ON {bodies}
  WHEN EXISTS (SELECT 1 FROM embed_replaced_bodies)
BEGIN
  DELETE FROM embed_replaced_bodies WHERE message_id IN (SELECT {body_id} FROM {bodies});
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE {messages}
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE {id} IN (SELECT message_id FROM embed_replaced_bodies);
  DELETE FROM embed_replaced_bodies;
END;
--]
