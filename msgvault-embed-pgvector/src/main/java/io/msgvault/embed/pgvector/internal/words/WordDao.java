package io.msgvault.embed.pgvector.internal.words;

import io.msgvault.embed.store.MessageRevision;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.GetGeneratedKeys;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** The tables of the words. */
interface WordDao {
  // embed_word_index

  /** What the index says of itself. */
  record Marks(String policy, @Nullable UUID archiveId, @Nullable Long lastRun) {}

  @SqlUpdate(
      """
      INSERT INTO {schema}.embed_word_index (policy) VALUES (:policy) ON CONFLICT DO NOTHING""")
  void insertMarks(String policy);

  @SqlQuery("SELECT policy, archive_id, last_run FROM {schema}.embed_word_index")
  @RegisterConstructorMapper(Marks.class)
  Optional<Marks> marks();

  @SqlUpdate(
      """
      UPDATE {schema}.embed_word_index SET archive_id = :archive WHERE archive_id IS NULL""")
  void bind(UUID archive);

  /** Returns whether there is something in each table that can't be empty. */
  @SqlQuery(
      """
      SELECT (NOT EXISTS (SELECT FROM {schema}.embed_word_messages)
              OR EXISTS (SELECT FROM {schema}.embed_word_segments WHERE documents > 0))
         AND (NOT EXISTS (SELECT FROM {schema}.embed_word_segments WHERE documents > 0)
              OR EXISTS (SELECT FROM {schema}.embed_word_documents))
         AND (NOT EXISTS (SELECT FROM {schema}.embed_word_segments WHERE with_terms > 0)
              OR EXISTS (SELECT FROM {schema}.embed_word_pages))""")
  boolean isWhole();

  @SqlUpdate("UPDATE {schema}.embed_word_index SET last_run = :run")
  int recordRun(long run);

  // embed_word_messages

  /** A message as it is now. */
  record Current(long messageId, long revision, long version) {}

  /**
   * Writes messages, and returns how many were there before. A row that was only inserted has no
   * {@code xmax}.
   */
  @SqlQuery(
      """
      WITH written AS (
        INSERT INTO {schema}.embed_word_messages AS m (message_id, revision, version)
        SELECT id, revision, :version
          FROM unnest(CAST(:ids AS bigint[]), CAST(:revisions AS bigint[])) AS input (id, revision)
         ORDER BY id
        ON CONFLICT (message_id) DO UPDATE
           SET revision = excluded.revision, version = excluded.version
        RETURNING xmax <> 0 AS replaced
      )
      SELECT count(*) FILTER (WHERE replaced) FROM written""")
  int upsertMessages(long version, Collection<Long> ids, Collection<Long> revisions);

  /** Deletes messages, and returns how many were there. */
  @SqlUpdate(
      """
      WITH locked AS MATERIALIZED (
        SELECT message_id FROM {schema}.embed_word_messages
         WHERE message_id = ANY (:ids) ORDER BY message_id FOR UPDATE
      )
      DELETE FROM {schema}.embed_word_messages m USING locked l
       WHERE m.message_id = l.message_id""")
  int deleteMessages(Collection<Long> ids);

  @SqlQuery("SELECT count(*) FROM {schema}.embed_word_messages")
  long size();

  @SqlQuery(
      """
      SELECT message_id, revision FROM {schema}.embed_word_messages
       WHERE message_id > :after ORDER BY message_id LIMIT :limit""")
  @RegisterConstructorMapper(MessageRevision.class)
  List<MessageRevision> entries(long after, int limit);

  @SqlQuery(
      """
      SELECT message_id, revision FROM {schema}.embed_word_messages
       WHERE message_id = ANY (:ids) ORDER BY message_id""")
  @RegisterConstructorMapper(MessageRevision.class)
  List<MessageRevision> entries(Collection<Long> ids);

  @SqlQuery(
      """
      SELECT message_id, revision, version FROM {schema}.embed_word_messages
       WHERE message_id = ANY (:ids)""")
  @RegisterConstructorMapper(Current.class)
  List<Current> current(Collection<Long> ids);

  // embed_word_segments

  /** Makes an empty segment, and returns its number. */
  @SqlUpdate("INSERT INTO {schema}.embed_word_segments DEFAULT VALUES")
  @GetGeneratedKeys("id")
  long insertSegment();

  @SqlUpdate(
      """
      UPDATE {schema}.embed_word_segments
         SET documents = :documents, with_terms = :withTerms, length = :length,
             replaced = :replaced, bytes = :bytes
       WHERE id = :id""")
  void updateSegment(long id, int documents, int withTerms, long length, int replaced, long bytes);

  @SqlQuery(
      """
      SELECT id, documents, with_terms, length, replaced, bytes FROM {schema}.embed_word_segments
       ORDER BY id""")
  @RegisterConstructorMapper(Segment.class)
  List<Segment> segments();

  @SqlUpdate("DELETE FROM {schema}.embed_word_segments WHERE id = ANY (:ids)")
  void deleteSegments(Collection<Long> ids);

  /** Lets one merge at a time go on, until the end of the transaction. */
  @SqlQuery(
      """
      SELECT pg_try_advisory_xact_lock(hashtextextended('msgvault-embed words ' ||
               CAST(to_regclass(:table) AS oid), 0))""")
  boolean lockMerges(String table);

