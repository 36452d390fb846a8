-- The archive: messages and what is known of them. Every statement of this file runs in one transaction.

-- One row: the archive's identity, and the counters that hand out revisions and generation ids.
-- unchanged_body is the triggers' memory between the two halves of one insert into message_bodies.
CREATE TABLE embed_archive (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  archive_id     TEXT NOT NULL,
  generation     INTEGER NOT NULL DEFAULT 0,
  revision       INTEGER NOT NULL DEFAULT 0,
  unchanged_body INTEGER
);

-- A random UUID (RFC 9562, version 4).
INSERT INTO embed_archive (one, archive_id)
SELECT 1, format('%s-%s-4%s-%s%s-%s',
                 substr(hex, 1, 8), substr(hex, 9, 4), substr(hex, 13, 3),
                 substr('89ab', 1 + (random() & 3), 1), substr(hex, 16, 3), substr(hex, 19, 12))
  FROM (SELECT lower(hex(randomblob(16))) AS hex);

CREATE TABLE sources (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- NOCASE folds ASCII letters and no others, which is how filters compare addresses.
CREATE TABLE participants (
  id      INTEGER PRIMARY KEY,
  address TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name    TEXT
);

-- A message is live while deleted_at is NULL. Times are milliseconds since 1970-01-01T00:00:00Z.
-- The stamp is embed_gen with embed_outcome; a row where either is NULL needs work. The checks keep
-- the columns of the index messages_embed comparable; texts may be of any storage class.
CREATE TABLE messages (
  id            INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  source_id     INTEGER NOT NULL REFERENCES sources (id) CHECK (typeof(source_id) = 'integer'),
  message_type  TEXT NOT NULL DEFAULT 'email' CHECK (typeof(message_type) = 'text'),
  embed_gen     INTEGER
                CHECK (embed_gen IS NULL OR (typeof(embed_gen) = 'integer' AND embed_gen > 0)),
  embed_outcome TEXT CHECK (embed_outcome IN ('EMBEDDED', 'BLANK', 'REJECTED')),
  embed_reason  TEXT,
  embed_rev     INTEGER NOT NULL DEFAULT 0,
  deleted_at    INTEGER,
  external_id   TEXT,
  sender_id     INTEGER REFERENCES participants (id),
  sent_at       INTEGER,
  size_bytes    INTEGER,
  flags         TEXT NOT NULL DEFAULT '',
  subject       TEXT,
  UNIQUE (source_id, external_id)
);

-- Finds the messages that need work: within one (type, source, generation, outcome) the entries are
-- in the order of their ids.
CREATE INDEX messages_embed
  ON messages (message_type, source_id, embed_gen, embed_outcome)
  WHERE deleted_at IS NULL;

-- Counts the messages that are not live, and finds their latest generation.
CREATE INDEX messages_deleted ON messages (embed_gen) WHERE deleted_at IS NOT NULL;

CREATE INDEX messages_sender ON messages (sender_id);
CREATE INDEX messages_sent ON messages (sent_at);

CREATE TABLE message_bodies (
  message_id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  text       TEXT,
  html       TEXT
);

CREATE TABLE recipients (
  message_id     INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  kind           TEXT NOT NULL CHECK (kind IN ('to', 'cc', 'bcc')),
  position       INTEGER NOT NULL,
  participant_id INTEGER NOT NULL REFERENCES participants (id),
  PRIMARY KEY (message_id, kind, position)
) WITHOUT ROWID;

CREATE INDEX recipients_participant ON recipients (participant_id, kind);

CREATE TABLE labels (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE message_labels (
  message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  label_id   INTEGER NOT NULL REFERENCES labels (id) ON DELETE CASCADE,
  PRIMARY KEY (message_id, label_id)
) WITHOUT ROWID;

CREATE INDEX message_labels_label ON message_labels (label_id);

CREATE TABLE attachments (
  message_id INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  name       TEXT NOT NULL,
  PRIMARY KEY (message_id, position)
) WITHOUT ROWID;

-- The triggers keep revision and stamp right for every writer, plain SQL included. They compare
-- contents as they are read: NULL as the empty text, and by bytes, whatever the storage class. Where
-- a table has an INTEGER PRIMARY KEY, rowid and its synonyms name the same column, and an UPDATE
-- through them fires only the triggers that list them.

-- A message is born without a stamp, even if the INSERT brings one. This also serves REPLACE.
CREATE TRIGGER messages_embed_insert AFTER INSERT ON messages
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE messages
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE id = NEW.id;
END;

CREATE TRIGGER messages_embed_update
  AFTER UPDATE OF id, rowid, oid, _rowid_, subject ON messages
  WHEN NEW.id IS NOT OLD.id
    OR CAST(ifnull(NEW.subject, '') AS BLOB) IS NOT CAST(ifnull(OLD.subject, '') AS BLOB)
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE messages
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE id = NEW.id;
END;

-- What becomes live again may have lost its vectors meanwhile.
CREATE TRIGGER messages_embed_restore AFTER UPDATE OF deleted_at ON messages
  WHEN NEW.deleted_at IS NULL AND OLD.deleted_at IS NOT NULL
BEGIN
  UPDATE messages
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL
   WHERE id = NEW.id;
END;

-- An INSERT may replace a row without firing any trigger for the deletion, and only a trigger that
-- runs before it still sees the replaced text. Whether the row is inserted at all (OR IGNORE), only a
-- trigger that runs after it knows. So the first notes whether the text is the same, for which
-- message, and the second acts on it.
CREATE TRIGGER message_bodies_embed_compare BEFORE INSERT ON message_bodies
BEGIN
  UPDATE embed_archive
     SET unchanged_body = CASE
       WHEN CAST(ifnull(NEW.text, '') AS BLOB) IS CAST(ifnull(
              (SELECT text FROM message_bodies WHERE message_id = NEW.message_id), '') AS BLOB)
        AND CAST(ifnull(NEW.html, '') AS BLOB) IS CAST(ifnull(
              (SELECT html FROM message_bodies WHERE message_id = NEW.message_id), '') AS BLOB)
       THEN NEW.message_id
     END;
END;

CREATE TRIGGER message_bodies_embed_insert AFTER INSERT ON message_bodies
  WHEN (SELECT unchanged_body FROM embed_archive) IS NOT NEW.message_id
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE messages
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE id = NEW.message_id;
END;

CREATE TRIGGER message_bodies_embed_update
  AFTER UPDATE OF message_id, rowid, oid, _rowid_, text, html ON message_bodies
  WHEN NEW.message_id IS NOT OLD.message_id
    OR CAST(ifnull(NEW.text, '') AS BLOB) IS NOT CAST(ifnull(OLD.text, '') AS BLOB)
    OR CAST(ifnull(NEW.html, '') AS BLOB) IS NOT CAST(ifnull(OLD.html, '') AS BLOB)
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE messages
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE id IN (OLD.message_id, NEW.message_id);
END;

CREATE TRIGGER message_bodies_embed_delete AFTER DELETE ON message_bodies
  WHEN CAST(ifnull(OLD.text, '') AS BLOB) IS NOT x''
    OR CAST(ifnull(OLD.html, '') AS BLOB) IS NOT x''
BEGIN
  UPDATE embed_archive SET revision = revision + 1;
  UPDATE messages
     SET embed_gen = NULL, embed_outcome = NULL, embed_reason = NULL,
         embed_rev = (SELECT revision FROM embed_archive)
   WHERE id = OLD.message_id;
END;
