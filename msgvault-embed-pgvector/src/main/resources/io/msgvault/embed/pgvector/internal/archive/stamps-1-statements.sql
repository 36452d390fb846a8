-- The functions and triggers for a table that is not partitioned: each fires once for a statement.

CREATE OR REPLACE FUNCTION embed_count_inserted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts{own}
  SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, count(*)
  FROM inserted AS m WHERE {m.live} GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_count_updated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts{own}
  SELECT c.type, c.source, c.embed_gen, c.embed_outcome, sum(c.live)
  FROM (
    SELECT {m.counted_type} AS type, {m.counted_source} AS source, m.embed_gen, m.embed_outcome, 1 AS live
    FROM inserted AS m WHERE {m.live}
    UNION ALL
    SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, -1
    FROM deleted AS m WHERE {m.live}
  ) AS c
  GROUP BY 1, 2, 3, 4 HAVING sum(c.live) <> 0;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE FUNCTION embed_count_deleted{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  INSERT INTO embed_counts{own}
  SELECT {m.counted_type}, {m.counted_source}, m.embed_gen, m.embed_outcome, -count(*)
  FROM deleted AS m WHERE {m.live} GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_count_insert{own} AFTER INSERT ON {messages}
  REFERENCING NEW TABLE AS inserted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_inserted{own}();
CREATE OR REPLACE TRIGGER zz_embed_count_update{own} AFTER UPDATE ON {messages}
  REFERENCING NEW TABLE AS inserted OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_updated{own}();
CREATE OR REPLACE TRIGGER zz_embed_count_delete{own} AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_deleted{own}();

-- Records that messages stopped being live. A truncation whose transaction has an older snapshot does not see later
-- messages; a backstop finds those.
CREATE OR REPLACE FUNCTION embed_record_removed{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO embed_removed{own} (message_id) VALUES ({OLD.id});
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO embed_removed{own} (message_id) SELECT {m.id} FROM deleted AS m WHERE {m.live};
  ELSE
    INSERT INTO embed_removed{own} (message_id) SELECT {m.id} FROM {messages} AS m WHERE {m.live};
  END IF;
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_removed_delete{own} AFTER DELETE ON {messages}
  REFERENCING OLD TABLE AS deleted
  FOR EACH STATEMENT EXECUTE FUNCTION embed_record_removed{own}();
CREATE OR REPLACE TRIGGER zz_embed_removed_truncate{own} BEFORE TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_record_removed{own}();
