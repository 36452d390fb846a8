package io.msgvault.embed.sqlite.powercut;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What a disk holds of one folder while a recorded process works on it, and what it may hold after
 * a cut. It is strict: what POSIX does not promise may be lost, although most file systems keep
 * more.
 */
final class Disk {
  /** The file in which the process notes what it was promised. It is no part of the disk. */
  static final String NOTES = "notes";

  /** A call of the process. It is compared with no other. */
  @SuppressWarnings("ArrayRecordComponent")
  record Event(char kind, int file, long offset, byte[] bytes) {
    boolean isSync() {
      return kind == 'S' || kind == 'D';
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads the next one; empty at the end of the record. */
    static Optional<Event> read(DataInputStream trace) throws IOException {
      int kind = trace.read();
      if (kind < 0) {
        return Optional.empty();
      }
      int file = trace.readInt();
      long offset = trace.readLong();
      byte[] bytes = new byte[trace.readInt()];
      trace.readFully(bytes);
      return Optional.of(new Event((char) kind, file, offset, bytes));
    }
  }

  private final Map<Integer, DiskFile> files = new HashMap<>();
  private final DiskNames names = new DiskNames();
  private final List<String> notes = new ArrayList<>();
  private final Map<Integer, String> createdNames = new HashMap<>();
  private int notesFile = -1;

  void apply(Event event) {
    switch (event.kind) {
      case 'C' -> create(event.text(), event.file);
      case 'W' -> write(event);
      case 'T' -> file(event).truncate(event.offset);
      case 'S' -> file(event).sync();
      case 'D' -> names.sync(event.text());
      case 'M' -> names.add(event.text(), DiskNames.FOLDER);
      case 'U' -> names.remove(event.text());
      case 'R' -> {
        String[] both = event.text().split("\n", 2);
        names.rename(both[0], both[1]);
      }
      default -> throw new IllegalStateException("an unknown record: " + event.kind);
    }
  }

  /**
   * Returns the part of the disk that a sync is of: a database, or a folder; empty for the root.
   */
  String partOf(Event sync) {
    String name =
        sync.kind == 'D' ? sync.text() : Objects.requireNonNull(createdNames.get(sync.file));
    return name.split("[-/]", 2)[0];
  }

  private void create(String name, int file) {
    createdNames.put(file, name);
    if (name.equals(NOTES)) {
      notesFile = file;
    } else {
      names.add(name, file);
    }
    files.put(file, new DiskFile());
  }

  private void write(Event event) {
    if (event.file == notesFile) {
      event.text().lines().forEach(notes::add);
    } else {
      file(event).write(event.offset, event.bytes);
    }
  }

  private DiskFile file(Event event) {
    return Objects.requireNonNull(files.get(event.file), "a file that was never created");
  }

  /** Returns what the process noted until now, in order. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Writes a state that a cut may leave at this moment. */
  void cut(Random random, Path folder) throws IOException {
    for (Map.Entry<String, Integer> name : names.afterCut(random).entrySet()) {
      Path path = folder.resolve(name.getKey());
      if (name.getValue() == DiskNames.FOLDER) {
        Files.createDirectory(path);
      } else {
        Files.write(path, content(name.getValue()).afterCut(random));
      }
    }
  }

  /** Requires that the record accounts for every byte that is in the folder. */
  void requireSame(Path folder) throws IOException {
    Map<String, Integer> expected = names.current();
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(path).toString();
        if (name.equals(NOTES) || name.endsWith("-shm")) {
          continue;
        }
        Integer file = expected.remove(name);
        if (file == null || !Arrays.equals(content(file).current(), Files.readAllBytes(path))) {
          throw new IllegalStateException(name + ": the recorder has missed a call");
        }
      }
    }
    expected.values().removeIf(file -> file == DiskNames.FOLDER);
    if (!expected.isEmpty()) {
      throw new IllegalStateException("the recorder has missed the end of " + expected.keySet());
    }
  }

  private DiskFile content(int file) {
    return Objects.requireNonNull(files.get(file));
  }
}
