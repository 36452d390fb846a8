-- The archive: the host's messages, with the columns of the message store on each row.

-- One sequence for all revisions, so that an id that is used again after a purge gets a new revision. Random bits
-- below it tell copies of the archive apart.
CREATE SEQUENCE IF NOT EXISTS message_revisions;

-- One row: the identity of the archive, and the last generation id that was assigned.
CREATE TABLE IF NOT EXISTS embed_archive (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  archive_id UUID    NOT NULL DEFAULT RANDOM_UUID(),
  generation BIGINT  NOT NULL DEFAULT 0
);

MERGE INTO embed_archive (one) VALUES (1);

-- A message needs work for every generation except embed_gen.
CREATE TABLE IF NOT EXISTS messages (
  id             BIGINT PRIMARY KEY CHECK (id > 0),
  subject        VARCHAR NOT NULL DEFAULT '',
  text           CLOB    NOT NULL DEFAULT '',
  html           CLOB    NOT NULL DEFAULT '',
  deleted        BOOLEAN NOT NULL DEFAULT FALSE,
  message_type   VARCHAR NOT NULL,
  source         VARCHAR NOT NULL,
  sender         VARCHAR,
  sent           TIMESTAMP(3) WITH TIME ZONE,
  bytes          BIGINT,
  conversation   VARCHAR,
  revision       BIGINT  NOT NULL DEFAULT 0,
  embed_gen      BIGINT,
  embed_outcome  VARCHAR,
  embed_reason   VARCHAR
);

-- The addresses (to, cc, bcc), the labels and the attachments of messages.
CREATE TABLE IF NOT EXISTS message_names (
  message_id BIGINT  NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  kind       VARCHAR NOT NULL,
  name       VARCHAR NOT NULL,
  position   INT     NOT NULL,
  PRIMARY KEY (message_id, kind, position)
);

-- Each time that a message stopped being live, until the index has let go of it.
CREATE TABLE IF NOT EXISTS embed_removed (
  sequence   BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id BIGINT NOT NULL
);

-- These triggers run for every write, no matter which program or statement makes it.
CREATE TRIGGER IF NOT EXISTS messages_revision BEFORE INSERT, UPDATE ON messages
  FOR EACH ROW CALL 'org.example.embed.h2.RevisionTrigger';

CREATE TRIGGER IF NOT EXISTS messages_removal AFTER UPDATE, DELETE ON messages
  FOR EACH ROW CALL 'org.example.embed.h2.RemovalTrigger';
