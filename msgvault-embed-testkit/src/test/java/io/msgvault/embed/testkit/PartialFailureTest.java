package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.IndexStatus.Part;
import io.msgvault.embed.IndexStatus.Problem;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorStore;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host still learns when one call of a store fails. */
class PartialFailureTest {
  private final InMemoryArchive archive = new InMemoryArchive();
  private final MessageStore messages = new InMemoryMessageStore(archive);
  private final VectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());

  @BeforeEach
  void fill() {
    archive.insert(ArchiveMessage.of("one", "text one"));
    archive.insert(ArchiveMessage.of("two", "text two"));
  }

  private void run() {
    try (EmbedJob job = EmbedJob.builder(messages, vectors, new HashEmbedder()).build()) {
      job.runOnce();
    }
  }

  private static StoreException failure() {
    return new StoreException("the disk is gone");
  }

  private static List<Part> parts(IndexStatus status) {
    return status.problems().stream().map(Problem::part).toList();
  }

  @Test
  void everyMessageIsMissingWithoutGeneration() {
    IndexStatus status = IndexStatus.read(messages, vectors, Scope.ALL);

    assertEquals(
        new IndexStatus(
            Optional.empty(),
            Optional.empty(),
            Optional.of(2L),
            Optional.empty(),
            List.of(),
            List.of()),
        status);
  }

  @Test
  void statusHasAllPartsOfWorkingStores() {
    run();

    IndexStatus status = IndexStatus.read(messages, vectors, Scope.ALL);

    assertEquals(List.of(), status.problems());
    assertEquals(Optional.of(1.0), status.active().orElseThrow().progress());
    assertEquals(Optional.of(0L), status.missing());
    assertEquals(1, status.runs().size());
  }

  @Test
  void unreadableCoverageLeavesSizeAndRuns() {
    run();
    MessageStore broken =
        new ForwardingMessageStore(messages) {
          @Override
          public Coverage coverage(long generation, Scope scope) {
            throw failure();
          }
        };

    IndexStatus status = IndexStatus.read(broken, vectors, Scope.ALL);

    assertEquals(List.of(Part.ACTIVE_COVERAGE), parts(status));
    assertTrue(status.problems().get(0).reason().contains("the disk is gone"));
    assertEquals(Optional.empty(), status.active().orElseThrow().coverage());
    assertEquals(2, status.active().orElseThrow().size().orElseThrow().messages());
    assertEquals(Optional.empty(), status.missing());
    assertEquals(1, status.runs().size());
  }

  @Test
  void unreadableSizeAndRunsLeaveCoverage() {
    run();
    VectorStore broken =
        new ForwardingVectorStore(vectors) {
          @Override
          public IndexSize size(long generation) {
            throw failure();
          }

          @Override
          public List<RunRecord> runs(int limit) {
            throw failure();
          }
        };

    IndexStatus status = IndexStatus.read(messages, broken, Scope.ALL);

    assertEquals(List.of(Part.ACTIVE_SIZE, Part.RUNS), parts(status));
    assertEquals(2, status.active().orElseThrow().coverage().orElseThrow().embedded());
    assertEquals(Optional.of(0L), status.missing());
  }

  @Test
  void unreadableGenerationsLeaveRuns() {
    run();
    VectorStore broken =
        new ForwardingVectorStore(vectors) {
          @Override
          public List<Generation> generations() {
            throw failure();
          }
        };

    IndexStatus status = IndexStatus.read(messages, broken, Scope.ALL);

    assertEquals(List.of(Part.GENERATIONS), parts(status));
    assertEquals(Optional.empty(), status.missing());
    assertEquals(1, status.runs().size());
  }

  @Test
  void runThatFailsBeforeItsChoiceNamesNoGeneration() {
    MessageStore broken =
        new ForwardingMessageStore(messages) {
          @Override
          public UUID archiveId() {
            throw failure();
          }
        };
    try (EmbedJob job = EmbedJob.builder(broken, vectors, new HashEmbedder()).build()) {
      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
      assertEquals(OptionalLong.empty(), failed.generation());
    }
  }

  @Test
  void runThatFailsAfterItsChoiceNamesGeneration() {
    run();
    MessageStore broken =
        new ForwardingMessageStore(messages) {
          @Override
          public Coverage coverage(long generation, Scope scope) {
            throw failure();
          }
        };
    archive.insert(ArchiveMessage.of("three", "text three"));
    try (EmbedJob job = EmbedJob.builder(broken, vectors, new HashEmbedder()).build()) {
      RunOutcome.Failed failed = assertInstanceOf(RunOutcome.Failed.class, job.runOnce());
      assertEquals(OptionalLong.of(1), failed.generation());
    }
  }
}
