package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.store.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Stores that are right as long as no two writes meet, or no reader falls far behind. */
final class MeetingMutants {
  /** The changes that a reader may miss before the mutant forgets them. */
  private static final int LOGGED = 1_000;

  private MeetingMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.messages(
            "MS-11", "two workers add to one count", MeetingMutants::countingWhatWasRead),
        Mutant.eachVectorStore(
            "VS-6", "what is to be deleted is read before", MeetingMutants::keepingWhatCameBetween),
        Mutant.vectors("VS-5", "an upsert looks first and writes later", MeetingMutants::late),
        Mutant.vectors(
            "VS-12", "a reader that missed much keeps what it has", MeetingMutants::forgettingLog));
  }

  /** Each time that two stamp at once, a message is counted as missing for good. */
  private static UnaryOperator<MessageStore> countingWhatWasRead(InMemoryArchive archive) {
    AtomicInteger stamping = new AtomicInteger();
    AtomicLong lost = new AtomicLong();
    return store ->
        new ForwardingMessageStore(store) {
          @Override
          public Set<Long> stamp(long target, Collection<Stamp> stamps) {
            stamping.incrementAndGet();
            try {
              if (Rendezvous.readAfterMeeting(1, stamping::get) > 1) {
                lost.set(1);
              }
              return super.stamp(target, stamps);
            } finally {
              stamping.decrementAndGet();
            }
          }

          @Override
          public Coverage coverage(long target, Scope scope) {
            Coverage right = super.coverage(target, scope);
            long off = Math.min(right.missing() + right.live(), lost.get());
            return Coverage.ofCounts(
                right.live() + off, right.embedded(), right.blank(), right.rejected());
          }
        };
  }

  private static VectorStore keepingWhatCameBetween(VectorStore store) {
    return new ForwardingVectorStore(store) {
      @Override
      public void upsert(long generation, Collection<MessageVectors> batch) {
        List<Long> ids = batch.stream().map(MessageVectors::messageId).toList();
        List<MessageVectors> before = super.vectors(generation, ids);
        List<MessageVectors> now =
            Rendezvous.readAfterMeeting(before, () -> super.vectors(generation, ids));
        super.upsert(
            generation,
            now.equals(before) ? batch : batch.stream().map(each -> with(each, now)).toList());
      }
    };
  }

  private static MessageVectors with(MessageVectors written, List<MessageVectors> others) {
    List<ChunkVector> chunks = new ArrayList<>(written.chunks());
    others.stream()
        .filter(other -> other.messageId() == written.messageId())
        .forEach(other -> chunks.addAll(other.chunks()));
    return new MessageVectors(
        written.messageId(), written.revision(), written.textDigest(), chunks);
  }

  private static UnaryOperator<VectorStore> late(InMemoryIndex index) {
    return store ->
        new ForwardingVectorStore(store) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            boolean writable =
                generation(generation)
                    .filter(found -> found.state() != Generation.State.RETIRED)
                    .isPresent();
            Rendezvous.pause();
            try {
              super.upsert(generation, batch);
            } catch (GenerationStateException retiredMeanwhile) {
              if (!writable) {
                throw retiredMeanwhile;
              }
              Rendezvous.readAfterMeeting(
                  super.size(generation), () -> super.size(generation)); // dropped by now
              synchronized (index) {
                batch.forEach(
                    message ->
                        Objects.requireNonNull(index.generations.get(generation))
                            .vectors
                            .put(message.messageId(), message));
              }
            }
          }
        };
  }

  private static UnaryOperator<VectorStore> forgettingLog(InMemoryIndex index) {
    AtomicLong changes = new AtomicLong();
    return store -> {
      Map<Integer, List<VectorHit>> found = new HashMap<>();
      AtomicLong seen = new AtomicLong(changes.get());
      return new ForwardingVectorStore(store) {
        @Override
        public void upsert(long generation, Collection<MessageVectors> batch) {
          super.upsert(generation, batch);
          changes.addAndGet(batch.size());
        }

        @Override
        public synchronized List<VectorHit> search(long generation, float[] query, int k) {
          long missed = changes.get() - seen.getAndSet(changes.get());
          List<VectorHit> hits = super.search(generation, query, k);
          List<VectorHit> kept = found.getOrDefault(k, hits);
          found.put(k, hits);
          return missed > LOGGED ? kept : hits;
        }
      };
    };
  }
}
