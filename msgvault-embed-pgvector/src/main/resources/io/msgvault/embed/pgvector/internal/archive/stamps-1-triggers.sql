-- The scripts of functions and triggers may run again, after a table, a column or the schema was renamed.
--
-- The triggers keep revision and stamp current for every writer. Revisions come from one sequence, so none is ever
-- used twice. Their low bits are random, so two copies of an archive have none in common. NULL counts as the empty text. Triggers fire in the order of their names. The names begin with "zz",
-- because these must see what a host's own triggers made of a row. Names of columns are always qualified, so that
-- none is taken for a variable.

-- Draws a new revision when the id or a text in the row changes. A body's trigger and unstamping ask for one by
-- writing -1, or -2 where a -1 stayed because this trigger was off.
CREATE OR REPLACE FUNCTION embed_renew{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  IF TG_OP = 'INSERT' OR NEW.embed_rev < 0 OR {NEW.id} <> {OLD.id}
      OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
      OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
      OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, '') THEN
    NEW.embed_rev := (nextval('embed_revisions{own}') << 24) + floor(random() * 16777216)::bigint;
  ELSE
    NEW.embed_rev := OLD.embed_rev;
    IF ({NEW.live}) = ({OLD.live}) THEN
      RETURN NEW;
    END IF;
  END IF;
  NEW.embed_gen := NULL;
  NEW.embed_outcome := NULL;
  NEW.embed_reason := NULL;
  RETURN NEW;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_insert{own} BEFORE INSERT ON {messages}
  FOR EACH ROW EXECUTE FUNCTION embed_renew{own}();
CREATE OR REPLACE TRIGGER zz_embed_update{own} BEFORE UPDATE ON {messages}
  FOR EACH ROW WHEN (NEW.embed_rev <> OLD.embed_rev OR {NEW.id} <> {OLD.id}
    OR coalesce({NEW.subject}, '') <> coalesce({OLD.subject}, '')
    OR coalesce({NEW.message_text}, '') <> coalesce({OLD.message_text}, '')
    OR coalesce({NEW.message_html}, '') <> coalesce({OLD.message_html}, '')
    OR ({NEW.live}) <> ({OLD.live}))
  EXECUTE FUNCTION embed_renew{own}();

-- A DELETE would leave the rows that its snapshot does not show: later counts, and the sums of a compaction that is
-- under way.
CREATE OR REPLACE FUNCTION embed_count_truncated{own}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS {quote}
BEGIN
  TRUNCATE embed_counts{own};
  RETURN NULL;
END
{quote};

CREATE OR REPLACE TRIGGER zz_embed_count_truncate{own} AFTER TRUNCATE ON {messages}
  FOR EACH STATEMENT EXECUTE FUNCTION embed_count_truncated{own}();

-- Fires for each row, so that stamping costs no more than the condition.
CREATE OR REPLACE TRIGGER zz_embed_removed_update{own} AFTER UPDATE ON {messages}
  FOR EACH ROW WHEN (({OLD.live}) AND ({NEW.id} <> {OLD.id} OR NOT ({NEW.live})))
  EXECUTE FUNCTION embed_record_removed{own}();
