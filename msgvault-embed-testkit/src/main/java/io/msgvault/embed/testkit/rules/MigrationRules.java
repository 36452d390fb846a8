package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.migration.LegacyQueue;
import io.msgvault.embed.migration.MalformedVectorsException;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.migration.MigrationOutcome;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.GenerationConflictException;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.Lease;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorHit;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.CallInterceptor;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import io.msgvault.embed.testkit.model.MigrationUnderTest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Example;

/** Tests of what a migration stamps and claims, when nothing disturbs it. */
public interface MigrationRules extends MigrationContext {
  // TO-1, TO-7: which messages are stamped, and which are not

  @Rule({"TO-1", "TO-7"})
  @Example
  default void importStampsMessagesNotQueued() {
    try (MigrationUnderTest host = openMigration()) {
      host.fill(12);
      host.createVectors(MigrationContext.except(MigrationContext.ids(1, 12), 7L));
      host.tables.addVectors(MigrationUnderTest.VECTORS, Map.of(999L, host.hostVectors(999)));
      host.tables.addNull(MigrationUnderTest.VECTORS, 8);
      host.createQueue();
      host.tables.enqueue(
          MigrationUnderTest.QUEUE, MigrationUnderTest.LEGACY_GENERATION, List.of(3L, 4L, 999L));
      host.tables.enqueue(
          MigrationUnderTest.QUEUE, MigrationUnderTest.LEGACY_GENERATION + 1, List.of(1L, 2L, 5L));
      host.storage.archive.writer().delete(6);
      MigrationOutcome.Migrated outcome = host.migrated(host.importing());
      Expect.equal("TO-1", OptionalLong.of(3), outcome.pending(), "how many waited");
      Expect.equal("TO-1", 7L, outcome.embedded(), "how many it says are embedded");
      for (long id : List.of(1L, 5L, 10L)) {
        requireSame(host.hostVectors(id), host.servedVectors(id));
      }
      host.requireMigrated(
          "TO-1",
          MigrationContext.except(MigrationContext.ids(1, 12), 3L, 4L, 6L, 7L, 8L),
          Set.of(3L, 4L, 7L, 8L));
    }
  }

  private static void requireSame(List<float[]> expected, List<float[]> actual) {
    Expect.equal(
        "TO-1",
        expected.stream().map(Arrays::toString).toList(),
        actual.stream().map(Arrays::toString).toList(),
        "the vectors that serve");
  }

  @Rule({"TO-1", "TO-7"})
  @Example
  default void activeGenerationStampsItsMessages() {
    try (MigrationUnderTest host = openMigration()) {
      host.fill(12);
      long active = host.createActive(MigrationContext.except(MigrationContext.ids(1, 12), 7L));
      host.createQueue();
      host.tables.enqueue(MigrationUnderTest.QUEUE, active, List.of(3L, 4L));
      host.tables.enqueue(MigrationUnderTest.QUEUE, active + 1, List.of(1L, 2L));
      host.storage.archive.writer().delete(6);
      host.edit(9);
      MigrationOutcome.Migrated outcome = host.migrated(MigrationUnderTest.ofActive());
      Expect.equal("TO-1", active, outcome.generation(), "the generation that is migrated");
      Expect.equal(
          "TO-1",
          MigrationContext.except(MigrationContext.ids(1, 12), 3L, 4L, 6L, 7L, 9L),
          host.stamped(active),
          "the messages that are stamped");
      // What waited in the queue has vectors of a text that is not known: it is embedded.
      host.requireMigrated(
          "TO-1",
          MigrationContext.except(MigrationContext.ids(1, 12), 3L, 4L, 6L, 7L, 9L),
          Set.of(3L, 4L, 7L, 9L));
    }
  }

  @Rule("TO-1")
  @Example
  default void outOfScopeMessagesAreNotStamped() {
    Scope scope = new Scope(Set.of("email"), Set.of());
    for (boolean imported : new boolean[] {true, false}) {
      try (MigrationUnderTest host = new MigrationUnderTest(openFixture(), scope)) {
        host.fill(4);
        host.storage
            .archive
            .writer()
            .insert(
                5,
                MigrationUnderTest.message(5)
                    .withMetadata(ArchiveMessage.Metadata.of("sms", "main")));
        host.createQueue();
        if (imported) {
          host.createVectors(MigrationContext.ids(1, 5));
          host.migrated(host.importing());
        } else {
          host.createActive(MigrationContext.ids(1, 5));
          host.migrated(MigrationUnderTest.ofActive());
        }
        Expect.equal(
            MigrationContext.ids(1, 4),
            host.stamped(host.storage.target().id()),
            "the messages that are stamped");
      }
    }
  }

