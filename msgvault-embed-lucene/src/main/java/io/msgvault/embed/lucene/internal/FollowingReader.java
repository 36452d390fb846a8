package io.msgvault.embed.lucene.internal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the latest commit, whichever process made it. Each call works on one commit to its end; a
 * commit that comes meanwhile is seen by the next call.
 */
public final class FollowingReader implements AutoCloseable {
  /** A piece of work that reads. */
  @FunctionalInterface
  public interface Read<T> {
    /** Reads from one commit. */
    T from(IndexSearcher searcher) throws IOException;
  }

  private final WordDirectory words;
  private final Directory directory;
  private DirectoryReader current;

  /** The commit that was the latest when the current reader was opened. */
  private Optional<CommitFile> opened;

  private boolean closed;

  /** Opens the latest commit, and requires the policy of the directory's analyzer. */
  public FollowingReader(WordDirectory words) {
    this.words = words;
    try {
      directory = words.openDirectory();
      try {
        opened = CommitFile.latest(words.path());
        current = openLatest();
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (IOException | IllegalArgumentException e) {
      throw words.translate(e);
    }
  }

  private DirectoryReader openLatest() throws IOException {
    DirectoryReader opened = DirectoryReader.open(directory);
    return requireMarks(opened);
  }

  /** Requires the marks of a reader, and closes it where they do not fit. */
  private DirectoryReader requireMarks(DirectoryReader opened) throws IOException {
    try {
      Map<String, String> commit = opened.getIndexCommit().getUserData();
      Marks.read(words.path(), commit).requirePolicy(words.path(), words.policy());
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Reads from the latest commit. */
  public <T> T read(Read<T> work) {
    try {
      DirectoryReader reader = acquire();
      try {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(WordDirectory.similarity());
        searcher.setQueryCache(null);
        return work.from(searcher);
      } finally {
        reader.decRef();
      }
    } catch (IOException | AlreadyClosedException e) {
      throw words.translate(e);
    }
  }

  /** Opens the latest commit, and lets go of the files of earlier ones. */
  public void follow() {
    this.<Boolean>read(searcher -> true);
  }

  /** Reads a mark of the latest commit. */
  <T> T readMarks(Function<Marks, T> work) {
    return read(
        searcher -> {
          DirectoryReader reader = (DirectoryReader) searcher.getIndexReader();
          return work.apply(Marks.read(words.path(), reader.getIndexCommit().getUserData()));
        });
  }

  private synchronized DirectoryReader acquire() throws IOException {
    requireOpen();
    if (opened.isEmpty() || !opened.get().isLatest(words.path())) {
      Optional<CommitFile> latest = CommitFile.latest(words.path());
      DirectoryReader newer = newer();
      if (newer != null) {
        requireMarks(newer);
        current.close();
        current = newer;
      }
      opened = latest;
    }
    current.incRef();
    return current;
  }

  private @Nullable DirectoryReader newer() throws IOException {
    try {
      return DirectoryReader.openIfChanged(current);
    } catch (IllegalStateException madeAnew) {
      // Lucene tells by this that other files have the names of those that are open.
      return DirectoryReader.open(directory);
    }
  }

  /** Requires that it is not closed. */
  public synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the word index is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try (directory) {
        current.close();
      } catch (IOException e) {
        throw words.translate(e);
      }
    }
  }
}
