-- The words: an inverted index in segments. A call that writes adds one segment, which never changes. Now and then
-- several are merged into one, which leaves out what was replaced or deleted. All of it is derived from an archive.

CREATE TABLE embed_word_index (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  policy text NOT NULL,
  archive_id uuid,
  last_run bigint
);

-- The messages, each with the version that is current: the number of the segment that it was first written to.
CREATE TABLE embed_word_messages (
  message_id bigint PRIMARY KEY,
  revision bigint NOT NULL,
  version bigint NOT NULL
);

-- A segment's documents are numbered by their messages' ids. It counts those with terms and their lengths, and how
-- many documents of any segment it made obsolete, less those that were left out when it was merged.
CREATE TABLE embed_word_segments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  documents int NOT NULL DEFAULT 0,
  with_terms int NOT NULL DEFAULT 0,
  length bigint NOT NULL DEFAULT 0,
  replaced int NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0
);

-- The ids and versions of a segment's documents, from the number document on.
CREATE TABLE embed_word_documents (
  segment bigint NOT NULL,
  document int NOT NULL,
  first_id bigint NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (segment, document)
);
ALTER TABLE embed_word_documents ALTER data SET STORAGE EXTERNAL;

-- Terms and the documents that have them. A page has either some terms with all their documents; then term is the
-- first, and document is -1. Or it has one term with its documents from the number document on.
CREATE TABLE embed_word_pages (
  segment bigint NOT NULL,
  term bytea NOT NULL,
  document int NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (segment, term, document)
) WITH (toast_tuple_target = 8160);
ALTER TABLE embed_word_pages ALTER data SET STORAGE EXTERNAL;
