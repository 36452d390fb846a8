package io.msgvault.embed.memory;

import io.msgvault.embed.memory.InMemoryArchive.Row;
import io.msgvault.embed.memory.InMemoryArchive.StampMark;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageDetails;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * A message store in memory, for unit tests. It keeps the whole contract but durability: what it
 * holds lives as long as its {@link InMemoryArchive}. Several stores on one archive behave like
 * several connections to one database.
 *
 * <p>It counts the characters of a page in UTF-16 units.
 */
public final class InMemoryMessageStore implements MessageStore {
  private final InMemoryArchive archive;
  private volatile boolean closed;

  /** A store on an archive that others may be open on too. */
  public InMemoryMessageStore(InMemoryArchive archive) {
    this.archive = archive;
  }

  @Override
  public UUID archiveId() {
    requireOpen();
    return archive.id;
  }

  @Override
  public long reserveGenerationId(long above) {
    requireOpen();
    synchronized (archive) {
      return archive.nextGeneration(above);
    }
  }

  @Override
  public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
    requireOpen();
    synchronized (archive) {
      List<Message> page = new ArrayList<>();
      long characters = 0;
      Iterator<Long> ids = merge(archive.needingWork(target, afterId));
      while (ids.hasNext() && page.size() < limits.messages()) {
        long id = ids.next();
        archive.countRowRead();
        Row row = row(id);
        if (!FilterMatcher.covers(scope, row.message().metadata())) {
          continue;
        }
        Message message = read(id, row, limits.bodyCharacters());
        characters +=
            message.subject().length() + message.text().length() + message.html().length();
        if (characters > limits.characters() && !page.isEmpty()) {
          break;
        }
        page.add(message);
      }
      return page;
    }
  }

  @Override
  public List<Message> find(Collection<Long> ids, int bodyCharacters) {
    requireOpen();
    synchronized (archive) {
      List<Message> found = new ArrayList<>();
      for (long id : new TreeSet<>(ids)) {
        Row row = archive.rows().get(id);
        if (row != null && row.live()) {
          found.add(read(id, row, bodyCharacters));
        }
      }
      return found;
    }
  }

  @Override
  public List<MessageRevision> needingWork(long target, Scope scope, long afterId, int limit) {
    requireOpen();
    synchronized (archive) {
      List<MessageRevision> page = new ArrayList<>();
      Iterator<Long> ids = merge(archive.needingWork(target, afterId));
      while (ids.hasNext() && page.size() < limit) {
        long id = ids.next();
        archive.countRowRead();
        Row row = row(id);
        if (FilterMatcher.covers(scope, row.message().metadata())) {
          page.add(new MessageRevision(id, row.revision()));
        }
      }
      return page;
    }
  }

  @Override
  public List<MessageRevision> live(Scope scope, long afterId, int limit) {
    requireOpen();
    synchronized (archive) {
      return archive.rows().tailMap(afterId, false).entrySet().stream()
          .filter(message -> message.getValue().live())
          .filter(message -> FilterMatcher.covers(scope, message.getValue().message().metadata()))
          .limit(limit)
          .map(message -> new MessageRevision(message.getKey(), message.getValue().revision()))
          .toList();
    }
  }

  @Override
  public List<MessageDetails> details(Collection<Long> ids) {
    requireOpen();
    synchronized (archive) {
      List<MessageDetails> details = new ArrayList<>();
      for (long id : new TreeSet<>(ids)) {
        Row row = archive.rows().get(id);
        if (row != null && row.live()) {
          details.add(DetailsReader.read(id, row.message().metadata()));
        }
      }
      return details;
    }
  }

  @Override
  public List<Removal> removed(long afterSequence, int limit) {
    requireOpen();
    synchronized (archive) {
      return archive.removals().tailMap(afterSequence, false).entrySet().stream()
          .limit(limit)
          .map(removal -> new Removal(removal.getKey(), removal.getValue()))
          .toList();
    }
  }

  @Override
  public void settleRemoved(Collection<Removal> removals) {
    requireOpen();
    synchronized (archive) {
      removals.forEach(
          removal -> archive.removals().remove(removal.sequence(), removal.messageId()));
    }
  }

  @Override
  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
    requireOpen();
    synchronized (archive) {
      Set<Long> missed = new HashSet<>();
      for (Stamp stamp : stamps) {
        Row row = archive.rows().get(stamp.messageId());
        if (row != null && row.live() && row.revision() == stamp.revision()) {
          archive.mark(stamp.messageId(), Optional.of(new StampMark(target, stamp.outcome())));
        } else {
          missed.add(stamp.messageId());
        }
      }
      return missed;
    }
  }

  @Override
  public void unstamp(Collection<Long> ids) {
    requireOpen();
    synchronized (archive) {
      for (long id : ids) {
        if (archive.rows().containsKey(id)) {
          archive.assignNewRevision(id);
        }
      }
    }
  }

  @Override
  public Coverage coverage(long target, Scope scope) {
    requireOpen();
    synchronized (archive) {
      long live = 0;
      long embedded = 0;
      long blank = 0;
      long rejected = 0;
      for (Row row : archive.rows().values()) {
        if (!row.live() || !FilterMatcher.covers(scope, row.message().metadata())) {
          continue;
        }
        live++;
        Optional<Stamp.Outcome> outcome = outcome(row, target);
        if (outcome.isEmpty()) {
          continue;
        }
        if (outcome.get() instanceof Stamp.Embedded) {
          embedded++;
        } else if (outcome.get() instanceof Stamp.Blank) {
          blank++;
        } else {
          rejected++;
        }
      }
      return new Coverage(live, embedded, blank, rejected, live - embedded - blank - rejected);
    }
  }

  /** Returns 0: coverage is counted at each call. */
  @Override
  public long miscounted() {
    requireOpen();
    return 0;
  }

  /** Does nothing: memory is never durable. */
  @Override
  public void sync() {
    requireOpen();
  }

  /** Returns 0: there is nothing to correct. */
  @Override
  public long recount() {
    requireOpen();
    return 0;
  }

  @Override
  public Set<Long> stampedGenerations() {
    requireOpen();
    synchronized (archive) {
      return archive.rows().values().stream()
          .filter(Row::live)
          .flatMap(row -> row.mark().stream())
          .map(InMemoryArchive.StampMark::generation)
          .collect(Collectors.toSet());
    }
  }

  @Override
  public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
    return stamped(
        Stamp.Embedded.class,
        target,
        afterId,
        limit,
        (message, stamp) -> new MessageRevision(message.getKey(), message.getValue().revision()));
  }

  @Override
  public List<Long> blankIds(long target, long afterId, int limit) {
    return stamped(Stamp.Blank.class, target, afterId, limit, (message, stamp) -> message.getKey());
  }

  @Override
  public List<Rejection> rejections(long target, long afterId, int limit) {
    return stamped(
        Stamp.Rejected.class,
        target,
        afterId,
        limit,
        (message, stamp) -> new Rejection(message.getKey(), stamp.reason()));
  }

  /** Lists the messages above an id whose stamp for a generation has this outcome, by id. */
  private <O extends Stamp.Outcome, T> List<T> stamped(
      Class<O> kind,
      long target,
      long afterId,
      int limit,
      BiFunction<Map.Entry<Long, Row>, O, T> toResult) {
    requireOpen();
    synchronized (archive) {
      return archive.rows().tailMap(afterId, false).entrySet().stream()
          .flatMap(
              message ->
                  outcome(message.getValue(), target)
                      .filter(kind::isInstance)
                      .map(kind::cast)
                      .map(stamp -> toResult.apply(message, stamp))
                      .stream())
          .limit(limit)
          .toList();
    }
  }

  @Override
  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
    requireOpen();
    synchronized (archive) {
      Set<Long> kept = new HashSet<>();
      for (long id : ids) {
        Row row = archive.rows().get(id);
        if (row != null && row.live() && FilterMatcher.matches(filter, row.message())) {
          kept.add(id);
        }
      }
      return kept;
    }
  }

  @Override
  public Optional<List<Long>> findMatching(MessageFilter filter, int atMost) {
    requireOpen();
    synchronized (archive) {
      List<Long> matching =
          archive.rows().entrySet().stream()
              .filter(entry -> entry.getValue().live())
              .filter(entry -> FilterMatcher.matches(filter, entry.getValue().message()))
              .map(entry -> entry.getKey())
              .limit(atMost + 1L)
              .toList();
      return matching.size() > atMost ? Optional.empty() : Optional.of(matching);
    }
  }

  @Override
  public boolean supportsSeekingScan() {
    requireOpen();
    return true;
  }

  /** Returns false: no archive in memory is migrated. */
  @Override
  public boolean hasUnfinishedMigration() {
    requireOpen();
    return false;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the message store is closed");
    }
  }

  private Row row(long id) {
    Row row = archive.rows().get(id);
    if (row == null) {
      throw new IllegalStateException("the index names message " + id + ", which is not there");
    }
    return row;
  }

  private static Optional<Stamp.Outcome> outcome(Row row, long target) {
    return row.mark().filter(mark -> mark.generation() == target).map(StampMark::outcome);
  }

  private static Message read(long id, Row row, int cap) {
    ArchiveMessage.Content content = row.message().content();
    String text = cut(content.text(), cap);
    String html = cut(content.html(), cap);
    boolean truncated =
        text.length() < content.text().length() || html.length() < content.html().length();
    return new Message(id, row.revision(), content.subject(), text, html, truncated);
  }

  private static String cut(String body, int cap) {
    return body.codePointCount(0, body.length()) <= cap
        ? body
        : body.substring(0, body.offsetByCodePoints(0, cap));
  }

  /** The elements of all sets, ascending. */
  private static Iterator<Long> merge(List<NavigableSet<Long>> sets) {
    record Head(long id, Iterator<Long> rest) {}

    PriorityQueue<Head> heads = new PriorityQueue<>((one, other) -> Long.compare(one.id, other.id));
    for (NavigableSet<Long> set : sets) {
      Iterator<Long> ids = set.iterator();
      if (ids.hasNext()) {
        heads.add(new Head(ids.next(), ids));
      }
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !heads.isEmpty();
      }

      @Override
      public Long next() {
        Head head = heads.remove();
        if (head.rest.hasNext()) {
          heads.add(new Head(head.rest.next(), head.rest));
        }
        return head.id;
      }
    };
  }
}
