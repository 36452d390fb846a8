package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.internal.archive.Schema;
import io.msgvault.embed.pgvector.internal.db.ClosableDatabase;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.pgvector.internal.db.LockedException;
import io.msgvault.embed.pgvector.internal.db.PgErrors;
import io.msgvault.embed.pgvector.internal.words.WordSearch;
import io.msgvault.embed.pgvector.internal.words.WordTables;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Keeps words in one schema of a PostgreSQL database (version 14 or later), over the host's
 * connections. It needs no extension.
 *
 * <pre>{@code
 * try (var words = PgWordIndex.install(dataSource, "mail")) {
 *   words.upsert(batch);
 *   var hits = words.search(WordQuery.parse("server room", words.analyzer()), 10);
 * }
 * }</pre>
 *
 * <p>The tables are an inverted index. The server only keeps its pages: texts are analysed and
 * messages ranked here, as in every other index of words. A call that writes is one transaction, so
 * what was written survives a power cut. Writers in any process go on side by side. Only writers of
 * one message wait for each other. Each call sees what was written before it.
 *
 * <p>A batch of several hundred messages takes hardly longer than one message, so write batches.
 * After its transaction, a call that writes may merge parts of the index in another one: at most
 * 128 MiB of them, or one part that a larger batch made. That takes up to some seconds, and nobody
 * waits for it but the caller. Words of a message that was replaced or deleted are found no more at
 * once, but stay in the tables until such a merge, or until {@link #compact}.
 *
 * <h2>Requirements</h2>
 *
 * <ul>
 *   <li>Connections that do not take part in a transaction of the host's, with auto-commit on;
 *       others are refused (VS-21). Each method begins and ends its own, and leaves no setting
 *       behind. Nothing depends on a session, so a pooler may be in between.
 *   <li>A role that owns the schema, or may create it. A role that only searches needs {@code
 *       USAGE} of the schema and {@code SELECT} on its tables.
 * </ul>
 *
 * <p>Safe for use by many threads.
 */
public final class PgWordIndex implements WordIndex {
  private final ClosableDatabase database;
  private final String schema;
  private final WordAnalyzer analyzer;

  private PgWordIndex(Database database, WordAnalyzer analyzer) {
    this.database = new ClosableDatabase(database, "the word index");
    this.schema = database.schema();
    this.analyzer = analyzer;
  }

  /**
   * Creates the schema and the tables where they are missing, and opens them with the English
   * analyzer.
   *
   * @see #install(DataSource, String, WordAnalyzer)
   */
  public static PgWordIndex install(DataSource dataSource, String schema) {
    return install(dataSource, schema, WordAnalyzer.english());
  }

  /**
   * Creates the schema and the tables where they are missing, and opens them. Writes nothing where
   * all is there.
   *
   * @param dataSource gives the connections; it stays the caller's
   * @param schema the schema of the vectors, or another
   * @throws MissingPrivilegeException if the role may not create what is missing
   * @throws io.msgvault.embed.store.WordPolicyException if the words have another policy
   * @throws io.msgvault.embed.store.BrokenIndexException if tables are damaged
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
   *     installed the tables
   * @throws StoreException if the database can't be reached
   */
  public static PgWordIndex install(DataSource dataSource, String schema, WordAnalyzer analyzer) {
    Database database = new Database(dataSource, schema);
    Schema.WORDS.install(database, session -> WordTables.begin(session, analyzer.policy()));
    return open(database, analyzer);
  }

  /**
   * Opens the words of a schema with the English analyzer.
   *
   * @see #open(DataSource, String, WordAnalyzer)
   */
  public static PgWordIndex open(DataSource dataSource, String schema) {
    return open(dataSource, schema, WordAnalyzer.english());
  }

  /**
   * Opens the words of a schema. Writes nothing.
   *
   * @throws io.msgvault.embed.store.NotInstalledException if the schema has none
   * @throws io.msgvault.embed.store.WordPolicyException if the words have another policy
   * @throws io.msgvault.embed.store.BrokenIndexException if tables are damaged
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library
   *     installed the tables
   * @throws StoreException if the database can't be reached
   */
  public static PgWordIndex open(DataSource dataSource, String schema, WordAnalyzer analyzer) {
    return open(new Database(dataSource, schema), analyzer);
  }

  /**
   * Opens the words of a schema with the English analyzer, for reading.
   *
   * @see #openReadOnly(DataSource, String, WordAnalyzer)
   */
  public static PgWordIndex openReadOnly(DataSource dataSource, String schema) {
    return openReadOnly(dataSource, schema, WordAnalyzer.english());
  }

  /**
   * Opens the words of a schema for reading. Every write throws {@link StoreException}, and every
   * transaction is read-only. It has the errors of {@link #open(DataSource, String, WordAnalyzer)}.
   */
  public static PgWordIndex openReadOnly(
      DataSource dataSource, String schema, WordAnalyzer analyzer) {
    return open(new Database(dataSource, schema).readOnly(), analyzer);
  }

  private static PgWordIndex open(Database database, WordAnalyzer analyzer) {
    String schema = database.schema();
    PgWordIndex index = new PgWordIndex(database, analyzer);
    index.read(
        session -> {
          requireInstalled(session, schema);
          WordTables.requireUsable(session, schema, analyzer.policy());
          return true;
        });
    return index;
  }

  /**
   * Drops the tables of the words, in one transaction, also if they are damaged or of another
   * policy. Everything in them is derived: a later run fills new ones. Does nothing where none are
   * installed.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the schema that {@code install} was given
   * @throws MissingPrivilegeException if the role may not drop them
   * @throws StoreException if a later version of this library installed the tables, they stayed
   *     locked by others, or the database can't be reached. Nothing was changed then
   */
  public static void uninstall(DataSource dataSource, String schema) {
    Schema.WORDS.uninstall(new Database(dataSource, schema), WordTables.NAMES);
  }

  @Override
  public void bind(UUID archive) {
    Optional<UUID> bound = archive();
    WordTables.requireArchive(bound, archive);
    if (bound.isEmpty()) {
      change(session -> WordTables.bind(session, schema, archive));
    }
  }

  @Override
  public Optional<UUID> archive() {
    return read(session -> WordTables.archive(session, schema));
  }

  @Override
  public WordAnalyzer analyzer() {
    database.open();
    return analyzer;
  }

  @Override
  public OptionalLong lastRun() {
    return read(session -> WordTables.lastRun(session, schema));
  }

  @Override
  public void recordRun(long run) {
    change(session -> WordTables.recordRun(session, schema, run));
  }

  @Override
  public void upsert(Collection<MessageWords> batch) {
    database.open().requireWritable();
    MessageWords.requireValid(batch);
    if (!batch.isEmpty()) {
      WordTables.Batch analyzed = WordTables.analyze(batch, analyzer);
      change(analyzed::write);
      keepUp();
    }
  }

  @Override
  public void delete(Collection<Long> messageIds) {
    database.open().requireWritable();
    if (!messageIds.isEmpty()) {
      change(session -> WordTables.delete(session, messageIds));
      keepUp();
    }
  }

  private void keepUp() {
    try {
      guarded(database, () -> database.open().write(1, WordTables::keepUp));
    } catch (LockedException busy) {
      return; // the next call that writes merges
    }
  }

  /**
   * Rewrites the parts of the index that have words of messages that were replaced or deleted.
   * After it, no row of the tables has such a word; {@code VACUUM FULL} of {@code embed_word_pages}
   * and {@code embed_word_documents} removes them from their files. It takes up to some minutes for
   * a million messages, in several transactions; searches and writers go on.
   *
   * @throws StoreException if merges by others kept it from going on for half a minute
   */
  public void compact() {
    for (long segment : read(WordTables::segments)) {
      change(session -> WordTables.compact(session, segment));
    }
  }

  @Override
  public long size() {
    return read(WordTables::size);
  }

  @Override
  public List<MessageRevision> entries(long afterId, int limit) {
    return read(session -> WordTables.entries(session, afterId, limit));
  }

  @Override
  public List<MessageRevision> entries(Collection<Long> messageIds) {
    return read(session -> WordTables.entries(session, messageIds));
  }

  @Override
  public List<WordHit> search(WordQuery query, int k) {
    requirePositive(k);
    return snapshot(session -> new WordSearch(session).search(query, k));
  }

  @Override
  public List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds) {
    requirePositive(k);
    return snapshot(session -> new WordSearch(session).search(query, k, messageIds));
  }

  private void requirePositive(int k) {
    database.open();
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
  }

  @Override
  public WordStatistics statistics(Collection<WordQuery.Term> terms) {
    return snapshot(session -> new WordSearch(session).statistics(terms));
  }

  /** Refuses every later call. Connections are held only during a call. */
  @Override
  public void close() {
    database.close();
  }

  private void change(Consumer<Database.Session> work) {
    guarded(
        database,
        () ->
            database.write(
                session -> {
                  WordTables.requirePolicy(session, schema, analyzer.policy());
                  work.accept(session);
                  return true;
                }));
  }

  private <T> T read(Function<Database.Session, T> work) {
    return guarded(database, () -> database.read(work));
  }

  private <T> T snapshot(Function<Database.Session, T> work) {
    return guarded(
        database,
        () ->
            database.snapshot(
                session -> {
                  WordTables.requirePolicy(session, schema, analyzer.policy());
                  return work.apply(session);
                }));
  }

  /** Tells tables that are gone or damaged from other failures. */
  private static <T> T guarded(ClosableDatabase database, Supplier<T> call) {
    String schema = database.open().schema();
    try {
      return call.get();
    } catch (StoreException e) {
      if (PgErrors.isMissingTable(e)) {
        database.read(session -> requireInstalled(session, schema));
        throw WordTables.broken(schema, "a table is gone", e);
      }
      throw e;
    } catch (IndexOutOfBoundsException | NegativeArraySizeException damaged) {
      throw WordTables.broken(schema, "a row can't be read", damaged);
    }
  }

  private static boolean requireInstalled(Database.Session session, String schema) {
    Schema.WORDS.requireInstalled(session, schema, "PgWordIndex.install");
    return true;
  }
}
