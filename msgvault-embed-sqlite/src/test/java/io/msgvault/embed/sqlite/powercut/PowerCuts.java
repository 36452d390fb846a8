package io.msgvault.embed.sqlite.powercut;

import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.store.BrokenIndexException;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import io.msgvault.embed.testkit.process.CrashChecks;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Cuts the power of processes that work, each at many moments, and checks every state that is left:
 * it can be opened, keeps what was promised, breaks no invariant, and the next run heals it.
 */
final class PowerCuts {
  private static final int CUTS_OF_A_PROCESS = 25;

  private final Path work;
  private final Plant plant;
  private final Random random;
  private final List<String> violations = new ArrayList<>();
  private int cuts;
  private int wordsMadeAnew;
  private long invariants;

  /**
   * Creates a scenario.
   *
   * @param work an empty folder
   */
  PowerCuts(Path work, Plant plant, long seed) {
    this.work = work;
    this.plant = plant;
    this.random = new Random(seed);
  }

  List<String> violations() {
    return List.copyOf(violations);
  }

  int cuts() {
    return cuts;
  }

  /** Returns how often a cut during the creation of the words left no index that can be opened. */
  int wordsMadeAnew() {
    return wordsMadeAnew;
  }

  long invariants() {
    return invariants;
  }

  /** Cuts the power so often, or until so many violations are found. */
  void run(int targetCuts, int maxViolations) throws IOException {
    Recorder recorder = Recorder.build(work);
    while (cuts < targetCuts && violations.size() < maxViolations) {
      long seed = random.nextLong();
      Path folder = Files.createDirectory(work.resolve("recorded"));
      Path record = work.resolve("record");
      recorder.run(CutWorker.class, folder, record, plant.unsyncedPaths(), plant, seed);
      Calls calls = replay(record, folder);
      delete(folder);
      Set<Long> moments = new TreeSet<>();
      int count = Math.min(CUTS_OF_A_PROCESS, targetCuts - cuts);
      while (moments.size() < count) {
        moments.add(calls.chooseMoment(random));
      }
      cut(record, moments, seed, maxViolations);
      Files.delete(record);
    }
  }

  /**
   * The calls of a process.
   *
   * @param count how many there are
   * @param critical after how many of them most is at stake, by kind: a promise was just given, or
   *     the process syncs another part of the disk than the last time, so that the order of the two
   *     matters
   */
  private record Calls(long count, List<List<Long>> critical) {
    long chooseMoment(Random random) {
      if (random.nextInt(8) == 0) {
        return 1 + random.nextLong(count);
      }
      List<Long> moments = critical.get(random.nextInt(critical.size()));
      return moments.get(random.nextInt(moments.size()));
    }
  }

  /** Counts the calls, and requires that they make up what is in the folder. */
  private static Calls replay(Path record, Path folder) throws IOException {
    Disk disk = new Disk();
    long events = 0;
    Map<String, List<Long>> critical = new TreeMap<>();
    String last = "";
    try (DataInputStream records = open(record)) {
      Optional<Disk.Event> event = Disk.Event.read(records);
      while (event.isPresent()) {
        String part = event.get().isSync() ? disk.partOf(event.get()) : "";
        if (!part.isEmpty()) {
          if (!last.isEmpty() && !part.equals(last)) {
            critical.computeIfAbsent(last + part, turn -> new ArrayList<>()).add(events);
          }
          last = part;
        }
        int notes = disk.notes().size();
        disk.apply(event.get());
        events++;
        for (String note : disk.notes().subList(notes, disk.notes().size())) {
          String kind = note.substring(0, note.indexOf(' ') + 1);
          if (!kind.equals(CutWorker.ENDS)) {
            critical.computeIfAbsent(kind, promise -> new ArrayList<>()).add(events);
          }
        }
        event = Disk.Event.read(records);
      }
    }
    disk.requireSame(folder);
    return new Calls(events, List.copyOf(critical.values()));
  }

  private void cut(Path record, Set<Long> moments, long seed, int maxViolations)
      throws IOException {
    Disk disk = new Disk();
    long now = 0;
    try (DataInputStream records = open(record)) {
      for (long moment : moments) {
        while (now < moment) {
          disk.apply(Disk.Event.read(records).orElseThrow());
          now++;
        }
        Path state = Files.createDirectory(work.resolve("state"));
        disk.cut(new Random(seed + moment), state);
        cuts++;
        try {
          check(new CutFiles(state), disk.notes());
        } catch (RuntimeException | Error e) {
          StringWriter trace = new StringWriter();
          e.printStackTrace(new PrintWriter(trace));
          violations.add("process " + seed + ", after call " + moment + ": " + trace);
          if (violations.size() >= maxViolations) {
            return;
          }
        } finally {
          delete(state);
        }
      }
    }
  }

  private void check(CutFiles files, List<String> notes) {
    try {
      files.install();
    } catch (BrokenIndexException cutWhileCreated) {
      LuceneWordIndex.uninstall(files.words()); // as the message tells
      files.install();
      wordsMadeAnew++;
    }
    checkPromises(files, notes);
    try (StorageUnderTest storage = new StorageUnderTest(files.asFixture())) {
      CrashChecks checks = new CrashChecks(storage, true);
      checks.checkStorage();
      checkGenerationIds(storage, notes);
      checks.checkAfterUndisturbedRuns();
      invariants += checks.count();
    }
  }

  /** What was stored is there. */
  private static void checkPromises(CutFiles files, List<String> notes) {
    Set<String> promised = new LinkedHashSet<>();
    for (String note : notes) {
      if (note.startsWith(CutWorker.STORED)) {
        promised.add(note.substring(CutWorker.STORED.length()));
      } else if (note.startsWith(CutWorker.ENDS)) {
        promised.remove(note.substring(CutWorker.ENDS.length()));
      }
    }
    try (SqliteArchive archive = SqliteArchive.open(files.archive())) {
      for (String id : promised) {
        if (archive.find("mail", id).isEmpty()) {
          throw new AssertionError("message " + id + " was stored, and is lost");
        }
      }
    }
  }

  /** No id of a generation comes again. */
  private static void checkGenerationIds(StorageUnderTest storage, List<String> notes) {
    long next = storage.archive.store().reserveGenerationId(0);
    for (String note : notes) {
      if (note.startsWith(CutWorker.CREATED)
          && Long.parseLong(note.substring(CutWorker.CREATED.length())) >= next) {
        throw new AssertionError("a generation was " + note + ", and the next one is " + next);
      }
    }
  }

  private static DataInputStream open(Path record) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(record), 1 << 20));
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
