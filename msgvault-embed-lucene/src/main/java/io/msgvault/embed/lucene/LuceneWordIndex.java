package io.msgvault.embed.lucene;

import io.msgvault.embed.lucene.internal.FollowingReader;
import io.msgvault.embed.lucene.internal.WordDirectory;
import io.msgvault.embed.lucene.internal.WordStore;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.WordAnalyzer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.lucene.index.IndexWriter;

/**
 * Keeps words in a local directory, with Apache Lucene.
 *
 * <pre>{@code
 * try (var words = LuceneWordIndex.install(Path.of("mail-words"))) {
 *   words.upsert(batch);
 *   var hits = words.search(WordQuery.parse("server room", words.analyzer()), 10);
 * }
 * }</pre>
 *
 * <p>Each call that writes commits before it returns: Lucene syncs the files to the disk, so what
 * was written survives a power cut. One writer works at a time; others wait for it, in any process.
 * Readers never wait, and each call sees the latest commit of any process. Nothing runs between
 * calls. A batch of several hundred messages takes hardly longer than one message, so write
 * batches.
 *
 * <p>The directory must be on a local disk and hold nothing else. Only its owner can read it, where
 * the file system knows such rights. It may be deleted while no index is open on it. An index whose
 * directory was lost or damaged throws {@link io.msgvault.embed.store.NotInstalledException} or
 * {@link io.msgvault.embed.store.BrokenIndexException}; it is never taken for an empty one. {@link
 * #uninstall} and {@link #install} make it anew.
 *
 * <p>Safe for use by many threads.
 */
public final class LuceneWordIndex implements WordIndex {
  private final WordDirectory directory;
  private final FollowingReader reader;
  private final WordAnalyzer analyzer;
  private final boolean readOnly;

  private LuceneWordIndex(WordDirectory directory, WordAnalyzer analyzer, boolean readOnly) {
    this.directory = directory;
    this.analyzer = analyzer;
    this.readOnly = readOnly;
    this.reader = new FollowingReader(directory);
  }

  /**
   * Creates an index with the English analyzer if the directory is missing or empty, and opens it.
   *
   * @see #install(Path, WordAnalyzer)
   */
  public static LuceneWordIndex install(Path directory) {
    return install(directory, WordAnalyzer.english());
  }

  /**
   * Creates an index if the directory is missing or empty, and opens it.
   *
   * @throws io.msgvault.embed.store.WordPolicyException if its words have another policy
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     it
   * @throws io.msgvault.embed.store.BrokenIndexException if it is damaged, or holds other files
   * @throws StoreException if it cannot be created or read
   */
  public static LuceneWordIndex install(Path directory, WordAnalyzer analyzer) {
    return new LuceneWordIndex(
        WordDirectory.install(directory, analyzer.policy()), analyzer, false);
  }

  /**
   * Opens an index with the English analyzer.
   *
   * @see #open(Path, WordAnalyzer)
   */
  public static LuceneWordIndex open(Path directory) {
    return open(directory, WordAnalyzer.english());
  }

  /**
   * Opens an index for reading and writing. Creates nothing.
   *
   * @throws io.msgvault.embed.store.NotInstalledException if the directory has no index
   * @throws io.msgvault.embed.store.WordPolicyException if its words have another policy
   * @throws io.msgvault.embed.store.NewerSchemaException if a later version of this library wrote
   *     it
   * @throws io.msgvault.embed.store.BrokenIndexException if it is damaged, or another program's
   * @throws StoreException if it cannot be read
   */
  public static LuceneWordIndex open(Path directory, WordAnalyzer analyzer) {
    return new LuceneWordIndex(WordDirectory.open(directory, analyzer.policy()), analyzer, false);
  }

  /**
   * Opens an index with the English analyzer for reading only.
   *
   * @see #openReadOnly(Path, WordAnalyzer)
   */
  public static LuceneWordIndex openReadOnly(Path directory) {
    return openReadOnly(directory, WordAnalyzer.english());
  }

  /**
   * Opens an index for searching. Writes nothing, and takes no lock. Methods that write throw
   * {@link StoreException}. It has the errors of {@link #open(Path, WordAnalyzer)}.
   */
  public static LuceneWordIndex openReadOnly(Path directory, WordAnalyzer analyzer) {
    return new LuceneWordIndex(WordDirectory.open(directory, analyzer.policy()), analyzer, true);
  }

