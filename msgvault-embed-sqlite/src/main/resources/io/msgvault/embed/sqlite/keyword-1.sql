-- Keyword search: a full-text index of the live messages, and the triggers that keep it true. It keeps the
-- texts a second time: an index without them saves that, but every client that writes to the archive
-- would then need SQLite 3.43 or later, and many systems' sqlite3 is older.

-- Message n has two entries: its subject is row 2n, its body row 2n + 1, in 64 bits (the highest ids make
-- negative rows). So storing a message and then its body only ever appends, which is what is cheap; one
-- entry for both would be written twice.
CREATE VIRTUAL TABLE embed_words USING fts5(
  entry,
  prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M*'"
);

-- What belongs into the index: the first million bytes of the subject, and of the text, or of the HTML
-- where the text is blank. Cut as bytes, because functions on text stop at U+0000.
CREATE VIEW embed_word_entries (message_id, entry_id, entry) AS
SELECT id, id << 1, CAST(substr(CAST(subject AS BLOB), 1, 1000000) AS TEXT)
  FROM messages
 WHERE deleted_at IS NULL AND subject <> ''
UNION ALL
SELECT m.id, m.id << 1 | 1,
       CAST(substr(CAST(
         CASE WHEN trim(CAST(ifnull(b.text, '') AS TEXT), char(9, 10, 11, 12, 13, 32, 160)) = ''
              THEN ifnull(b.html, '') ELSE b.text END AS BLOB), 1, 1000000) AS TEXT)
  FROM messages m JOIN message_bodies b ON b.message_id = m.id
 WHERE m.deleted_at IS NULL;

INSERT INTO embed_words (rowid, entry)
SELECT entry_id, entry FROM embed_word_entries ORDER BY entry_id;

-- One row, the triggers' memory from before a statement to after it: the message that it may replace
-- because of the key (source_id, external_id). What is replaced fires no trigger for its deletion.
CREATE TABLE embed_words_replaced (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  message_id INTEGER
);
INSERT INTO embed_words_replaced (one) VALUES (1);

CREATE TRIGGER messages_words_before_insert BEFORE INSERT ON messages
  WHEN (SELECT id FROM messages
         WHERE source_id = NEW.source_id AND external_id = NEW.external_id) IS NOT NULL
BEGIN
  UPDATE embed_words_replaced
     SET message_id = (SELECT id FROM messages
                        WHERE source_id = NEW.source_id AND external_id = NEW.external_id);
END;

CREATE TRIGGER messages_words_before_update
  BEFORE UPDATE OF source_id, external_id ON messages
  WHEN (SELECT id FROM messages
         WHERE source_id = NEW.source_id AND external_id = NEW.external_id) IS NOT OLD.id
BEGIN
  UPDATE embed_words_replaced
     SET message_id = (SELECT id FROM messages
                        WHERE source_id = NEW.source_id AND external_id = NEW.external_id);
END;

CREATE TRIGGER messages_words_replaced_by_insert AFTER INSERT ON messages
  WHEN (SELECT message_id FROM embed_words_replaced) IS NOT NULL
BEGIN
  DELETE FROM embed_words
   WHERE rowid IN (SELECT message_id << 1 | column1
                     FROM embed_words_replaced CROSS JOIN (VALUES (0), (1))
                    WHERE message_id NOT IN (SELECT id FROM messages));
  UPDATE embed_words_replaced SET message_id = NULL;
END;

CREATE TRIGGER messages_words_replaced_by_update
  AFTER UPDATE OF source_id, external_id ON messages
  WHEN (SELECT message_id FROM embed_words_replaced) IS NOT NULL
BEGIN
  DELETE FROM embed_words
   WHERE rowid IN (SELECT message_id << 1 | column1
                     FROM embed_words_replaced CROSS JOIN (VALUES (0), (1))
                    WHERE message_id NOT IN (SELECT id FROM messages));
  UPDATE embed_words_replaced SET message_id = NULL;
END;

CREATE TRIGGER messages_words_insert AFTER INSERT ON messages
BEGIN
  DELETE FROM embed_words WHERE rowid IN (NEW.id << 1, NEW.id << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM embed_word_entries WHERE message_id = NEW.id ORDER BY entry_id;
END;

CREATE TRIGGER messages_words_subject AFTER UPDATE OF subject ON messages
  WHEN NEW.deleted_at IS NULL
   AND CAST(ifnull(NEW.subject, '') AS BLOB) IS NOT CAST(ifnull(OLD.subject, '') AS BLOB)
BEGIN
  DELETE FROM embed_words WHERE rowid = (NEW.id << 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM embed_word_entries
   WHERE message_id = NEW.id AND entry_id = (NEW.id << 1);
END;

CREATE TRIGGER messages_words_update
  AFTER UPDATE OF id, rowid, oid, _rowid_, deleted_at ON messages
  WHEN NEW.id IS NOT OLD.id OR (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)
BEGIN
  DELETE FROM embed_words
   WHERE rowid IN (OLD.id << 1, OLD.id << 1 | 1, NEW.id << 1, NEW.id << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM embed_word_entries WHERE message_id = NEW.id ORDER BY entry_id;
END;

CREATE TRIGGER messages_words_delete AFTER DELETE ON messages
BEGIN
  DELETE FROM embed_words WHERE rowid IN (OLD.id << 1, OLD.id << 1 | 1);
END;

CREATE TRIGGER message_bodies_words_insert AFTER INSERT ON message_bodies
BEGIN
  DELETE FROM embed_words WHERE rowid = (NEW.message_id << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM embed_word_entries
   WHERE message_id = NEW.message_id AND entry_id = (NEW.message_id << 1 | 1);
END;

CREATE TRIGGER message_bodies_words_update
  AFTER UPDATE OF message_id, rowid, oid, _rowid_, text, html ON message_bodies
  WHEN NEW.message_id IS NOT OLD.message_id
    OR CAST(ifnull(NEW.text, '') AS BLOB) IS NOT CAST(ifnull(OLD.text, '') AS BLOB)
    OR CAST(ifnull(NEW.html, '') AS BLOB) IS NOT CAST(ifnull(OLD.html, '') AS BLOB)
BEGIN
  DELETE FROM embed_words WHERE rowid IN (OLD.message_id << 1 | 1, NEW.message_id << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM embed_word_entries
   WHERE message_id = NEW.message_id AND entry_id = (NEW.message_id << 1 | 1);
END;

CREATE TRIGGER message_bodies_words_delete AFTER DELETE ON message_bodies
BEGIN
  DELETE FROM embed_words WHERE rowid = (OLD.message_id << 1 | 1);
END;
