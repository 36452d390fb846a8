package io.msgvault.embed.testkit.process;

import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Processes work on one storage until the operating system kills them, again and again. A kill
 * comes after a number of steps and a random delay, to one process or to two at once. After each
 * round everything is checked from outside. The next round begins with what the last has left.
 *
 * <p>The seed chooses the work and the number of steps. Where exactly a kill hits is a matter of
 * chance.
 */
public final class CrashScenario implements AutoCloseable {
  /** The longest delay between a step and the kill: as long as a step may take. */
  private static final int MAX_KILL_DELAY_NANOS = 4_000_000;

  private static final int MAX_STEPS = 250;

  private final StorageFixture fixture;
  private final StorageUnderTest storage;
  private final CrashChecks checks;
  private final Random random;
  private final Path file;
  private final CrashJournal journal;
  private final Map<String, Integer> hits = new TreeMap<>();
  private int kills;
  private int undisturbedRuns;
  private int indexLosses;
  private int wordLosses;

  public CrashScenario(StorageFixture fixture, long seed) {
    this.fixture = fixture;
    storage = new StorageUnderTest(fixture, CrashWorker.embedder());
    checks = new CrashChecks(storage, CrashWorker.wordsOf(fixture).isPresent());
    random = new Random(seed);
    try {
      file = Files.createTempFile("msgvault-testkit", ".journal");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    journal = CrashJournal.open(file);
  }

  public int kills() {
    return kills;
  }

  public int undisturbedRuns() {
    return undisturbedRuns;
  }

  /** Returns how often the whole index was lost as well. */
  public int indexLosses() {
    return indexLosses;
  }

  /** Returns how often words were lost as well. */
  public int wordLosses() {
    return wordLosses;
  }

  public long checkCount() {
    return checks.count();
  }

  /** Returns the number of kills in, or right after, each step. */
  public Map<String, Integer> hits() {
    return hits;
  }

  public void run(int targetKills) {
    while (kills < targetKills) {
      round();
      checks.checkAfterKill(journal.lines());
      journal.clear();
      if (random.nextInt(3) == 0 || kills >= targetKills) {
        checks.checkAfterUndisturbedRuns();
        storage.embedder.clearSent();
        undisturbedRuns++;
      }
      if (random.nextInt(20) == 0) {
        storage.index.wipe();
        checks.onIndexLost();
        indexLosses++;
      }
      if (random.nextInt(20) == 0) {
        loseWords();
      }
    }
  }

  /** The words are lost, or are those of an older copy, which the next run finds out. */
  private void loseWords() {
    List<Long> some =
        storage.indexedWords().keySet().stream().filter(id -> random.nextBoolean()).toList();
    storage.words.index().delete(some);
    storage.words.index().recordRun(0);
    checks.onWordsLost();
    wordLosses++;
  }

  /** One worker, or two beside each other that are killed one after the other. */
  private void round() {
    int count = 1 + random.nextInt(2);
    List<ChildProcess> workers = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        // Also kills in the first steps, which open the storage.
        int moment = random.nextInt(8) == 0 ? random.nextInt(4) : random.nextInt(MAX_STEPS);
        workers.add(CrashWorker.start(fixture, file, "w" + i, i, count, moment, random.nextLong()));
      }
      for (int i = 0; i < count; i++) {
        String answer = workers.get(i).readAnswer();
        spin(random.nextInt(MAX_KILL_DELAY_NANOS));
        journal.add("w" + i, CrashWorker.KILLED, answer);
        workers.get(i).kill();
        kills++;
      }
    } finally {
      workers.forEach(ChildProcess::close);
    }
    List<CrashJournal.Line> lines = journal.lines();
    for (CrashJournal.Line line : lines) {
      if (line.word().equals(CrashWorker.FAILED)) {
        throw Expect.violationOf("EJ-1", "a worker met " + line.rest());
      }
    }
    for (int i = 0; i < count; i++) {
      String worker = "w" + i;
      hits.merge(last(lines, worker, CrashWorker.STEP), 1, Integer::sum);
    }
  }

  private static String last(List<CrashJournal.Line> lines, String worker, String word) {
    String last = "before anything";
    for (CrashJournal.Line line : lines) {
      if (line.process().equals(worker) && line.word().equals(word)) {
        last = line.rest();
      }
    }
    return last;
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    try {
      journal.close();
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      storage.close();
    }
  }
}
