-- Keyword search: a full-text index of the live messages, and the triggers that keep it up to date.
-- The index stores the texts a second time. An index without them would save that, but would need SQLite
-- 3.43 or later in every client that writes to the archive. The sqlite3 of many systems is older.

-- Message n has two entries: its subject is row 2n, its body is row 2n + 1. So storing a message and then
-- its body only appends, which is cheap. One entry for both would be written twice. Row numbers have 64
-- bits, so those of the highest ids are negative.
CREATE VIRTUAL TABLE embed_words USING fts5(
  entry,
  prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M*'"
);

INSERT INTO embed_words (rowid, entry)
SELECT entry_id, entry FROM ({word_entries}) ORDER BY entry_id;

CREATE TRIGGER embed_words_insert AFTER INSERT ON {messages}
BEGIN
  DELETE FROM embed_words WHERE rowid IN (NEW.{id} << 1, NEW.{id} << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM ({word_entries}) WHERE message_id = NEW.{id} ORDER BY entry_id;
END;
--[subject

CREATE TRIGGER embed_words_subject AFTER UPDATE OF {subject} ON {messages}
  WHEN {NEW.live}
   AND CAST(ifnull({NEW.subject}, '') AS BLOB) IS NOT CAST(ifnull({OLD.subject}, '') AS BLOB)
BEGIN
  DELETE FROM embed_words WHERE rowid = (NEW.{id} << 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM ({word_entries})
   WHERE message_id = NEW.{id} AND entry_id = (NEW.{id} << 1);
END;
--]

CREATE TRIGGER embed_words_update AFTER UPDATE OF {id}, rowid, oid, _rowid_{comma_deleted} ON {messages}
  WHEN NEW.{id} IS NOT OLD.{id} OR {NEW.live} <> {OLD.live}
BEGIN
  DELETE FROM embed_words
   WHERE rowid IN (OLD.{id} << 1, OLD.{id} << 1 | 1, NEW.{id} << 1, NEW.{id} << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM ({word_entries}) WHERE message_id = NEW.{id} ORDER BY entry_id;
END;

CREATE TRIGGER embed_words_delete AFTER DELETE ON {messages}
BEGIN
  DELETE FROM embed_words WHERE rowid IN (OLD.{id} << 1, OLD.{id} << 1 | 1);
END;
--[body_in_messages

CREATE TRIGGER embed_words_body AFTER UPDATE OF {body_inputs} ON {messages}
  WHEN {NEW.live}
   AND (CAST(ifnull({NEW.text}, '') AS BLOB) IS NOT CAST(ifnull({OLD.text}, '') AS BLOB)
        OR CAST(ifnull({NEW.html}, '') AS BLOB) IS NOT CAST(ifnull({OLD.html}, '') AS BLOB))
BEGIN
  DELETE FROM embed_words WHERE rowid = (NEW.{id} << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM ({word_entries})
   WHERE message_id = NEW.{id} AND entry_id = (NEW.{id} << 1 | 1);
END;
--]
--[bodies

CREATE TRIGGER embed_words_body_insert AFTER INSERT ON {bodies}
BEGIN
  DELETE FROM embed_words WHERE rowid = (NEW.{body_id} << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM ({word_entries})
   WHERE message_id = NEW.{body_id} AND entry_id = (NEW.{body_id} << 1 | 1);
END;

CREATE TRIGGER embed_words_body_update
  AFTER UPDATE OF {body_id}, rowid, oid, _rowid_{comma_body_inputs} ON {bodies}
  WHEN NEW.{body_id} IS NOT OLD.{body_id}
    OR CAST(ifnull({NEW.text}, '') AS BLOB) IS NOT CAST(ifnull({OLD.text}, '') AS BLOB)
    OR CAST(ifnull({NEW.html}, '') AS BLOB) IS NOT CAST(ifnull({OLD.html}, '') AS BLOB)
BEGIN
  DELETE FROM embed_words WHERE rowid IN (OLD.{body_id} << 1 | 1, NEW.{body_id} << 1 | 1);
  INSERT INTO embed_words (rowid, entry)
  SELECT entry_id, entry FROM ({word_entries})
   WHERE message_id = NEW.{body_id} AND entry_id = (NEW.{body_id} << 1 | 1);
END;

CREATE TRIGGER embed_words_body_delete AFTER DELETE ON {bodies}
BEGIN
  DELETE FROM embed_words WHERE rowid = (OLD.{body_id} << 1 | 1);
END;
--]
--[replaceable_messages

-- The triggers' memory during a statement: the messages that it may replace because of a unique key.
-- A replaced row fires no trigger for its deletion.
CREATE TABLE embed_replaced (message_id INTEGER PRIMARY KEY);

CREATE TRIGGER embed_words_before_insert BEFORE INSERT ON {messages}
  WHEN EXISTS (SELECT 1 FROM {messages} o WHERE {conflicts})
BEGIN
  INSERT OR IGNORE INTO embed_replaced SELECT o.{id} FROM {messages} o WHERE {conflicts};
END;

CREATE TRIGGER embed_words_before_update BEFORE UPDATE OF {conflict_columns} ON {messages}
  WHEN EXISTS (SELECT 1 FROM {messages} o WHERE ({conflicts}) AND o.{id} <> OLD.{id})
BEGIN
  INSERT OR IGNORE INTO embed_replaced
  SELECT o.{id} FROM {messages} o WHERE ({conflicts}) AND o.{id} <> OLD.{id};
END;

CREATE TRIGGER embed_words_replaced_by_insert AFTER INSERT ON {messages}
  WHEN EXISTS (SELECT 1 FROM embed_replaced)
BEGIN
  DELETE FROM embed_words
   WHERE rowid IN (SELECT message_id << 1 | column1
                     FROM embed_replaced CROSS JOIN (VALUES (0), (1))
                    WHERE message_id NOT IN (SELECT {id} FROM {messages}));
  DELETE FROM embed_replaced;
END;

CREATE TRIGGER embed_words_replaced_by_update AFTER UPDATE OF {conflict_columns} ON {messages}
  WHEN EXISTS (SELECT 1 FROM embed_replaced)
BEGIN
  DELETE FROM embed_words
   WHERE rowid IN (SELECT message_id << 1 | column1
                     FROM embed_replaced CROSS JOIN (VALUES (0), (1))
                    WHERE message_id NOT IN (SELECT {id} FROM {messages}));
  DELETE FROM embed_replaced;
END;
--]
