package io.msgvault.embed.memory;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageWords;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.store.WordPolicyException;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.store.WordStatistics;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Keeps words in memory, for unit tests. It looks at every message in each search. It keeps the
 * whole contract but durability: what it holds lives as long as its {@link Storage}. Several
 * indexes on one storage behave like several connections to one database.
 */
public final class InMemoryWordIndex implements WordIndex {
  /** Holds the words of all indexes that are open on it. */
  public static final class Storage {
    private final NavigableMap<Long, AnalyzedMessage> messages = new TreeMap<>();
    private Optional<String> policy = Optional.empty();
    private Optional<UUID> archive = Optional.empty();
    private OptionalLong lastRun = OptionalLong.empty();

    /** Creates an empty storage, which takes the policy of the first index that is opened on it. */
    public Storage() {}
  }

  private final Storage storage;
  private final WordAnalyzer analyzer;
  private volatile boolean closed;

  /**
   * Opens an index on a storage.
   *
   * @throws WordPolicyException if the words of the storage have another policy
   */
  public InMemoryWordIndex(Storage storage, WordAnalyzer analyzer) {
    this.storage = storage;
    this.analyzer = analyzer;
    synchronized (storage) {
      String policy = storage.policy.orElse(analyzer.policy());
      if (!policy.equals(analyzer.policy())) {
        throw new WordPolicyException(
            "the storage in memory", policy, analyzer.policy(), "new Storage()");
      }
      storage.policy = Optional.of(policy);
    }
  }

  @Override
  public void bind(UUID archive) {
    requireOpen();
    synchronized (storage) {
      UUID bound = storage.archive.orElse(archive);
      if (!bound.equals(archive)) {
        throw new ArchiveMismatchException(bound, archive);
      }
      storage.archive = Optional.of(archive);
    }
  }

  @Override
  public Optional<UUID> archive() {
    requireOpen();
    synchronized (storage) {
      return storage.archive;
    }
  }

  @Override
  public WordAnalyzer analyzer() {
    requireOpen();
    return analyzer;
  }

  @Override
  public void upsert(Collection<MessageWords> batch) {
    requireOpen();
    MessageWords.requireValid(batch);
    synchronized (storage) {
      for (MessageWords message : batch) {
        storage.messages.put(message.messageId(), new AnalyzedMessage(message, analyzer));
      }
    }
  }

  @Override
  public void delete(Collection<Long> messageIds) {
    requireOpen();
    synchronized (storage) {
      messageIds.forEach(storage.messages::remove);
    }
  }

  @Override
  public long size() {
    requireOpen();
    synchronized (storage) {
      return storage.messages.size();
    }
  }

  @Override
  public List<MessageRevision> entries(long afterId, int limit) {
    requireOpen();
    synchronized (storage) {
      return storage.messages.tailMap(afterId, false).entrySet().stream()
          .limit(limit)
          .map(entry -> new MessageRevision(entry.getKey(), entry.getValue().revision()))
          .toList();
    }
  }

  @Override
  public List<MessageRevision> entries(Collection<Long> messageIds) {
    requireOpen();
    synchronized (storage) {
      List<MessageRevision> entries = new ArrayList<>();
      for (long id : new TreeSet<>(messageIds)) {
        AnalyzedMessage message = storage.messages.get(id);
        if (message != null) {
          entries.add(new MessageRevision(id, message.revision()));
        }
      }
      return entries;
    }
  }

  @Override
  public OptionalLong lastRun() {
    requireOpen();
    synchronized (storage) {
      return storage.lastRun;
    }
  }

  @Override
  public void recordRun(long run) {
    requireOpen();
    synchronized (storage) {
      storage.lastRun = OptionalLong.of(run);
    }
  }

  @Override
  public List<WordHit> search(WordQuery query, int k) {
    requireOpen();
    synchronized (storage) {
      return search(query, k, storage.messages.keySet());
    }
  }

  @Override
  public List<WordHit> search(WordQuery query, int k, Collection<Long> messageIds) {
    requireOpen();
    if (k < 1) {
      throw new IllegalArgumentException("a search must ask for at least 1 hit, not " + k);
    }
    synchronized (storage) {
      return new WordSearch(storage.messages).search(query, k, messageIds);
    }
  }

  @Override
  public WordStatistics statistics(Collection<WordQuery.Term> terms) {
    requireOpen();
    synchronized (storage) {
      return new WordSearch(storage.messages).statistics(terms);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the word index is closed");
    }
  }
}