  @Rule({"TO-1", "TO-7"})
  @Example
  default void missingQueueIsEmpty() {
    try (MigrationUnderTest host = openMigration()) {
      host.fill(3);
      host.createVectors(MigrationContext.ids(1, 3));
      Expect.equal(
          "TO-1",
          OptionalLong.empty(),
          host.migrated(host.importing()).pending(),
          "how many waited in a queue that is not there");
      host.requireMigrated("TO-1", MigrationContext.ids(1, 3), Set.of());
    }
  }

  // TO-3: once

  @Rule("TO-3")
  @Example
  default void migrationIsIdempotent() {
    for (boolean imported : new boolean[] {true, false}) {
      try (MigrationUnderTest host = openMigration()) {
        host.fill(4);
        host.createQueue();
        Migration migration = imported ? host.importing() : MigrationUnderTest.ofActive();
        if (imported) {
          host.createVectors(MigrationContext.ids(1, 3));
        } else {
          host.createActive(MigrationContext.ids(1, 3));
        }
        long generation = host.migrated(migration).generation();
        host.storage.archive.store().unstamp(List.of(1L));
        host.createQueue();
        host.storage.restart();
        List<Generation> before = host.storage.index.store().generations();
        Expect.equal(
            new MigrationOutcome.AlreadyDone(),
            host.migrate(migration),
            "the outcome of the second time");
        Expect.equal(Set.of(2L, 3L), host.stamped(generation), "the stamped ids");
        Expect.equal(before, host.storage.index.store().generations(), "the generations");
        Expect.that(
            host.tables.exists(MigrationUnderTest.QUEUE),
            "a table that was created after the migration is dropped");
      }
    }
  }

  @Rule("TO-3")
  @Example
  default void laterTablesAreMigrated() {
    try (MigrationUnderTest host = openMigration()) {
      host.fill(3);
      for (Migration migration : List.of(host.importing(), MigrationUnderTest.ofActive())) {
        MigrationOutcome outcome = host.migrate(migration);
        Expect.that(
            outcome instanceof MigrationOutcome.NothingFound,
            () -> "where nothing is there, a migration ends as " + outcome);
      }
      Expect.equal(List.of(), host.storage.index.store().generations(), "the generations");
      host.createVectors(MigrationContext.ids(1, 3));
      host.migrated(host.importing());
      host.requireMigrated(MigrationContext.ids(1, 3), Set.of());
    }
  }

  // TO-5: vectors that do not fit

  @Rule("TO-5")
  @Example
  default void invalidVectorsChangeNothing() {
    float[] fits = new float[new FaultyEmbedder().model().dimension()];
    fits[1] = 1;
    float[] infinite = fits.clone();
    infinite[0] = Float.POSITIVE_INFINITY;
    List<float[]> misfits =
        List.of(Arrays.copyOf(fits, fits.length - 1), new float[fits.length], infinite);
    for (float[] misfit : misfits) {
      try (MigrationUnderTest host = openImported(200)) {
        host.tables.removeVectors(MigrationUnderTest.VECTORS, 190);
        host.tables.addVectors(MigrationUnderTest.VECTORS, Map.of(190L, List.of(fits, misfit)));
        requireNoTrace(host, 200);
      }
    }
    try (MigrationUnderTest host = openImported(200)) {
      host.tables.addMalformed(MigrationUnderTest.VECTORS, 190);
      requireNoTrace(host, 200);
    }
  }

  private static void requireNoTrace(MigrationUnderTest host, int count) {
    MalformedVectorsException error =
        Expect.thrown(
            MalformedVectorsException.class,
            "importing vectors that do not fit",
            () -> host.migrate(host.importing()));
    Expect.equal(190L, error.messageId(), "the message that the error names");
    Expect.equal(List.of(), host.storage.index.store().generations(), "the generations");
    Expect.that(
        host.tables.exists(MigrationUnderTest.QUEUE), "the queue is gone although nothing is done");
    host.tables.removeVectors(MigrationUnderTest.VECTORS, 190);
    host.migrated(host.importing());
    host.requireMigrated(
        MigrationContext.except(MigrationContext.ids(1, count), 190L), Set.of(190L));
  }

