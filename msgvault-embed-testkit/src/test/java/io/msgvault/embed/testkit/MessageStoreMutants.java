package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryArchive.StampMark;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Message stores that are broken in one way each. */
final class MessageStoreMutants {
  private MessageStoreMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(scans());
    all.addAll(revisions());
    all.addAll(triggers());
    all.addAll(stamps());
    all.addAll(queries());
    all.addAll(hosts());
    return all;
  }

  // Scans

  private static List<Mutant> scans() {
    return List.of(
        Mutant.of(
            "MS-1",
            "only messages that are stored one by one are noticed",
            MessageStoreMutants::queueArchive),
        Mutant.eachMessageStore(
            "MS-1",
            "a message needs work only for generations up to 1000",
            scanning(
                (real, target, scope, after, limits) ->
                    target > 1_000 ? List.of() : real.scan(target, scope, after, limits))),
        Mutant.eachMessageStore(
            "MS-2",
            "the scope is applied after the limit, which hides the tail",
            scanning(
                (real, target, scope, after, limits) ->
                    keep(real, scope, real.scan(target, Scope.ALL, after, limits)))),
        Mutant.eachMessageStore(
            "MS-2",
            "a message beyond the budget never comes",
            scanning(
                (real, target, scope, after, limits) ->
                    real.scan(target, scope, after, limits).stream()
                        .filter(message -> message.text().length() <= limits.characters())
                        .toList())),
        Mutant.eachMessageStore(
            "MS-2",
            "the message that a page begins after comes again",
            scanning(
                (real, target, scope, after, limits) ->
                    real.scan(target, scope, Math.max(0, after - 1), limits))),
        Mutant.eachMessageStore(
            "MS-2",
            "a page is in no order",
            scanning(
                (real, target, scope, after, limits) -> {
                  List<Message> page = new ArrayList<>(real.scan(target, scope, after, limits));
                  Collections.reverse(page);
                  return page;
                })),
        Mutant.messages(
            "MS-2",
            "a stamp for a later generation counts as work done",
            archive ->
                scanning(
                    (real, target, scope, after, limits) ->
                        real.scan(target, scope, after, limits).stream()
                            .filter(message -> generation(archive, message.id()) < target)
                            .toList())),
        Mutant.eachMessageStore(
            "MS-2",
            "the limit on characters is ignored",
            scanning(
                (real, target, scope, after, limits) ->
                    real.scan(
                        target,
                        scope,
                        after,
                        new ScanLimits(
                            limits.messages(), Long.MAX_VALUE, limits.bodyCharacters())))),
        Mutant.eachMessageStore(
            "MS-3",
            "content and revision come from two reads",
            scanning(
                (real, target, scope, after, limits) ->
                    real.scan(target, scope, after, limits).stream()
                        .map(message -> withRevisionOf(real, message))
                        .toList())),
        Mutant.eachMessageStore(
            "MS-12",
            "a body is cut between the halves of a surrogate pair",
            reading((real, cap) -> message -> cutByUnits(message, cap))),
        Mutant.eachMessageStore(
            "MS-12",
            "a body that was cut is not marked",
            reading(
                (real, cap) ->
                    m ->
                        new Message(m.id(), m.revision(), m.subject(), m.text(), m.html(), false))),
        Mutant.eachMessageStore(
            "MS-12",
            "a body that just fits is marked as cut",
            reading(
                (real, cap) ->
                    m ->
                        new Message(
                            m.id(),
                            m.revision(),
                            m.subject(),
                            m.text(),
                            m.html(),
                            m.truncated() || m.text().codePoints().count() == cap))),
        Mutant.messages(
            "MS-12",
            "a body enters memory whole and is cut there",
            archive ->
                reading(
                    (real, cap) ->
                        message -> {
                          String whole =
                              archive.message(message.id()).orElseThrow().content().text();
                          String read = new String(whole.toCharArray());
                          return read.isEmpty() ? message : cutByUnits(message, cap);
                        })),
        Mutant.of("MS-15", "a scan looks at every row", MessageStoreMutants::unindexedArchive),
        Mutant.eachMessageStore(
            "MS-15",
            "the store seeks but does not say so",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public boolean supportsSeekingScan() {
                    return false;
                  }
                }));
  }

  private interface Scan {
    List<Message> scan(MessageStore real, long target, Scope scope, long after, ScanLimits limits);
  }

  private static UnaryOperator<MessageStore> scanning(Scan scan) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
            return scan.scan(super.store, target, scope, afterId, limits);
          }
        };
  }

  private interface Reading {
    UnaryOperator<Message> reading(MessageStore real, int cap);
  }

  /** Changes what scans and finds read; the cap is the one of the call. */
  private static UnaryOperator<MessageStore> reading(Reading reading) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public List<Message> scan(long target, Scope scope, long afterId, ScanLimits limits) {
            UnaryOperator<Message> change = reading.reading(super.store, limits.bodyCharacters());
            return super.scan(target, scope, afterId, limits).stream().map(change).toList();
          }

          @Override
          public List<Message> find(Collection<Long> ids, int bodyCharacters) {
            UnaryOperator<Message> change = reading.reading(super.store, bodyCharacters);
            return super.find(ids, bodyCharacters).stream().map(change).toList();
          }
        };
  }

  private static List<Message> keep(MessageStore store, Scope scope, List<Message> page) {
    Set<Long> kept = store.filterIds(ArchiveUnderTest.ids(page), scope.asFilter());
    return page.stream().filter(message -> kept.contains(message.id())).toList();
  }

  private static Message withRevisionOf(MessageStore store, Message message) {
    long revision =
        Rendezvous.readAfterMeeting(
            message.revision(),
            () ->
                store.find(List.of(message.id()), 1).stream()
                    .map(Message::revision)
                    .findFirst()
                    .orElse(0L));
    return new Message(
        message.id(),
        revision,
        message.subject(),
        message.text(),
        message.html(),
        message.truncated());
  }

  private static Message cutByUnits(Message message, int cap) {
    String text = message.text();
    return text.length() <= cap
        ? message
        : new Message(
            message.id(),
            message.revision(),
            message.subject(),
            text.substring(0, cap),
            message.html(),
            true);
  }

  private static long generation(InMemoryArchive archive, long id) {
    synchronized (archive) {
      InMemoryArchive.Row row = archive.rows().get(id);
      return row == null ? 0 : row.mark().map(StampMark::generation).orElse(0L);
    }
  }

  /** Writes in a transaction of several are never put into the queue. */
  private static MessageStoreFixture queueArchive() {
    Set<Long> unnoticed = ConcurrentHashMap.newKeySet();
    return new Mutant.FlawedArchive(
        archive ->
            scanning(
                (real, target, scope, after, limits) ->
                    real.scan(target, scope, after, limits).stream()
                        .filter(message -> !unnoticed.contains(message.id()))
                        .toList()),
        archive ->
            new ForwardingArchiveWriter(archive) {
              @Override
              public void atomically(Consumer<ArchiveWriter> work) {
                super.atomically(
                    writer ->
                        work.accept(
                            new ForwardingArchiveWriter(writer) {
                              @Override
                              public void insert(long id, ArchiveMessage message) {
                                unnoticed.add(id);
                                super.insert(id, message);
                              }
                            }));
              }
            });
  }

  private static MessageStoreFixture unindexedArchive() {
    AtomicLong work = new AtomicLong();
    return new Mutant.FlawedArchive(
        archive ->
            scanning(
                (real, target, scope, after, limits) -> {
                  synchronized (archive) {
                    work.addAndGet(archive.rows().size());
                  }
                  return real.scan(target, scope, after, limits);
                }),
        archive -> archive) {
      @Override
      public long workDone() {
        return work.get();
      }
    };
  }

  // Revisions: others are reported in place of the true ones

  private static List<Mutant> revisions() {
    return List.of(
        Mutant.messages(
            "MS-4",
            "the revision is a clock that ticks slowly",
            archive -> reportingRevision(message -> message.revision() >> 27)),
        Mutant.messages(
            "MS-4",
            "the revision is a bare counter",
            archive -> reportingRevision(message -> message.revision() >> 24)),
        Mutant.messages(
            "MS-4",
            "the revision is a hash of the content",
            archive -> reportingRevision(message -> ArchiveUnderTest.content(message).hashCode())),
        Mutant.of(
            "MS-4", "each row has a counter of its own", MessageStoreMutants::rowCounterArchive),
        Mutant.messages(
            "MS-6",
            "a write of metadata moves the revision",
            archive ->
                reportingRevision(
                    message ->
                        31 * message.revision()
                            + archive.message(message.id()).orElseThrow().metadata().hashCode()
                                * 1_000L)),
        Mutant.eachMessageStore(
            "MS-31",
            "a sync clears stamps",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public void sync() {
                    unstamp(LongStream.rangeClosed(1, 10).boxed().toList());
                  }
                }),
        Mutant.messages(
            "MS-8",
            "a stamp moves the revision",
            archive ->
                reportingRevision(
                    message ->
                        message.revision() * 2 + Long.signum(generation(archive, message.id())))));
  }

  private interface ReportedRevision {
    long revision(Message message);
  }

  /** The counter of a row goes with the row. */
  private static MessageStoreFixture rowCounterArchive() {
    Map<Long, Long> firsts = new ConcurrentHashMap<>();
    return new Mutant.FlawedArchive(
        archive ->
            reportingRevision(
                message ->
                    message.revision()
                        - firsts.computeIfAbsent(message.id(), id -> message.revision())),
        archive ->
            new ForwardingArchiveWriter(archive) {
              @Override
              public void purge(long id) {
                super.purge(id);
                firsts.remove(id);
              }
            });
  }

  /** Tells other revisions, and takes stamps by them. */
  private static UnaryOperator<MessageStore> reportingRevision(ReportedRevision retelling) {
    UnaryOperator<Message> retell =
        m ->
            new Message(
                m.id(), retelling.revision(m), m.subject(), m.text(), m.html(), m.truncated());
    return real ->
        new ForwardingMessageStore(reading((any, cap) -> retell).apply(real)) {
          @Override
          public List<MessageRevision> embeddedIds(long target, long afterId, int limit) {
            return super.embeddedIds(target, afterId, limit).stream()
                .flatMap(stamped -> find(List.of(stamped.messageId()), 1_000_000).stream())
                .map(message -> new MessageRevision(message.id(), message.revision()))
                .toList();
          }

          @Override
          public Set<Long> stamp(long target, Collection<Stamp> stamps) {
            List<Stamp> translated = new ArrayList<>();
            for (Stamp stamp : stamps) {
              Optional<Message> current =
                  real.find(List.of(stamp.messageId()), 1_000_000).stream().findFirst();
              boolean fresh =
                  current.map(retell).map(Message::revision).equals(Optional.of(stamp.revision()));
              long revision = fresh ? current.orElseThrow().revision() : -1;
              translated.add(new Stamp(stamp.messageId(), revision, stamp.outcome()));
            }
            return real.stamp(target, translated);
          }
        };
  }

  // Triggers: what the archive notices of a write

  private static List<Mutant> triggers() {
    return List.of(
        Mutant.writes(
            "MS-5",
            "an edit of the subject alone is not noticed",
            archive ->
                missing(
                    archive,
                    (old, now) -> old.text().equals(now.text()) && old.html().equals(now.html()))),
        Mutant.writes(
            "MS-5",
            "an edit of the HTML alone is not noticed",
            archive ->
                missing(
                    archive,
                    (old, now) ->
                        old.text().equals(now.text()) && old.subject().equals(now.subject()))),
        Mutant.writes(
            "MS-5",
            "texts are compared without regard to case",
            archive ->
                missing(
                    archive,
                    (old, now) ->
                        old.text().equalsIgnoreCase(now.text())
                            && old.subject().equals(now.subject())
                            && old.html().equals(now.html()))),
        Mutant.writes(
            "MS-5",
            "texts are compared up to their first U+0000",
            archive ->
                missing(
                    archive,
                    (old, now) ->
                        upToNul(old.text()).equals(upToNul(now.text()))
                            && old.subject().equals(now.subject())
                            && old.html().equals(now.html()))),
        Mutant.of(
            "MS-5",
            "raw writes of the HTML are not noticed",
            MessageStoreMutants::archiveMissingRawWrites),
        Mutant.writes(
            "MS-6",
            "a write of metadata clears the stamp",
            archive ->
                new ForwardingArchiveWriter(archive) {
                  @Override
                  public void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
                    super.updateMetadata(id, metadata);
                    mark(archive, id, Optional.empty());
                  }
                }),
        Mutant.writes(
            "MS-6",
            "the same text written again counts as an edit",
            archive ->
                new ForwardingArchiveWriter(archive) {
                  @Override
                  public void edit(long id, ArchiveMessage.Content content) {
                    super.edit(id, new ArchiveMessage.Content(content.subject() + "!", "", ""));
                    super.edit(id, content);
                  }
                }),
        Mutant.writes(
            "MS-10", "a restored message keeps its stamp", MessageStoreMutants::remembering));
  }

  private interface MissedChange {
    boolean change(ArchiveMessage.Content old, ArchiveMessage.Content now);
  }

  /** Keeps the stamp over some edits. */
  private static ArchiveWriter missing(InMemoryArchive archive, MissedChange unnoticed) {
    return new ForwardingArchiveWriter(archive) {
      @Override
      public void edit(long id, ArchiveMessage.Content content) {
        synchronized (archive) {
          Optional<StampMark> mark = mark(archive, id);
          ArchiveMessage.Content old = archive.message(id).orElseThrow().content();
          super.edit(id, content);
          if (unnoticed.change(old, content)) {
            mark(archive, id, mark);
          }
        }
      }
    };
  }

  private static String upToNul(String text) {
    return text.indexOf('\0') < 0 ? text : text.substring(0, text.indexOf('\0'));
  }

  private static Optional<StampMark> mark(InMemoryArchive archive, long id) {
    InMemoryArchive.Row row = archive.rows().get(id);
    return row == null ? Optional.empty() : row.mark();
  }

  private static void mark(InMemoryArchive archive, long id, Optional<StampMark> mark) {
    synchronized (archive) {
      archive.mark(id, mark);
    }
  }

  private static MessageStoreFixture archiveMissingRawWrites() {
    return new InMemoryArchiveFixture() {
      @Override
      public List<RawWrite> rawWrites() {
        RawWrite html = super.rawWrites().get(1);
        return List.of(
            new RawWrite(
                html.name(),
                id -> {
                  synchronized (archive) {
                    Optional<StampMark> mark = mark(archive, id);
                    html.write().accept(id);
                    archive.mark(id, mark);
                  }
                }));
      }
    };
  }

  private static ArchiveWriter remembering(InMemoryArchive archive) {
    Map<Long, StampMark> marks = new ConcurrentHashMap<>();
    return new ForwardingArchiveWriter(archive) {
      @Override
      public void delete(long id) {
        synchronized (archive) {
          mark(archive, id).ifPresent(mark -> marks.put(id, mark));
        }
        super.delete(id);
      }

      @Override
      public void restore(long id) {
        super.restore(id);
        Optional.ofNullable(marks.remove(id))
            .ifPresent(mark -> mark(archive, id, Optional.of(mark)));
      }
    };
  }

  // Stamps

  private static List<Mutant> stamps() {
    return List.of(
        Mutant.messages(
            "MS-7",
            "a stamp lands whatever the revision",
            archive ->
                stamping(
                    (real, target, stamps) -> {
                      Set<Long> missed = new HashSet<>();
                      for (Stamp stamp : stamps) {
                        List<Message> now = real.find(List.of(stamp.messageId()), 1);
                        long revision = now.isEmpty() ? stamp.revision() : now.get(0).revision();
                        missed.addAll(
                            real.stamp(
                                target,
                                List.of(new Stamp(stamp.messageId(), revision, stamp.outcome()))));
                      }
                      return missed;
                    })),
        Mutant.messages(
            "MS-7",
            "a stamp on a deleted message counts as landed",
            archive ->
                stamping(
                    (real, target, stamps) -> {
                      Set<Long> missed = new HashSet<>(real.stamp(target, stamps));
                      missed.removeIf(
                          id ->
                              archive.message(id).isPresent()
                                  && real.find(List.of(id), 1).isEmpty());
                      return missed;
                    })),
        Mutant.eachMessageStore(
            "MS-7",
            "one late stamp spoils its whole batch",
            stamping(
                (real, target, stamps) -> {
                  Set<Long> missed = real.stamp(target, stamps);
                  if (missed.isEmpty()) {
                    return missed;
                  }
                  List<Long> all = stamps.stream().map(Stamp::messageId).toList();
                  real.unstamp(all);
                  return Set.copyOf(all);
                })),
        Mutant.eachMessageStore(
            "MS-7",
            "a late stamp is an error",
            stamping(
                (real, target, stamps) -> {
                  Set<Long> missed = real.stamp(target, stamps);
                  if (!missed.isEmpty()) {
                    throw new IllegalStateException("late: " + missed);
                  }
                  return missed;
                })),
        Mutant.eachMessageStore(
            "MS-9",
            "stamps are written when the store is idle, not when stamp returns",
            store ->
                new ForwardingMessageStore(store) {
                  private final Set<Long> unwritten = new HashSet<>();

                  @Override
                  public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                    stamps.forEach(stamp -> unwritten.add(stamp.messageId()));
                    return super.stamp(target, stamps);
                  }

                  @Override
                  public void close() {
                    if (!unwritten.isEmpty()) {
                      super.unstamp(unwritten);
                    }
                    unwritten.clear();
                    super.close();
                  }
                }),
        Mutant.messages(
            "MS-13",
            "reasons are kept beside the stamp and stay when it goes",
            archive -> {
              Map<Long, Rejection> kept = new ConcurrentHashMap<>();
              return store ->
                  new ForwardingMessageStore(store) {
                    @Override
                    public List<Rejection> rejections(long target, long afterId, int limit) {
                      super.rejections(target, 0, 1_000).forEach(r -> kept.put(r.messageId(), r));
                      return kept.values().stream()
                          .filter(rejection -> rejection.messageId() > afterId)
                          .sorted((one, other) -> Long.compare(one.messageId(), other.messageId()))
                          .limit(limit)
                          .toList();
                    }

                    @Override
                    public Set<Long> stamp(long target, Collection<Stamp> stamps) {
                      Set<Long> missed = super.stamp(target, stamps);
                      super.rejections(target, 0, 1_000).forEach(r -> kept.put(r.messageId(), r));
                      return missed;
                    }
                  };
            }),
        Mutant.eachMessageStore(
            "MS-25",
            "the generation of a stamp that was removed is still listed",
            store -> {
              Set<Long> known = ConcurrentHashMap.newKeySet();
              return new ForwardingMessageStore(store) {
                @Override
                public Set<Long> stampedGenerations() {
                  known.addAll(super.stampedGenerations());
                  return known;
                }
              };
            }),
        Mutant.eachMessageStore(
            "MS-13",
            "a reason is cut short",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public List<Rejection> rejections(long target, long afterId, int limit) {
                    return super.rejections(target, afterId, limit).stream()
                        .map(
                            r ->
                                new Rejection(
                                    r.messageId(),
                                    r.reason().substring(0, Math.min(255, r.reason().length()))))
                        .toList();
                  }
                }));
  }

  private interface Stamping {
    Set<Long> stamp(MessageStore real, long target, Collection<Stamp> stamps);
  }

  private static UnaryOperator<MessageStore> stamping(Stamping stamping) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public Set<Long> stamp(long target, Collection<Stamp> stamps) {
            return stamping.stamp(super.store, target, stamps);
          }
        };
  }

  // Queries and identity

  private static List<Mutant> queries() {
    return List.of(
        Mutant.eachMessageStore(
            "MS-11",
            "live and settled messages are counted one after the other",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public Coverage coverage(long target, Scope scope) {
                    Coverage first = super.coverage(target, scope);
                    Coverage later =
                        Rendezvous.readAfterMeeting(first, () -> super.coverage(target, scope));
                    long live = first.live();
                    long embedded = first.embedded();
                    long missing = live - embedded - later.blank() - later.rejected();
                    return new Coverage(live, embedded, later.blank(), later.rejected(), missing);
                  }
                }),
        Mutant.eachMessageStore(
            "MS-11",
            "missing is the live of before less the settled of now",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public Coverage coverage(long target, Scope scope) {
                    Coverage first = super.coverage(target, scope);
                    Coverage later =
                        Rendezvous.readAfterMeeting(first, () -> super.coverage(target, scope));
                    long live = first.live();
                    long settled = later.embedded() + later.blank() + later.rejected();
                    return new Coverage(
                        live, later.embedded(), later.blank(), later.rejected(), live - settled);
                  }
                }),
        Mutant.eachMessageStore(
            "MS-11",
            "coverage counts by type and forgets the source",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public Coverage coverage(long target, Scope scope) {
                    return super.coverage(target, new Scope(scope.types(), Set.of()));
                  }
                }),
        Mutant.messages(
            "MS-14",
            "% and _ in a part of a subject are wildcards",
            archive -> matching(archive, MessageStoreMutants::matchesLike)),
        Mutant.messages(
            "MS-14",
            "stored addresses are compared as they are written",
            archive ->
                matching(
                    archive,
                    (filter, message) ->
                        FilterMatcher.matches(filter, message)
                            && (filter.senders().isEmpty()
                                || message
                                    .metadata()
                                    .sender()
                                    .filter(filter.senders()::contains)
                                    .isPresent()))),
        Mutant.messages(
            "MS-14",
            "case is folded in every script",
            archive ->
                matching(
                    archive,
                    (filter, message) ->
                        filter.subjectContains().isEmpty()
                            ? FilterMatcher.matches(filter, message)
                            : message
                                    .content()
                                    .subject()
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .contains(
                                        filter
                                            .subjectContains()
                                            .get()
                                            .toLowerCase(java.util.Locale.ROOT))
                                && FilterMatcher.matches(withoutSubject(filter), message))),
        Mutant.eachMessageStore(
            "MS-14",
            "ids beyond 32,766 are dropped",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
                    if (ids.size() > 32_766) {
                      throw new IllegalStateException("too many parameters");
                    }
                    return super.filterIds(ids, filter);
                  }
                }),
        Mutant.eachMessageStore(
            "MS-14",
            "as many as allowed are too many",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public Optional<List<Long>> findMatching(MessageFilter filter, int atMost) {
                    return super.findMatching(filter, atMost).filter(ids -> ids.size() < atMost);
                  }
                }),
        Mutant.eachMessageStore(
            "MS-16",
            "the next generation id is the highest known and one",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public long reserveGenerationId(long above) {
                    return above + 1;
                  }
                }),
        Mutant.eachMessageStore(
            "MS-17",
            "the archive's identity is that of its connection",
            store ->
                new ForwardingMessageStore(store) {
                  private final UUID id = UUID.randomUUID();

                  @Override
                  public UUID archiveId() {
                    return id;
                  }
                }),
        Mutant.eachMessageStore(
            "MS-17",
            "the archive's identity is that of the library",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public UUID archiveId() {
                    return UUID.nameUUIDFromBytes(new byte[0]);
                  }
                }),
        Mutant.eachMessageStore(
            "MS-18",
            "a closed store goes on",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public void close() {
                    // The connection stays open.
                  }
                }));
  }

  interface Matching {
    boolean matches(MessageFilter filter, ArchiveMessage message);
  }

  /** Matches by other rules than the filter's. */
  static UnaryOperator<MessageStore> matching(InMemoryArchive archive, Matching matching) {
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public Set<Long> filterIds(Collection<Long> ids, MessageFilter filter) {
            Set<Long> kept = new HashSet<>(super.filterIds(ids, MessageFilter.ALL));
            kept.removeIf(id -> !matching.matches(filter, archive.message(id).orElseThrow()));
            return kept;
          }

          @Override
          public Optional<List<Long>> findMatching(MessageFilter filter, int atMost) {
            List<Long> matching =
                super.findMatching(MessageFilter.ALL, Integer.MAX_VALUE - 1).orElseThrow().stream()
                    .filter(id -> !filterIds(List.of(id), filter).isEmpty())
                    .toList();
            return matching.size() > atMost ? Optional.empty() : Optional.of(matching);
          }
        };
  }

  private static boolean matchesLike(MessageFilter filter, ArchiveMessage message) {
    if (filter.subjectContains().isEmpty()) {
      return FilterMatcher.matches(filter, message);
    }
    StringBuilder like = new StringBuilder(".*");
    for (char c : filter.subjectContains().get().toCharArray()) {
      like.append(
          c == '%' ? ".*" : c == '_' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
    }
    return MessageFilter.fold(message.content().subject()).matches(like.append(".*").toString())
        && FilterMatcher.matches(withoutSubject(filter), message);
  }

  private static MessageFilter withoutSubject(MessageFilter filter) {
    return filter.toBuilder().subjectContains("").build();
  }

  // Hosts that do something unusual

  private static List<Mutant> hosts() {
    return List.of(
        Mutant.of(
            "MS-26",
            "counts that do not add up make coverage fail",
            () -> new MiscountingArchive(true, true)),
        Mutant.of(
            "MS-26", "a recount corrects nothing", () -> new MiscountingArchive(false, false)),
        Mutant.of(
            "MS-27",
            "a call commits the transaction of the host",
            () ->
                new InMemoryArchiveFixture() {
                  @Override
                  public HostTransaction<MessageStore> beginHostTransaction() {
                    return InMemoryHostTransaction.committing(calls -> calls.wrap(open()));
                  }
                }),
        Mutant.of(
            "MS-27",
            "a call is refused after it has committed",
            () ->
                new InMemoryArchiveFixture() {
                  @Override
                  public HostTransaction<MessageStore> beginHostTransaction() {
                    return InMemoryHostTransaction.failingAfterCommit(calls -> calls.wrap(open()));
                  }
                }));
  }

  /** Keeps a count that misses the messages which are inserted unseen. */
  static final class MiscountingArchive extends InMemoryArchiveFixture {
    private final AtomicLong missed = new AtomicLong();
    private final boolean failing;
    private final boolean recounting;

    MiscountingArchive(boolean failing, boolean recounting) {
      this.failing = failing;
      this.recounting = recounting;
    }

    @Override
    public ArchiveWriter unseenWriter() {
      return new ForwardingArchiveWriter(super.unseenWriter()) {
        @Override
        public void insert(long id, ArchiveMessage message) {
          super.insert(id, message);
          missed.incrementAndGet();
        }
      };
    }

    @Override
    public MessageStore open() {
      return new ForwardingMessageStore(super.open()) {
        @Override
        public Coverage coverage(long target, Scope scope) {
          Coverage right = super.coverage(target, scope);
          long live = right.live() - missed.get();
          return failing
              ? new Coverage(
                  live,
                  right.embedded(),
                  right.blank(),
                  right.rejected(),
                  right.missing() - missed.get())
              : Coverage.ofCounts(live, right.embedded(), right.blank(), right.rejected());
        }

        @Override
        public long miscounted() {
          return missed.get();
        }

        @Override
        public long recount() {
          return recounting ? missed.getAndSet(0) : missed.get();
        }
      };
    }
  }
}
