package io.msgvault.embed.lucene.internal;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.support.WordScoring;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Installs, opens, writes and removes the directory of a word index.
 *
 * <p>Each call that writes takes the {@link WriteLock}, opens a writer, commits and closes it. So
 * no handle and no thread stays between calls, a dead process leaves nothing locked, and several
 * processes can write in turn. Lucene syncs the files of a commit before it names them in a new
 * list of segments, which it renames into place.
 *
 * <p>The lock's file marks a directory as one of this library. Nothing else is ever deleted.
 */
public final class WordDirectory {
  static final String UNINSTALL = "LuceneWordIndex.uninstall";
  private static final String INSTALL = "LuceneWordIndex.install";
  private static final String LOCK = "words.lock";

  /**
   * Half of what Lucene takes: each segment costs a search about as much as some thousand messages,
   * and each merge a writer.
   */
  private static final double SEGMENTS_PER_TIER = 5;

  /** Segments up to here are one tier. Lucene's own default makes a tier more for small ones. */
  private static final double LEAST_TIER_MB = 8;

  private final Path path;
  private final String policy;

  /** A piece of work that writes. */
  @FunctionalInterface
  public interface Write {
    /** Writes; the caller commits. */
    void to(IndexWriter writer) throws IOException;
  }

  private WordDirectory(Path path, String policy) {
    this.path = path;
    this.policy = policy;
  }

