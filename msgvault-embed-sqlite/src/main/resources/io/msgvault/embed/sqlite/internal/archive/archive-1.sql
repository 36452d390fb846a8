-- The bundled tables of an archive: messages, people, labels and attachments. Hosts may map their own
-- tables instead.

CREATE TABLE sources (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- NOCASE folds ASCII letters and no others. Filters compare addresses in the same way.
CREATE TABLE participants (
  id      INTEGER PRIMARY KEY,
  address TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name    TEXT
);

-- A message is live while deleted_at is NULL. Times are milliseconds since 1970-01-01T00:00:00Z.
-- Texts may be of any storage class.
CREATE TABLE messages (
  id            INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  source_id     INTEGER NOT NULL REFERENCES sources (id) CHECK (typeof(source_id) = 'integer'),
  message_type  TEXT NOT NULL DEFAULT 'email' CHECK (typeof(message_type) = 'text'),
  deleted_at    INTEGER,
  external_id   TEXT,
  sender_id     INTEGER REFERENCES participants (id),
  sent_at       INTEGER,
  size_bytes    INTEGER,
  conversation  TEXT,
  flags         TEXT NOT NULL DEFAULT '',
  subject       TEXT,
  UNIQUE (source_id, external_id)
);

CREATE INDEX messages_sender ON messages (sender_id);
CREATE INDEX messages_sent ON messages (sent_at);
CREATE INDEX messages_conversation ON messages (conversation);

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
