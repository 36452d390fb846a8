package io.msgvault.embed.pgvector;

import com.zaxxer.hikari.HikariDataSource;
import io.msgvault.embed.MessageStore;
import io.msgvault.embed.testkit.ArchiveWriter;
import io.msgvault.embed.testkit.Elsewhere;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.RawWrite;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** An archive in a schema of the test database, as the kit sees it. */
class PgArchiveFixture implements MessageStoreFixture {
  private static final String STATEMENT_SEPARATOR = ";";

  private final HikariDataSource pool = TestDatabase.pool();
  private final Jdbi jdbi = Jdbi.create(pool);
  private final String schema = TestDatabase.takeArchive();

  /** The schema that has the archive. */
  final String schema() {
    return schema;
  }

  @Override
  public MessageStore open() {
    return PgMessageStore.open(pool, schema);
  }

  @Override
  public ArchiveWriter writer() {
    return new PgWriter(jdbi, schema);
  }

  @Override
  public List<RawWrite> rawWrites() {
    return List.of(
        raw("UPDATE of the subject", "UPDATE messages SET subject = subject || '!' WHERE id = :id"),
        raw(
            "UPDATE of the text alone",
            "UPDATE message_bodies SET body_text = body_text || '!' WHERE message_id = :id"),
        raw(
            "UPDATE of the HTML alone",
            "UPDATE message_bodies SET body_html = 'other' WHERE message_id = :id"),
        raw("UPDATE with the same subject", "UPDATE messages SET subject = subject WHERE id = :id"),
        raw(
            "UPDATE with the same body",
            """
            UPDATE message_bodies SET body_text = body_text, body_html = body_html
             WHERE message_id = :id"""),
        raw(
            "UPDATE from NULL to the empty text",
            """
            UPDATE message_bodies SET body_html = coalesce(body_html, '') WHERE message_id = :id;
            UPDATE messages SET subject = coalesce(subject, '') WHERE id = :id"""),
        raw("UPDATE of the size", "UPDATE messages SET size_bytes = 7 WHERE id = :id"),
        raw(
            "upsert of the same body",
            """
            INSERT INTO message_bodies SELECT * FROM message_bodies WHERE message_id = :id
            ON CONFLICT (message_id) DO UPDATE
               SET body_text = excluded.body_text, body_html = excluded.body_html"""),
        raw(
            "upsert of another body",
            """
            INSERT INTO message_bodies VALUES (:id, 'upserted', NULL)
            ON CONFLICT (message_id) DO UPDATE
               SET body_text = excluded.body_text, body_html = excluded.body_html"""),
        raw(
            "upsert of the message with another subject",
            """
            INSERT INTO messages (id, source_id, subject)
            SELECT id, source_id, 'upserted' FROM messages WHERE id = :id
            ON CONFLICT (id) DO UPDATE SET subject = excluded.subject"""),
        raw("DELETE of the body", "DELETE FROM message_bodies WHERE message_id = :id"),
        raw(
            "INSERT of a body without text",
            "INSERT INTO message_bodies VALUES (:id, '', NULL) ON CONFLICT DO NOTHING"),
        raw(
            "deletion and insertion of the body",
            """
            DELETE FROM message_bodies WHERE message_id = :id;
            INSERT INTO message_bodies VALUES (:id, 'inserted', 'again')"""),
        raw(
            "deletion and insertion of the message",
            """
            SELECT set_config(
              'test.row', (SELECT to_json(m)::text FROM messages m WHERE id = :id), true);
            DELETE FROM messages WHERE id = :id;
            INSERT INTO messages (id, source_id, message_type, deleted_at, subject)
            SELECT :id, source_id, message_type, deleted_at, 'inserted again'
              FROM json_populate_record(
                NULL::messages, current_setting('test.row')::json)"""),
        raw("UPDATE of the revision", "UPDATE messages SET embed_rev = 1 WHERE id = :id"));
  }

  private RawWrite raw(String name, String statements) {
    return new RawWrite(
        name,
        id ->
            jdbi.useTransaction(
                handle -> {
                  handle.execute("SET LOCAL search_path = " + schema);
                  for (String statement : statements.split(STATEMENT_SEPARATOR, -1)) {
                    handle.createUpdate(statement).bind("id", id).execute();
                  }
                }));
  }

  /**
   * The entries of indexes and tables that statements read. Vacuums first, as the server does by
   * itself, so that no dead entry counts.
   */
  @Override
  public long work() {
    List<Handle> all = new ArrayList<>();
    try {
      // Each session keeps its figures for a while, unless told otherwise.
      for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
        Handle handle = jdbi.open();
        all.add(handle);
        handle.execute("SELECT pg_stat_force_next_flush()");
      }
      Handle handle = all.get(0);
      handle.execute("VACUUM %1$s.messages, %1$s.embed_counts".formatted(schema));
      return handle
          .createQuery(
              """
              SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))
                        FROM pg_stat_user_tables WHERE schemaname = :schema)
                   + (SELECT sum(idx_tup_read)
                        FROM pg_stat_user_indexes WHERE schemaname = :schema)""")
          .bind("schema", schema)
          .mapTo(Long.class)
          .one();
    } finally {
      all.forEach(Handle::close);
    }
  }

  @Override
  public Elsewhere elsewhere() {
    return new Elsewhere(PgOpener.class, TestDatabase.url() + ' ' + schema);
  }

  @Override
  public void close() {
    TestDatabase.giveBackArchive(schema);
  }
}