  /** Creates the index if the directory is missing or empty. */
  public static WordDirectory install(Path path, String policy) {
    WordDirectory words = new WordDirectory(path, policy);
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path, PrivateFiles.rights(path, "rwx------"));
      }
      if (!isOurs(path) && !files(path).isEmpty()) {
        throw foreign(path);
      }
      try (WriteLock lock = WriteLock.acquire(path.resolve(LOCK));
          Directory directory = PrivateFiles.open(path)) {
        if (!DirectoryReader.indexExists(directory)) {
          // The name of the lock must not be lost in a power cut that leaves files of Lucene.
          directory.syncMetaData();
          words.create(directory);
        }
      }
    } catch (IOException | AlreadyClosedException e) {
      throw words.translate(e);
    }
    return words;
  }

  private void create(Directory directory) throws IOException {
    if (files(path).stream().anyMatch(WordDirectory::isSegment)) {
      throw broken("the list of its segments is missing", null);
    }
    try (IndexWriter writer =
        new IndexWriter(directory, config().setOpenMode(IndexWriterConfig.OpenMode.CREATE))) {
      writer.setLiveCommitData(Marks.of(policy).toCommit().entrySet());
      writer.commit();
    }
  }

  /** Requires that the directory has an index. */
  public static WordDirectory open(Path path, String policy) {
    WordDirectory words = new WordDirectory(path, policy);
    if (!Files.isDirectory(path)) {
      throw words.notInstalled();
    }
    return words;
  }

  /** Deletes the index, in whatever state it is. Other files stay. */
  public static void uninstall(Path path) {
    WordDirectory words = new WordDirectory(path, "");
    try {
      if (!Files.isDirectory(path) || files(path).isEmpty()) {
        return;
      }
      if (!isOurs(path)) {
        throw foreign(path);
      }
      try (WriteLock lock = WriteLock.acquire(path.resolve(LOCK))) {
        for (String file : files(path)) {
          if (isOfLucene(file)) {
            Files.delete(path.resolve(file));
          }
        }
      }
      Files.deleteIfExists(path.resolve(LOCK));
      if (files(path).isEmpty()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw words.translate(e);
    }
  }

  /** Reads every file to its end and compares its checksum. */
  public void verify() {
    try (FollowingReader reader = new FollowingReader(this)) {
      reader.<Boolean>read(
          searcher -> {
            for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
              leaf.reader().checkIntegrity();
            }
            return true;
          });
    }
  }

  Path path() {
    return path;
  }

  String policy() {
    return policy;
  }

  Directory openDirectory() throws IOException {
    if (!Files.isDirectory(path)) {
      throw notInstalled();
    }
    return PrivateFiles.open(path);
  }

  /** Writes and commits. When it returns, the disk has it and every reader sees it. */
  public void write(Write work) {
    if (!isOurs(path)) {
      throw notInstalled();
    }
    try (WriteLock lock = WriteLock.acquire(path.resolve(LOCK));
        Directory directory = openDirectory()) {
      deleteEarlierCommits(directory);
      IndexWriter writer =
          new IndexWriter(directory, config().setOpenMode(IndexWriterConfig.OpenMode.APPEND));
      try {
        marks(writer).requirePolicy(path, policy);
        work.to(writer);
        writer.commit();
        writer.close();
      } catch (IOException | RuntimeException e) {
        writer.rollback();
        throw e;
      }
    } catch (IOException | AlreadyClosedException e) {
      throw translate(e);
    }
  }

  /**
   * Deletes commits before the latest. After a power cut the name of one may be back, and not its
   * files. A writer reads every commit, and would take the index for damaged.
   */
  private static void deleteEarlierCommits(Directory directory) throws IOException {
    String latest = SegmentInfos.getLastCommitSegmentsFileName(directory);
    for (String file : directory.listAll()) {
      if (file.startsWith(IndexFileNames.SEGMENTS) && !file.equals(latest)) {
        directory.deleteFile(file);
      }
    }
  }

  /** Deletes files of earlier commits, and requires that none stays. */
  public void requireNoOldFiles() {
    write(
        writer -> { // opening it has deleted them
          // Lucene itself lists no file that it failed to delete.
          Set<String> old = new TreeSet<>(files(path));
          old.removeIf(file -> !isSegment(file));
          old.removeAll(SegmentInfos.readLatestCommit(writer.getDirectory()).files(false));
          if (!old.isEmpty()) {
            throw new StoreException(
                path
                    + ": the old files "
                    + old
                    + " cannot be deleted: close what has them open, and try again");
          }
        });
  }

  /** Returns the marks of the commit that a writer was opened on. */
  Marks marks(IndexWriter writer) {
    Map<String, String> commit = new HashMap<>();
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data != null) {
      data.forEach(entry -> commit.put(entry.getKey(), entry.getValue()));
    }
    return Marks.read(path, commit);
  }

  private static IndexWriterConfig config() {
    return new IndexWriterConfig(null)
        .setSimilarity(similarity())
        .setMergePolicy(
            new TieredMergePolicy()
                .setSegmentsPerTier(SEGMENTS_PER_TIER)
                .setFloorSegmentMB(LEAST_TIER_MB)
                .setForceMergeDeletesPctAllowed(0))
        .setMergeScheduler(new SerialMergeScheduler());
  }

  /** Counts every term of a message in its length, as the contract's formula does. */
  static Similarity similarity() {
    return new BM25Similarity((float) WordScoring.K1, (float) WordScoring.B, false);
  }

  private static boolean isOurs(Path path) {
    return Files.exists(path.resolve(LOCK));
  }

  private static List<String> files(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static boolean isSegment(String file) {
    return file.startsWith("_");
  }

  private static boolean isOfLucene(String file) {
    return isSegment(file)
        || file.startsWith("segments")
        || file.startsWith("pending_segments")
        || file.equals(IndexWriter.WRITE_LOCK_NAME);
  }

  // Errors

  private static BrokenIndexException foreign(Path path) {
    return new BrokenIndexException(
        path.toString(),
        "it has files that are not of a word index",
        "give the words a directory of their own",
        null);
  }

  private NotInstalledException notInstalled() {
    return new NotInstalledException(path.toString(), "words", INSTALL);
  }

  private BrokenIndexException broken(String problem, @Nullable Exception cause) {
    return new BrokenIndexException(
        path.toString(),
        problem,
        "call " + UNINSTALL + " and " + INSTALL + ", and let a run fill it again",
        cause);
  }

  /** Turns what Lucene throws into what the caller can act on. */
  StoreException translate(Exception e) {
    if (e instanceof IndexNotFoundException) {
      return hasSegments() ? broken("the list of its segments is missing", e) : notInstalled();
    }
    // Lucene reports a format that it does not know as an argument that is wrong.
    if (e instanceof IndexFormatTooNewException || e instanceof IllegalArgumentException) {
      return broken("another version of Lucene wrote it", e);
    }
    if (e instanceof IndexFormatTooOldException
        || e instanceof CorruptIndexException
        || e instanceof EOFException) {
      return broken("its files are damaged", e);
    }
    if (e instanceof NoSuchFileException) {
      return hasSegments() ? broken("one of its files is missing", e) : notInstalled();
    }
    return new StoreException(
        path
            + ": the words cannot be read or written: check the room on the disk and the rights,"
            + " and try again",
        e);
  }

  private boolean hasSegments() {
    try {
      return Files.isDirectory(path) && files(path).stream().anyMatch(WordDirectory::isSegment);
    } catch (IOException e) {
      return false;
    }
  }
}
