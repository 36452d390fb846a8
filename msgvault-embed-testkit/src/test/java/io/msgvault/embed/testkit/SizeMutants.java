package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryArchive.StampMark;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordHit;
import io.msgvault.embed.store.WordQuery;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Stores that are right for few messages, small ids, times that lie apart, and first writes. */
final class SizeMutants {
  /** The page of a comparison. */
  private static final int PAGE = 1_000;

  /** More messages than most tests have. */
  private static final int LARGE = 1_500;

  private SizeMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(pages());
    all.addAll(searches());
    all.addAll(times());
    all.addAll(writes());
    return all;
  }

  private static List<Mutant> pages() {
    return List.of(
        Mutant.jobOnMessages(
            "EJ-10",
            "the second page of stamps begins one too late",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<MessageRevision> embeddedIds(
                          long generation, long afterId, int limit) {
                        List<MessageRevision> page = super.embeddedIds(generation, afterId, limit);
                        boolean second = afterId > 0 && limit == PAGE && !page.isEmpty();
                        return second ? page.subList(1, page.size()) : page;
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-10",
            "there is one page of vectors",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<MessageRevision> messageIds(
                          long generation, long afterId, int limit) {
                        List<MessageRevision> page = super.messageIds(generation, afterId, limit);
                        return afterId > 0 && limit == PAGE ? List.of() : page;
                      }
                    }),
        Mutant.jobOnMessages(
            "EJ-5",
            "there is one page of rejections",
            archive ->
                store ->
                    new ForwardingMessageStore(store) {
                      @Override
                      public List<Rejection> rejections(long generation, long afterId, int limit) {
                        List<Rejection> page = super.rejections(generation, afterId, limit);
                        return afterId > 0 && limit == PAGE ? List.of() : page;
                      }
                    }),
        Mutant.jobOnVectors(
            "EJ-13",
            "a listing of vectors swallows an interrupt",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public List<MessageRevision> messageIds(
                          long generation, long afterId, int limit) {
                        boolean unused = Thread.interrupted();
                        return super.messageIds(generation, afterId, limit);
                      }
                    }));
  }

  private static List<Mutant> searches() {
    return List.of(
        Mutant.eachVectorStore(
            "VS-10",
            "ids of large indexes have 31 bits",
            searchingLarge(
                hits -> hits.stream().map(hit -> of(hit, hit.messageId() & 0x7fffffff)).toList())),
        Mutant.eachVectorStore(
            "VS-13",
            "equals of large indexes come by id descending",
            searchingLarge(
                hits ->
                    hits.stream()
                        .sorted(
                            Comparator.comparingDouble(VectorHit::score)
                                .thenComparingLong(VectorHit::messageId)
                                .reversed())
                        .toList())),
        Mutant.eachWordIndex(
            "WI-7",
            "ids are floating-point numbers",
            index ->
                new ForwardingWordIndex(index) {
                  @Override
                  public List<WordHit> search(WordQuery query, int k) {
                    return super.search(query, k).stream()
                        .map(
                            hit ->
                                new WordHit(
                                    (long) (double) hit.messageId(), hit.revision(), hit.score()))
                        .toList();
                  }
                }),
        Mutant.eachVectorStore(
            "VS-2",
            "a build is resumed whatever the sources of its scope",
            store ->
                new ForwardingVectorStore(store) {
                  @Override
                  public Generation create(Fingerprint fingerprint, long id) {
                    return building()
                        .filter(
                            building ->
                                anySource(building.fingerprint()).equals(anySource(fingerprint)))
                        .orElseGet(() -> super.create(fingerprint, id));
                  }
                }));
  }

  private static Fingerprint anySource(Fingerprint one) {
    Scope scope = new Scope(one.scope().types(), Set.of());
    return new Fingerprint(one.model(), one.dimension(), one.text(), scope);
  }

  private static UnaryOperator<VectorStore> searchingLarge(UnaryOperator<List<VectorHit>> flaw) {
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public List<VectorHit> search(long generation, float[] query, int k) {
            List<VectorHit> hits = super.search(generation, query, k);
            return super.size(generation).messages() > LARGE ? flaw.apply(hits) : hits;
          }
        };
  }

  private static VectorHit of(VectorHit hit, long id) {
    return new VectorHit(id, hit.revision(), hit.start(), hit.end(), hit.score());
  }

  private static List<Mutant> times() {
    return List.of(
        comparingTimes("times are compared by the minute", ChronoUnit.MINUTES, true),
        comparingTimes("times are compared by the second", ChronoUnit.SECONDS, true),
        comparingTimes("bounds are cut to the millisecond", ChronoUnit.MILLIS, false),
        Mutant.jobOnVectors(
            "EJ-9",
            "a backstop is noted only if its clock says that it was the last",
            index ->
                store ->
                    new ForwardingVectorStore(store) {
                      @Override
                      public void recordBackstop(long generation, Instant began) {
                        Optional<Instant> last =
                            generation(generation).flatMap(Generation::lastBackstop);
                        if (last.filter(began::isBefore).isEmpty()) {
                          super.recordBackstop(generation, began);
                        }
                      }
                    }));
  }

  private static Mutant comparingTimes(String flaw, ChronoUnit unit, boolean alsoMessages) {
    return Mutant.messages(
        "MS-14",
        flaw,
        archive ->
            MessageStoreMutants.matching(
                archive,
                (filter, message) ->
                    FilterMatcher.matches(
                        cut(filter, unit), alsoMessages ? cut(message, unit) : message)));
  }

  private static MessageFilter cut(MessageFilter filter, ChronoUnit unit) {
    MessageFilter.Builder cut = filter.toBuilder();
    filter.from().ifPresent(time -> cut.from(time.truncatedTo(unit)));
    filter.before().ifPresent(time -> cut.before(time.truncatedTo(unit)));
    return cut.build();
  }

  private static ArchiveMessage cut(ArchiveMessage message, ChronoUnit unit) {
    ArchiveMessage.Metadata metadata = message.metadata();
    return message.withMetadata(
        metadata.toBuilder().sent(metadata.sent().map(time -> time.truncatedTo(unit))).build());
  }

  private static List<Mutant> writes() {
    return List.of(
        Mutant.of(
            "MS-6",
            "writing an empty text again is a change",
            () ->
                new InMemoryArchiveFixture() {
                  @Override
                  public List<RawWrite> rawWrites() {
                    RawWrite same = super.rawWrites().get(2);
                    return List.of(
                        new RawWrite(
                            same.name(),
                            id -> {
                              same.write().accept(id);
                              if (archive.message(id).orElseThrow().content().text().isEmpty()) {
                                open().unstamp(List.of(id));
                              }
                            }));
                  }
                }),
        Mutant.of(
            "MS-5", "a body that moves is seen where it comes from", SizeMutants::seeingSource),
        Mutant.of("MS-5", "only the first of two equal writes is seen", SizeMutants::seeingOnce));
  }

  private static MessageStoreFixture seeingOnce() {
    return new InMemoryArchiveFixture() {
      private final Set<Long> written = new HashSet<>();

      @Override
      public List<RawWrite> rawWrites() {
        RawWrite html = super.rawWrites().get(1);
        return List.of(
            new RawWrite(
                html.name(),
                id -> {
                  synchronized (archive) {
                    Optional<StampMark> mark = markOf(archive, id);
                    html.write().accept(id);
                    if (!written.add(id)) {
                      archive.mark(id, mark);
                    }
                  }
                }));
      }
    };
  }

  private static MessageStoreFixture seeingSource() {
    return new InMemoryArchiveFixture() {
      @Override
      public List<RawWrite> rawMoves() {
        RawWrite move = super.rawMoves().get(0);
        return List.of(
            new RawWrite(
                move.name(),
                id -> {
                  synchronized (archive) {
                    Optional<StampMark> mark = markOf(archive, id + 1);
                    move.write().accept(id);
                    archive.mark(id + 1, mark);
                  }
                }));
      }
    };
  }

  private static Optional<StampMark> markOf(InMemoryArchive archive, long id) {
    return Optional.ofNullable(archive.rows().get(id)).flatMap(InMemoryArchive.Row::mark);
  }
}
