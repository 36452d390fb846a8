package io.msgvault.embed.testkit;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Scope;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Runs over an archive that its host writes to all the while. */
abstract class BusyRules extends WorkerRules {
  private static final int WRITES = 300;
  private static final int BEFORE = 40;

  BusyRules() {}

  /**
   * One thread edits, inserts, deletes and restores while runs follow each other; then comes one
   * quiet run. Whatever was embedded in between, each text is prepared and embedded again and
   * compared with what the index holds, and the revisions with those of the stamps.
   */
  @Rule({"EJ-2", "EJ-4", "MS-5", "MS-7"})
  @Property(tries = 3)
  void everyVectorIsOfTheCurrentTextOnceTheWriterRests(@ForAll long seed) {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (OpenStorage storage = storage(BEFORE)) {
      AtomicBoolean writing = new AtomicBoolean(true);
      Race.runAll(
          "EJ-2",
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
                    OpenStorage.completedOrIdle(job.runOnce());
                  }
                }
              }));
      OpenStorage.completedOrIdle(storage.job().executor(pool).build().runOnce());
      if (storage.archive.store().scansBySeeking()) {
        storage.requireFilled(Scope.ALL); // else an edit below the watermark waits for the backstop
      }
      storage.backstop();
      storage.requireExact(Scope.ALL);
    } finally {
      pool.shutdownNow();
    }
  }

  private void write(ArchiveWriter writer, SplittableRandom random) {
    boolean softly = has(Capability.SOFT_DELETION);
    int ids = BEFORE;
    for (int i = 0; i < WRITES; i++) {
      long id = random.nextInt(1, ids + 1);
      int what = random.nextInt(10);
      if (what == 0 && ids < OpenStorage.IDS) {
        ids++;
        writer.insert(ids, ArchiveMessage.of("inserted", "while runs go on, number " + i));
      } else if (what == 1 && softly) {
        writer.delete(id);
      } else if (what == 2 && softly) {
        writer.restore(id);
      } else if (what == 3) {
        writer.edit(id, text(""));
      } else {
        // A few texts only, so that a message also comes back to one that it had before.
        writer.edit(id, text("edited into number " + random.nextInt(5)));
      }
    }
  }
}
