-- The functions and triggers that keep words current. By their names these triggers fire after those of the archive,
-- which lock the messages that a body is written for.

-- Returns the words in lower case with single spaces between them. Latin letters lose their diacritics, others keep
-- their marks. The strings are E'', which every setting of standard_conforming_strings reads alike. Not every locale
-- knows the lower case of all letters: "C" knows only that of ASCII.
CREATE OR REPLACE FUNCTION embed_folded(entry text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS {quote}
DECLARE
  folded text COLLATE "C" := lower(left(entry, 250000) COLLATE "C");
BEGIN
  IF octet_length(folded) > length(folded) THEN
    folded := lower(folded COLLATE "default");
    folded := translate(folded, E'\u03C2\u00B5\u017F', E'\u03C3\u03BCs');
    folded := regexp_replace(folded, E'[\u0300-\u0304\u0306-\u030C\u030F\u0311\u031B\u0323-\u0328\u032D\u032E\u0330\u0331]+', '', 'g');
    folded := normalize(folded, NFD);
    folded := regexp_replace(folded, E'([a-z])[\u0300-\u0304\u0306-\u030C\u030F\u0311\u031B\u0323-\u0328\u032D\u032E\u0330\u0331]+', E'\\1', 'g');
    folded := normalize(folded, NFC);
    folded := regexp_replace(folded, E'[\u0080-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF\u00D7\u00F7'
      '\u02C2-\u02C5\u02D2-\u02DF\u02E5-\u02EB\u037E\u0387\u055A-\u055F\u0589\u058A\u05BE\u05C0\u05C3\u05F3\u05F4'
      '\u0600-\u060F\u061B-\u061F\u066A-\u066D\u06D4\u0964\u0965\u0970\u0E3F\u0E4F\u0E5A\u0E5B\u10FB\u1360-\u1368'
      '\u1680\u180E\u2000-\u206F\u207A-\u207E\u208A-\u208E\u20A0-\u20CF\u2190-\u245F\u249C-\u24E9\u2500-\u2775'
      '\u2794-\u2BFF\u2E00-\u2E2E\u2E30-\u2FFF\u3000-\u3004\u3008-\u3020\u3030\u3036\u3037\u303D-\u3040\u30A0\u30FB'
      '\uFD3E\uFD3F\uFE10-\uFE1F\uFE30-\uFE6F\uFEFF-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFE0-\uFFFF'
      '\U0001F000-\U0001FAFF]+', ' ', 'g');
  END IF;
  folded := regexp_replace(folded, E'[\\x01-/:-@[-`{-\\x7f]+', ' ', 'g');
  RETURN regexp_replace(folded, '([^ ]{100})[^ ]+', E'\\1', 'g');
END
{quote};

-- Builds the vector from its parts, because the parsers of text search would cut the words otherwise. If a text has
-- too many words for a vector, those at its end are left out.
CREATE OR REPLACE FUNCTION embed_vector(entry text) RETURNS tsvector
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
CREATE OR REPLACE FUNCTION embed_renew_words(embed_ids bigint[], embed_parts int[]) RETURNS void
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

-- A body may exist before its message, if no foreign key forbids it.
CREATE OR REPLACE FUNCTION embed_words_message_inserted() RETURNS trigger
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

CREATE OR REPLACE FUNCTION embed_words_message_updated() RETURNS trigger
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

CREATE OR REPLACE FUNCTION embed_words_message_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  DELETE FROM embed_words AS w WHERE w.message_id IN (SELECT {m.id} FROM deleted AS m);
  RETURN NULL;
END
{quote};

-- A DELETE would leave the words that its snapshot does not show.
CREATE OR REPLACE FUNCTION embed_words_messages_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  TRUNCATE embed_words;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_words_insert AFTER INSERT ON {messages}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_message_inserted();
-- Fires for each row, so that stamping costs no more than the condition.
CREATE OR REPLACE TRIGGER zz_embed_words_update AFTER UPDATE ON {messages}
  FOR EACH ROW WHEN ({NEW.id} <> {OLD.id}
    OR ({NEW.live}) <> ({OLD.live})
    OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
    OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
    OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, ''))
  EXECUTE FUNCTION embed_words_message_updated();
CREATE OR REPLACE TRIGGER zz_embed_words_delete AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_message_deleted();
CREATE OR REPLACE TRIGGER zz_embed_words_truncate AFTER TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_words_messages_truncated();
