package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.model.BackstopFindings;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;

/** Repairs of more messages than a page has. */
public interface LargeArchiveRules extends JobContext {
  /** The messages that the job reads at once when it compares. */
  int PAGE = 1_000;

  /** A page and some. Their ids are even, so that there is room for orphans between them. */
  int MESSAGES = PAGE + 50;

  /** More than a page that one of the lists lacks. */
  int GAP = PAGE + 2;

  private static List<Long> ids(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(number -> 2L * number).toList();
  }

  private static EmbedJob.Builder job(StorageUnderTest storage, CallInterceptor interceptor) {
    return StorageUnderTest.job(
            interceptor.wrap(storage.archive.store()),
            interceptor.wrap(storage.index.store()),
            new HashEmbedder())
        .pageMessages(PAGE);
  }

  /** A storage of {@value #MESSAGES} messages that a run has embedded. */
  private StorageUnderTest embedded() {
    StorageUnderTest storage = storage();
    storage
        .archive
        .writer()
        .atomically(
            writer ->
                ids(1, MESSAGES)
                    .forEach(id -> writer.insert(id, ArchiveUnderTest.plainMessage(id))));
    StorageUnderTest.completed(job(storage, CallInterceptor.NONE).build().runOnce());
    return storage;
  }

  /** At the edges of a page, and where one list ends or has a gap while the other goes on. */
  @Rule("EJ-10")
  @Example
  default void faultsBeyondOnePageAreRepaired() {
    try (StorageUnderTest storage = embedded()) {
      VectorStore vectors = storage.index.store();
      long target = storage.target().id();
      List<Long> edges = Stream.of(1, PAGE, PAGE + 1, MESSAGES).map(number -> 2L * number).toList();
      vectors.delete(target, edges);
      requireRepaired(storage, new BackstopFindings(edges.size(), 0, 0, 0, 0, 0, 0, 0));
      vectors.upsert(
          target,
          vectors.vectors(target, edges).stream()
              .flatMap(one -> Stream.of(copy(one, 0, 1), copy(one, 1, 0)))
              .toList());
      requireRepaired(storage, new BackstopFindings(0, edges.size(), 0, 0, edges.size(), 0, 0, 0));
      vectors.delete(target, ids(10, 9 + GAP));
      requireRepaired(storage, new BackstopFindings(GAP, 0, 0, 0, 0, 0, 0, 0));
      MessageVectors last = vectors.vectors(target, ids(MESSAGES, MESSAGES)).get(0);
      vectors.upsert(
          target, IntStream.rangeClosed(1, GAP).mapToObj(by -> copy(last, by, 0)).toList());
      requireRepaired(storage, new BackstopFindings(0, 0, 0, 0, GAP, 0, 0, 0));
    }
  }

  private static MessageVectors copy(MessageVectors message, long further, long later) {
    return new MessageVectors(
        message.messageId() + further,
        message.revision() + later,
        message.textDigest(),
        message.chunks());
  }

  private static void requireRepaired(StorageUnderTest storage, BackstopFindings expected) {
    EmbedJob job = job(storage, CallInterceptor.NONE).build();
    Expect.equal(expected, job.verify(), "what verify finds");
    StorageUnderTest.completed(job.runBackstop());
    Expect.equal(BackstopFindings.NONE, job.verify(), "what verify finds after the backstop");
    long target = storage.target().id();
    Expect.equal(
        storage.archive.store().embeddedIds(target, 0, 2 * MESSAGES),
        storage.index.store().messageIds(target, 0, 2 * MESSAGES),
        "the messages with vectors and their revisions, by the stamps");
    Expect.equal((long) MESSAGES, storage.coverage().embedded(), "how many are embedded");
  }

  /** A host that stops does not wait for the comparison of a large archive. */
  @Rule({"EJ-5", "EJ-13"})
  @Example
  default void moreThanPageIsTriedAgainAndInterrupted() {
    try (StorageUnderTest storage = embedded()) {
      for (String listing : List.of("MessageStore.embeddedIds", "VectorStore.messageIds")) {
        requireInterrupted(storage, listing);
      }
      MessageStore messages = storage.archive.store();
      List<Stamp> stamps =
          messages.embeddedIds(storage.target().id(), 0, GAP).stream()
              .map(LargeArchiveRules::rejection)
              .toList();
      messages.stamp(storage.target().id(), stamps);
      EmbedJob job = job(storage, CallInterceptor.NONE).build();
      Expect.equal("EJ-5", (long) GAP, job.retryRejected(), "how many are tried again");
      Expect.equal("EJ-5", 0L, storage.coverage().rejected(), "how many are rejected still");
      Expect.equal("EJ-5", (long) GAP, storage.coverage().missing(), "how many are missing");
    }
  }

  /** Nothing else stops this comparison: it finds no difference and takes one text at most. */
  private static void requireInterrupted(StorageUnderTest storage, String listing) {
    int[] pages = new int[1];
    CallInterceptor interrupt =
        (call, arguments) -> {
          if (call.equals(listing) && pages[0]++ == 0) {
            Thread.currentThread().interrupt();
          }
        };
    RunOutcome outcome;
    try {
      outcome = job(storage, interrupt).comparedTexts(1).build().runBackstop();
    } finally {
      boolean unused = Thread.interrupted();
    }
    Expect.that(
        "EJ-13",
        outcome instanceof RunOutcome.Cancelled,
        () -> "a backstop that is interrupted while it compares ends as " + outcome);
    Expect.equal("EJ-13", 1, pages[0], "the pages of " + listing + " that an interrupt lets pass");
    Expect.equal("EJ-9", Optional.empty(), storage.target().lastBackstop(), "the last backstop");
  }

  private static Stamp rejection(MessageRevision message) {
    return new Stamp(message.messageId(), message.revision(), new Stamp.Rejected("too odd"));
  }
}