  /** Waits for a merge that goes on, and lets none begin until the end of the transaction. */
  @SqlQuery(
      """
      SELECT pg_advisory_xact_lock(hashtextextended('msgvault-embed words ' ||
               CAST(to_regclass(:table) AS oid), 0))""")
  String awaitMerges(String table);

  // embed_word_documents

  /** A row of the table. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record DocumentPage(long segment, int document, byte[] data) {}

  /** A row of the table without its data. */
  record DocumentRange(long segment, int document, long firstId) {}

  @SqlUpdate(
      """
      INSERT INTO {schema}.embed_word_documents (segment, document, first_id, data)
      SELECT :segment, document, first_id, data
        FROM unnest(CAST(:documents AS int[]), CAST(:firstIds AS bigint[]), CAST(:data AS bytea[]))
          AS input (document, first_id, data)""")
  void insertDocuments(
      long segment, Collection<Integer> documents, Collection<Long> firstIds, byte[][] data);

  @SqlQuery(
      """
      SELECT segment, document, data FROM {schema}.embed_word_documents
       WHERE segment = :segment ORDER BY document""")
  @RegisterConstructorMapper(DocumentPage.class)
  List<DocumentPage> documents(long segment);

  @SqlQuery(
      """
      SELECT segment, document, first_id FROM {schema}.embed_word_documents
       ORDER BY segment, document""")
  @RegisterConstructorMapper(DocumentRange.class)
  List<DocumentRange> documentRanges();

  /** Returns the pages that have these documents. */
  @SqlQuery(
      """
      SELECT DISTINCT d.segment, d.document, d.data
        FROM unnest(CAST(:segments AS bigint[]), CAST(:documents AS int[]))
          AS wanted (segment, document)
       CROSS JOIN LATERAL (
         SELECT segment, document, data FROM {schema}.embed_word_documents
          WHERE segment = wanted.segment AND document <= wanted.document
          ORDER BY document DESC LIMIT 1) AS d""")
  @RegisterConstructorMapper(DocumentPage.class)
  List<DocumentPage> documentPages(Collection<Long> segments, Collection<Integer> documents);

  @SqlUpdate("DELETE FROM {schema}.embed_word_documents WHERE segment = ANY (:segments)")
  void deleteDocuments(Collection<Long> segments);

  // embed_word_pages

  /** A page that may have the list of a key. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record FoundPage(long segment, int key, byte[] data) {}

  @SqlUpdate(
      """
      INSERT INTO {schema}.embed_word_pages (segment, term, document, data)
      SELECT :segment, term, document, data
        FROM unnest(CAST(:terms AS bytea[]), CAST(:documents AS int[]), CAST(:data AS bytea[]))
          AS input (term, document, data)""")
  void insertPages(long segment, byte[][] terms, Collection<Integer> documents, byte[][] data);

  /**
   * Finds the pages of keys in all segments: those that begin with a key, or else the page before
   * if it has whole lists.
   *
   * @param most how many pages that begin with the key are wanted, at most, for each key
   */
  @SqlQuery(
      """
      SELECT s.id AS segment, wanted.key - 1 AS key, p.data
        FROM {schema}.embed_word_segments s
       CROSS JOIN unnest(CAST(:keys AS bytea[]), CAST(:most AS int[])) WITH ORDINALITY
               AS wanted (term, most, key)
       CROSS JOIN LATERAL (
         (SELECT data FROM {schema}.embed_word_pages
           WHERE segment = s.id AND term = wanted.term
           ORDER BY document LIMIT wanted.most)
         UNION ALL
         (SELECT data FROM (
            SELECT document, data FROM {schema}.embed_word_pages
             WHERE segment = s.id AND term < wanted.term
             ORDER BY term DESC, document DESC LIMIT 1) AS before
           WHERE document < 0)) AS p
       WHERE s.documents > 0""")
  @RegisterConstructorMapper(FoundPage.class)
  List<FoundPage> pages(byte[][] keys, Collection<Integer> most);

  /** Finds the pages of all keys from one key up to below another, in all segments. */
  @SqlQuery(
      """
      SELECT s.id AS segment, 0 AS key, p.data
        FROM {schema}.embed_word_segments s
       CROSS JOIN LATERAL (
         (SELECT data FROM {schema}.embed_word_pages
           WHERE segment = s.id AND term >= :from AND term < :to)
         UNION ALL
         (SELECT data FROM (
            SELECT document, data FROM {schema}.embed_word_pages
             WHERE segment = s.id AND term < :from
             ORDER BY term DESC, document DESC LIMIT 1) AS before
           WHERE document < 0)) AS p
       WHERE s.documents > 0""")
  @RegisterConstructorMapper(FoundPage.class)
  List<FoundPage> pagesBetween(byte[] from, byte[] to);

  /** Returns pages of a segment in the order of their keys. */
  @SqlQuery(
      """
      SELECT term, document, data FROM {schema}.embed_word_pages
       WHERE segment = :segment AND (term, document) > (:term, :document)
       ORDER BY term, document LIMIT :limit""")
  @RegisterConstructorMapper(Page.class)
  List<Page> pagesAfter(long segment, byte[] term, int document, int limit);

  @SqlUpdate("DELETE FROM {schema}.embed_word_pages WHERE segment = ANY (:segments)")
  void deletePages(Collection<Long> segments);
}
