-- Keyword search: the words of the live messages, and the triggers that keep them current. By their names these
-- triggers fire after those of the archive, which lock the messages that a body is written for.

-- Part 0 is the subject. Part 1 is the body: its text, or its HTML if the text is blank.
CREATE TABLE embed_words (
  message_id bigint NOT NULL,
  part int NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (message_id, part)
);
CREATE INDEX embed_words_words ON embed_words USING gin (words);

-- Returns the words in lower case with single spaces between them. Latin letters lose their diacritics, others keep
-- their marks. Not every locale knows the lower case of all letters: "C" knows only that of ASCII.
CREATE FUNCTION embed_folded(entry text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS {quote}
DECLARE
  folded text COLLATE "C" := lower(left(entry, 250000) COLLATE "C");
BEGIN
  IF octet_length(folded) > length(folded) THEN
    folded := lower(folded COLLATE "default");
    folded := translate(folded, U&'\03C2\00B5\017F', U&'\03C3\03BCs');
    folded := regexp_replace(folded, U&'[\0300-\0304\0306-\030C\030F\0311\031B\0323-\0328\032D\032E\0330\0331]+', '', 'g');
    folded := normalize(folded, NFD);
    folded := regexp_replace(folded, U&'([a-z])[\0300-\0304\0306-\030C\030F\0311\031B\0323-\0328\032D\032E\0330\0331]+', '\1', 'g');
    folded := normalize(folded, NFC);
    folded := regexp_replace(folded, U&'[\0080-\00A9\00AB-\00B1\00B4\00B6-\00B8\00BB\00BF\00D7\00F7'
      '\02C2-\02C5\02D2-\02DF\02E5-\02EB\037E\0387\055A-\055F\0589\058A\05BE\05C0\05C3\05F3\05F4'
      '\0600-\060F\061B-\061F\066A-\066D\06D4\0964\0965\0970\0E3F\0E4F\0E5A\0E5B\10FB\1360-\1368'
      '\1680\180E\2000-\206F\207A-\207E\208A-\208E\20A0-\20CF\2190-\245F\249C-\24E9\2500-\2775'
      '\2794-\2BFF\2E00-\2E2E\2E30-\2FFF\3000-\3004\3008-\3020\3030\3036\3037\303D-\3040\30A0\30FB'
      '\FD3E\FD3F\FE10-\FE1F\FE30-\FE6F\FEFF-\FF0F\FF1A-\FF20\FF3B-\FF40\FF5B-\FF65\FFE0-\FFFF'
      '\+01F000-\+01FAFF]+', ' ', 'g');
  END IF;
  folded := regexp_replace(folded, '[\x01-/:-@[-`{-\x7f]+', ' ', 'g');
  RETURN regexp_replace(folded, '([^ ]{100})[^ ]+', '\1', 'g');
END
{quote};

-- Builds the vector from its parts, because the parsers of text search would cut the words otherwise. If a text has
-- too many words for a vector, those at its end are left out.
CREATE FUNCTION embed_vector(entry text) RETURNS tsvector
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS {quote}
DECLARE
  folded text COLLATE "C" := embed_folded(entry);
BEGIN
  LOOP
    BEGIN
      RETURN coalesce(
        (SELECT string_agg('''' || word || ''':' || least(n, 16383), ' ')
           FROM string_to_table(folded, ' ') WITH ORDINALITY AS t (word, n)
          WHERE word <> ''), '')::tsvector;
    EXCEPTION WHEN program_limit_exceeded THEN
      folded := left(folded, length(folded) / 2);
    END;
  END LOOP;
END
{quote};

-- Stores call it too, with the rights of a role that stamps.
CREATE FUNCTION embed_renew_words(embed_ids bigint[], embed_parts int[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
  DELETE FROM embed_words AS w WHERE w.message_id = ANY (embed_ids) AND w.part = ANY (embed_parts);
  INSERT INTO embed_words
  SELECT {m.id}, 0, embed_vector({m.subject}) FROM {messages} AS m
   WHERE {m.id} = ANY (embed_ids) AND {m.live} AND {m.subject} <> '' AND 0 = ANY (embed_parts)
  UNION ALL
  SELECT {m.id}, 1, embed_vector({b.readable})
    FROM {messages} AS m JOIN {bodies} AS b ON {b.body_message_id} = {m.id}
   WHERE {m.id} = ANY (embed_ids) AND {m.live} AND ({b.text} <> '' OR {b.html} <> '')
     AND 1 = ANY (embed_parts)
{quote};

INSERT INTO embed_words
SELECT {m.id}, 0, embed_vector({m.subject}) FROM {messages} AS m WHERE {m.live} AND {m.subject} <> ''
UNION ALL
SELECT {m.id}, 1, embed_vector({b.readable}) FROM {messages} AS m JOIN {bodies} AS b ON {b.body_message_id} = {m.id}
WHERE {m.live} AND ({b.text} <> '' OR {b.html} <> '');

-- A body may exist before its message, if no foreign key forbids it.
CREATE FUNCTION embed_words_message_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_words
  SELECT {m.id}, 0, embed_vector({m.subject}) FROM inserted AS m WHERE {m.live} AND {m.subject} <> ''
  UNION ALL
  SELECT {m.id}, 1, embed_vector({b.readable}) FROM inserted AS m JOIN {bodies} AS b ON {b.body_message_id} = {m.id}
  WHERE {m.live} AND ({b.text} <> '' OR {b.html} <> '')
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
{quote};

CREATE FUNCTION embed_words_message_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF {NEW.id} <> {OLD.id} OR ({NEW.live}) <> ({OLD.live}) THEN
    PERFORM embed_renew_words(ARRAY[CAST({OLD.id} AS bigint), {NEW.id}], '{0, 1}');
  ELSIF coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
      OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, '') THEN
    PERFORM embed_renew_words(ARRAY[CAST({NEW.id} AS bigint)], '{0, 1}');
  ELSE
    PERFORM embed_renew_words(ARRAY[CAST({NEW.id} AS bigint)], '{0}');
  END IF;
  RETURN NULL;
END
{quote};

CREATE FUNCTION embed_words_message_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  DELETE FROM embed_words AS w WHERE w.message_id IN (SELECT {m.id} FROM deleted AS m);
  RETURN NULL;
END
{quote};

-- A DELETE would leave the words that its snapshot does not show.
CREATE FUNCTION embed_words_messages_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  TRUNCATE embed_words;
  RETURN NULL;
END
{quote};

CREATE TRIGGER zz_embed_words_insert AFTER INSERT ON {messages}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_message_inserted();
-- Fires for each row, so that stamping costs no more than the condition.
CREATE TRIGGER zz_embed_words_update AFTER UPDATE ON {messages}
  FOR EACH ROW WHEN ({NEW.id} <> {OLD.id}
    OR ({NEW.live}) <> ({OLD.live})
    OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
    OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
    OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, ''))
  EXECUTE FUNCTION embed_words_message_updated();
CREATE TRIGGER zz_embed_words_delete AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_message_deleted();
CREATE TRIGGER zz_embed_words_truncate AFTER TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_messages_truncated();
