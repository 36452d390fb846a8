package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.Ranking;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Example;

/** What writes that meet leave behind, and what a reader sees that missed many of them. */
public interface MeetingVectorRules extends VectorStoreContext {
  /** More messages than a store is likely to search without an approximation. */
  int MANY = 2_200;

  /** Two instances write versions of one message that have other numbers of chunks. */
  @Rule({"VS-6", "VS-9"})
  @Example
  default void writersOfOneMessageLeaveOneVersion() {
    int rounds = effort().of(30);
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      for (int round = 1; round <= rounds; round++) {
        MessageVectors shorter = version(2L * round, 1);
        MessageVectors longer = version(2L * round + 1, 1 + round % 5);
        List<Expect.ThrowingRunnable> writers =
            new ArrayList<>(
                List.of(
                    () -> index.store().upsert(1, List.of(shorter)),
                    () -> other.upsert(1, List.of(longer))));
        if (round % 3 == 0) {
          writers.add(() -> other.delete(1, List.of(1L)));
        }
        ConcurrentCalls.runAll(writers);
        List<MessageVectors> left = index.vectors(1, 1L);
        List<MessageVectors> possible = List.of(shorter, longer);
        Expect.that(
            "VS-6",
            possible.containsAll(left) && (round % 3 == 0 || left.size() == 1),
            () -> "of " + possible + ", two writers leave " + left);
        Expect.equal(
            "VS-9",
            new IndexSize(left.size(), left.stream().mapToLong(m -> m.chunks().size()).sum()),
            index.store().size(1),
            "the size after two writers of one message");
      }
    }
  }

  private static MessageVectors version(long revision, int chunks) {
    return IndexUnderTest.message(
        1, revision, Collections.nCopies(chunks, new float[] {1, revision, 1}));
  }

  /** Whatever an instance keeps in memory is behind by every message. */
  @Rule("VS-12")
  @Example
  default void readerThatMissedMuchFollows() {
    float[] query = {1, 0, 0};
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore other = index.open();
      index.store().upsert(1, spread(0));
      new Ranking(spread(0), query).requireSound(10, other.search(1, query, 10));
      List<MessageVectors> latest = spread(1);
      index.store().upsert(1, latest);
      List<Long> even =
          latest.stream().map(MessageVectors::messageId).filter(id -> id % 2 == 0).toList();
      index.store().delete(1, even);
      List<MessageVectors> odd =
          latest.stream().filter(message -> message.messageId() % 2 == 1).toList();
      new Ranking(odd, query).requireSound(10, other.search(1, query, 10));
    }
  }

  /** Vectors in all directions, which each write turns. */
  private static List<MessageVectors> spread(int write) {
    List<MessageVectors> messages = new ArrayList<>();
    for (long id = 1; id <= MANY; id++) {
      double angle = id * 2.4 + write;
      float[] vector = {(float) Math.cos(angle), (float) Math.sin(angle), id % 17 - 8};
      messages.add(IndexUnderTest.message(id, write + 1L, List.of(vector)));
    }
    return messages;
  }
}