  @Rule("TO-5")
  @Example
  default void invalidVectorsOfQueuedMessagesAreIgnored() {
    try (MigrationUnderTest host = openImported(3)) {
      host.tables.addMalformed(MigrationUnderTest.VECTORS, 2);
      host.tables.enqueue(
          MigrationUnderTest.QUEUE, MigrationUnderTest.LEGACY_GENERATION, List.of(2L));
      host.migrated(host.importing());
      host.requireMigrated(Set.of(1L, 3L), Set.of(2L));
    }
  }

  // TO-6: the queue

  @Rule("TO-6")
  @Example
  default void queueCanBeKept() {
    try (MigrationUnderTest host = openImported(3)) {
      LegacyQueue kept = host.importing().queue().orElseThrow().keepTable();
      host.migrated(host.importing().withQueue(kept));
      Expect.that(host.tables.exists(MigrationUnderTest.QUEUE), "the queue is gone");
      host.migrate(host.importing());
      Expect.that(
          host.tables.exists(MigrationUnderTest.QUEUE), "the queue is gone the second time");
    }
  }

  // TO-8: what imported vectors claim

  @Rule("TO-8")
  @Example
  default void importedVectorsHaveNoUnknownMetadata() {
    try (MigrationUnderTest host = openImported(5)) {
      long generation = host.migrated(host.importing()).generation();
      for (MessageVectors vectors :
          host.storage.index.store().vectors(generation, MigrationContext.ids(1, 5))) {
        Expect.equal("", vectors.textDigest(), "the digest of a text that is not known");
        for (ChunkVector chunk : vectors.chunks()) {
          Expect.equal(chunk.start(), chunk.end(), "the end of a chunk of unknown place");
        }
      }
      VectorHit hit =
          host.storage.index.store().search(generation, host.hostVectors(5).get(1), 1).get(0);
      Expect.equal(hit.start(), hit.end(), "the end of a hit of unknown place");
      EmbedJob job = host.storage.job().build();
      job.repair(List.of(5L));
      Expect.equal(Set.of(5L), host.embeddedByRun(), "the ids embedded after the repair");
    }
  }

  // TO-9: beside another index, beside a run

  @Rule("TO-9")
  @Example
  default void importKeepsExistingIndex() {
    try (MigrationUnderTest host = openImported(3)) {
      Fingerprint another = IndexUnderTest.fingerprint("another", 4);
      long id = host.storage.archive.store().reserveGenerationId(0);
      host.storage.index.store().create(another, id);
      Expect.thrown(
          GenerationConflictException.class,
          "an import while another generation is being built",
          () -> host.migrate(host.importing()));
      host.storage.index.store().activate(id, CoverageCheck.NONE);
      Expect.thrown(
          GenerationStateException.class,
          "an import while another generation serves",
          () -> host.migrate(host.importing()));
      Expect.equal(
          List.of(id),
          host.storage.index.store().generations().stream().map(Generation::id).toList(),
          "the generations");
      host.storage.index.store().forceRetire(id);
      host.migrated(host.importing());
      host.requireMigrated(MigrationContext.ids(1, 3), Set.of());
    }
  }

  @Rule("TO-9")
  @Example
  default void migrationExcludesRuns() {
    try (MigrationUnderTest host = openImported(4)) {
      EmbedJob bystander = host.storage.job().build();
      Supplier<RunOutcome> run = bystander::runOnce;
      CallInterceptor between =
          (call, arguments) -> {
            if (call.equals("VectorStore.upsert") || call.equals("LegacyIndex.stamp")) {
              RunOutcome outcome = run.get();
              Expect.that(
                  outcome instanceof RunOutcome.Busy,
                  () -> "a run in the middle of a migration ends as " + outcome);
            }
          };
      host.migrate(host.importing(), between);
      host.requireMigrated(MigrationContext.ids(1, 4), Set.of());
    }
    try (MigrationUnderTest host = openMigration()) {
      host.fill(2);
      long active = host.createActive(MigrationContext.ids(1, 2));
      try (Lease lease = host.storage.index.store().lease(active).orElseThrow()) {
        Expect.equal(
            new MigrationOutcome.Busy(active),
            host.migrate(MigrationUnderTest.ofActive()),
            "a migration in the middle of a run");
        Expect.that(lease.isHeld(), "a run's lease is gone");
      }
      Expect.equal(Set.of(), host.stamped(active), "the stamped ids");
    }
  }
}
