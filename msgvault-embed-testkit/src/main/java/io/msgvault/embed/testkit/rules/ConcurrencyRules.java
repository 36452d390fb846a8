package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.CONCURRENT_WRITES;
import static io.msgvault.embed.testkit.rules.RuleConstants.MESSAGES_BEFORE_WRITES;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Runs over an archive that its host writes to all the while. */
public interface ConcurrencyRules extends JobContext {
  /**
   * One thread edits, inserts, deletes and restores while runs follow each other; then comes one
   * quiet run. Each text is then prepared and embedded again, and compared with what the index
   * holds, whatever was embedded in between. The revisions are compared with those of the stamps.
   */
  @Rule({"EJ-2", "EJ-4", "MS-5", "MS-7"})
  @Property(tries = 3)
  default void vectorsMatchCurrentTextAfterWritesStop(@ForAll long seed) {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (StorageUnderTest storage = storage(MESSAGES_BEFORE_WRITES)) {
      AtomicBoolean writing = new AtomicBoolean(true);
      ConcurrentCalls.runAll(
          List.of(
              () -> {
                try {
                  write(storage.archive.writer(), new SplittableRandom(seed));
                } finally {
                  writing.set(false);
                }
              },
              () -> {
                try (EmbedJob job = storage.job().executor(pool).build()) {
                  while (writing.get()) {
                    StorageUnderTest.completedOrIdle(job.runOnce());
                  }
                }
              }));
      StorageUnderTest.completedOrIdle(storage.job().executor(pool).build().runOnce());
      if (storage.archive.store().supportsSeekingScan()) {
        storage.requireFilled(Scope.ALL); // else an edit below the watermark waits for the backstop
      }
      storage.backstop();
      storage.requireExact(Scope.ALL);
    } finally {
      pool.shutdownNow();
    }
  }

  private void write(ArchiveWriter writer, SplittableRandom random) {
    boolean softly = supports(Capability.SOFT_DELETION);
    int ids = MESSAGES_BEFORE_WRITES;
    for (int i = 0; i < CONCURRENT_WRITES; i++) {
      long id = random.nextInt(1, ids + 1);
      int what = random.nextInt(10);
      if (what == 0 && ids < StorageUnderTest.MAX_MESSAGES) {
        ids++;
        writer.insert(ids, ArchiveMessage.of("inserted", "while runs go on, number " + i));
      } else if (what == 1 && softly) {
        writer.delete(id);
      } else if (what == 2 && softly) {
        writer.restore(id);
      } else if (what == 3) {
        writer.edit(id, JobContext.text(""));
      } else {
        // A few texts only, so that a message also comes back to one that it had before.
        writer.edit(id, JobContext.text("edited into number " + random.nextInt(5)));
      }
    }
  }
}
