package io.msgvault.embed.memory;

import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.support.Revisions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An archive in memory: the storage behind any number of {@link InMemoryMessageStore}s, and the
 * writer that fills it. Safe for use by many threads.
 *
 * <pre>{@code
 * InMemoryArchive archive = new InMemoryArchive();
 * long id = archive.insert(ArchiveMessage.of("Lunch", "Soup at noon?"));
 * MessageStore messages = new InMemoryMessageStore(archive);
 * }</pre>
 */
public final class InMemoryArchive implements ArchiveWriter {
  /** Stands in the index for the messages without a stamp. */
  private static final long NO_GENERATION = 0;

  /**
   * A message with its book-keeping. A deleted message has no stamp, so that it needs work when
   * restored.
   */
  public record Row(
      ArchiveMessage message, long revision, boolean live, Optional<StampMark> mark) {}

  /** A stamp that landed. */
  public record StampMark(long generation, Stamp.Outcome outcome) {}

  final UUID id = UUID.randomUUID();
  private final NavigableMap<Long, Row> rows = new TreeMap<>();

  /** The ids of the live messages by the generation of their stamp. */
  private final NavigableMap<Long, NavigableSet<Long>> index = new TreeMap<>();

  /** The ids of messages that stopped being live, by the sequence of their removal. */
  private final NavigableMap<Long, Long> removals = new TreeMap<>();

  private long lastId;
  private long lastRevision;
  private long lastGeneration;
  private long lastRemoval;
  private long rowsRead;

  /** An empty archive with an identity of its own. */
  public InMemoryArchive() {}

  /**
   * Stores a live message under the next free id.
   *
   * @return the id, above every id used before
   */
  public synchronized long insert(ArchiveMessage message) {
    insert(lastId + 1, message);
    return lastId;
  }

  @Override
  public synchronized void insert(long id, ArchiveMessage message) {
    if (id <= 0 || rows.containsKey(id)) {
      throw new IllegalArgumentException("a new message can't have the id " + id);
    }
    lastId = Math.max(lastId, id);
    put(id, new Row(message, nextRevision(), true, Optional.empty()));
  }

  @Override
  public synchronized void edit(long id, ArchiveMessage.Content content) {
    change(
        id,
        row ->
            row.message.content().equals(content)
                ? row
                : new Row(
                    row.message.withContent(content), nextRevision(), row.live, Optional.empty()));
  }