  /**
   * Deletes an index, also one that is damaged or of another policy. All of it is derived data: a
   * later run fills a new one. Does nothing if the directory is missing or empty. Other files stay.
   *
   * @throws io.msgvault.embed.store.BrokenIndexException if the directory is not of this library
   * @throws StoreException if a file cannot be deleted; on Windows, because an index is open on it
   */
  public static void uninstall(Path directory) {
    WordDirectory.uninstall(directory);
  }

  /**
   * Reads all files of the index and compares their checksums. Opening an index notices files that
   * are missing or cut short; this notices every other damage too. It reads the whole index.
   *
   * @throws io.msgvault.embed.store.BrokenIndexException if a file is damaged
   */
  public void verify() {
    reader.requireOpen();
    directory.verify();
  }

  /**
   * Rewrites the parts of the index that have words of messages that were replaced or deleted.
   * Lucene finds such words no more, but keeps them in its files until it merges these. After this
   * call, no file of the directory has such a word. It needs free disk of up to twice the size of
   * the index, and takes up to some minutes for a million messages. Searches go on; writers wait.
   *
   * <p>On Linux and macOS, an index that another process has open keeps the blocks of the old files
   * on the disk, until its next call or its end.
   *
   * @throws StoreException if old files cannot be deleted; on Windows, because another index is
   *     open on them. Everything is rewritten then; a later call deletes the files
   */
  public void compact() {
    requireWritable();
    directory.write(IndexWriter::forceMergeDeletes);
    reader.follow();
    directory.requireNoOldFiles();
  }

  @Override
  public void bind(UUID archive) {
    Optional<UUID> bound = archive();
    WordStore.requireArchive(bound, archive);
    if (bound.isEmpty()) {
      requireWritable();
      WordStore.bind(directory, archive);
    }
  }

  @Override
  public Optional<UUID> archive() {
    return WordStore.archive(reader);
  }

  @Override
  public WordAnalyzer analyzer() {
    reader.requireOpen();
    return analyzer;
  }

  @Override
  public void upsert(Collection<MessageWords> batch) {
    requireWritable();
    MessageWords.requireValid(batch);
    if (!batch.isEmpty()) {
      directory.write(WordStore.upsert(batch, analyzer));
    }
  }

  @Override
  public void delete(Collection<Long> messageIds) {
    requireWritable();
    if (!messageIds.isEmpty()) {
      directory.write(WordStore.delete(messageIds));
    }
  }

  @Override
  public long size() {
    return reader.<Integer>read(searcher -> searcher.getIndexReader().numDocs());
  }

  @Override
  public List<MessageRevision> entries(long afterId, int limit) {
    return reader.read(searcher -> WordStore.entries(searcher.getIndexReader(), afterId, limit));
  }

  @Override
  public List<MessageRevision> entries(Collection<Long> messageIds) {
    return reader.read(searcher -> WordStore.entries(searcher.getIndexReader(), messageIds));
  }

  @Override
  public OptionalLong lastRun() {
    return WordStore.lastRun(reader);
  }

  @Override
  public void recordRun(long run) {
    requireWritable();
    WordStore.recordRun(directory, run);
  }

  @Override
  public List<WordHit> search(WordQuery query, int k) {
    requirePositive(k);
    return reader.read(
        searcher -> WordStore.search(searcher, analyzer, query, k, Optional.empty()));
  }

  @Override
  public List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds) {
    requirePositive(k);
    return reader.read(
        searcher -> WordStore.search(searcher, analyzer, query, k, Optional.of(messageIds)));
  }

  private static void requirePositive(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
  }

  @Override
  public WordStatistics statistics(Collection<WordQuery.Term> terms) {
    return reader.read(searcher -> WordStore.statistics(searcher, analyzer, terms));
  }

  @Override
  public void close() {
    reader.close();
  }

  private void requireWritable() {
    reader.requireOpen();
    if (readOnly) {
      throw new StoreException("the words are open for reading only: open them by open to write");
    }
  }
}