  @Override
  public synchronized void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    change(
        id, row -> new Row(row.message.withMetadata(metadata), row.revision, row.live, row.mark));
  }

  @Override
  public synchronized void delete(long id) {
    noteRemoval(id);
    change(id, row -> new Row(row.message, row.revision, false, Optional.empty()));
  }

  @Override
  public synchronized void restore(long id) {
    change(id, row -> new Row(row.message, row.revision, true, row.mark));
  }

  @Override
  public synchronized void purge(long id) {
    noteRemoval(id);
    remove(id);
  }

  private void remove(long id) {
    unindex(id, row(id));
    rows.remove(id);
  }

  /** Notes that a message is about to stop being live, if it is. */
  private void noteRemoval(long id) {
    if (row(id).live) {
      removals.put(++lastRemoval, id);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The writes are put off until the end of the work, so that one that fails does so then.
   */
  @Override
  public void atomically(Consumer<ArchiveWriter> work) {
    Transaction transaction = new Transaction();
    work.accept(transaction);
    synchronized (this) {
      Map<Long, Optional<Row>> before = new HashMap<>();
      long removed = lastRemoval;
      try {
        for (Write write : transaction.writes) {
          before.putIfAbsent(write.id, Optional.ofNullable(rows.get(write.id)));
          write.run.accept(this);
        }
      } catch (RuntimeException e) {
        before.forEach(this::reset);
        removals.tailMap(removed, false).clear();
        throw e;
      }
    }
  }

  private void reset(long id, Optional<Row> before) {
    if (rows.containsKey(id)) {
      remove(id);
    }
    before.ifPresent(row -> put(id, row));
  }

  /**
   * Returns a writer whose writes no revision notices, as in a database whose triggers are off. A
   * new message has the revision 0, and an edited one keeps its revision and its stamp.
   */
  public ArchiveWriter unseenWriter() {
    return new UnseenWriter();
  }

  /** The message with this id, live or not, if there is one. */
  public synchronized Optional<ArchiveMessage> message(long id) {
    return Optional.ofNullable(rows.get(id)).map(Row::message);
  }

  // What the stores need; all of it is called by a thread that holds this object's monitor.

  /** All rows, by id. */
  public NavigableMap<Long, Row> rows() {
    return rows;
  }

  /**
   * The ids above {@code afterId} of the live messages that have no stamp for this generation, set
   * by set.
   */
  List<NavigableSet<Long>> needingWork(long generation, long afterId) {
    List<NavigableSet<Long>> sets = new ArrayList<>();
    index.forEach(
        (settledFor, ids) -> {
          if (settledFor != generation) {
            sets.add(ids.tailSet(afterId, false));
          }
        });
    return sets;
  }

  /** Replaces the stamp of a message. */
  public void mark(long id, Optional<StampMark> mark) {
    change(id, row -> new Row(row.message, row.revision, row.live, mark));
  }

  /** Clears the stamp of a message, and moves its revision. */
  public void assignNewRevision(long id) {
    change(id, row -> new Row(row.message, nextRevision(), row.live, Optional.empty()));
  }

  /** The removals that are not settled: ids by sequence. */
  public NavigableMap<Long, Long> removals() {
    return removals;
  }

  /** Takes the next generation id above this one. */
  long nextGeneration(long above) {
    long stamped = index.isEmpty() ? NO_GENERATION : index.lastKey();
    lastGeneration = Math.max(Math.max(lastGeneration, above), stamped) + 1;
    return lastGeneration;
  }

  private long nextRevision() {
    lastRevision = Revisions.after(lastRevision);
    return lastRevision;
  }

  /** The latest revision of a message. */
  public synchronized long latestRevision() {
    return lastRevision;
  }

  /** Notes that a scan looked at a row. */
  void countRowRead() {
    rowsRead++;
  }

  /** The number of rows that all scans have looked at. */
  public synchronized long rowsRead() {
    return rowsRead;
  }

  private Row row(long id) {
    Row row = rows.get(id);
    if (row == null) {
      throw new IllegalArgumentException("there is no message " + id);
    }
    return row;
  }

  private void change(long id, UnaryOperator<Row> change) {
    Row row = row(id);
    Row changed = change.apply(row);
    unindex(id, row);
    put(id, changed);
  }

  private void put(long id, Row row) {
    rows.put(id, row);
    if (row.live) {
      index.computeIfAbsent(generation(row), generation -> new TreeSet<>()).add(id);
    }
  }

  private void unindex(long id, Row row) {
    index.computeIfPresent(
        generation(row),
        (generation, ids) -> {
          ids.remove(id);
          return ids.isEmpty() ? null : ids;
        });
  }

  private static long generation(Row row) {
    return row.mark.map(StampMark::generation).orElse(NO_GENERATION);
  }

  /** Writes past the revisions. */
  private final class UnseenWriter implements ArchiveWriter {
    @Override
    public void insert(long id, ArchiveMessage message) {
      synchronized (InMemoryArchive.this) {
        InMemoryArchive.this.insert(id, message);
        change(id, row -> new Row(message, 0, true, Optional.empty()));
      }
    }

    @Override
    public void edit(long id, ArchiveMessage.Content content) {
      synchronized (InMemoryArchive.this) {
        change(
            id, row -> new Row(row.message.withContent(content), row.revision, row.live, row.mark));
      }
    }

    @Override
    public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
      InMemoryArchive.this.updateMetadata(id, metadata);
    }

    @Override
    public void delete(long id) {
      InMemoryArchive.this.delete(id);
    }

    @Override
    public void restore(long id) {
      InMemoryArchive.this.restore(id);
    }

    @Override
    public void purge(long id) {
      InMemoryArchive.this.purge(id);
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      throw new UnsupportedOperationException("unseen writes are written one by one");
    }
  }

  private record Write(long id, Consumer<ArchiveWriter> run) {}

  /** Collects writes until they are applied together. */
  private static final class Transaction implements ArchiveWriter {
    private final List<Write> writes = new ArrayList<>();

    @Override
    public void insert(long id, ArchiveMessage message) {
      writes.add(new Write(id, archive -> archive.insert(id, message)));
    }

    @Override
    public void edit(long id, ArchiveMessage.Content content) {
      writes.add(new Write(id, archive -> archive.edit(id, content)));
    }

    @Override
    public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
      writes.add(new Write(id, archive -> archive.updateMetadata(id, metadata)));
    }

    @Override
    public void delete(long id) {
      writes.add(new Write(id, archive -> archive.delete(id)));
    }

    @Override
    public void restore(long id) {
      writes.add(new Write(id, archive -> archive.restore(id)));
    }

    @Override
    public void purge(long id) {
      writes.add(new Write(id, archive -> archive.purge(id)));
    }

    @Override
    public void atomically(Consumer<ArchiveWriter> work) {
      work.accept(this);
    }
  }
}
