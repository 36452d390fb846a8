package io.msgvault.embed.sqlite.rights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.msgvault.embed.sqlite.PreloadedLibrary;
import io.msgvault.embed.sqlite.TempFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Watches who may read the files while they are made and written, on Linux with a C compiler. */
class FileRightsTest {
  private static final int OTHERS = 0077;

  /** A process whose files everyone could read and write if nothing forbade it. */
  private static final List<String> WITHOUT_UMASK =
      List.of("sh", "-c", "umask 000; exec \"$@\"", "sh");

  /**
   * A call that created or wrote a file.
   *
   * @param rights the rights of the file right after it
   * @param file its path below the folder
   */
  private record Note(String call, int rights, String file) {
    static Note parse(Path folder, String line) {
      String[] parts = line.split(" ", 3);
      return new Note(
          parts[0], Integer.parseInt(parts[1], 8), folder.relativize(Path.of(parts[2])).toString());
    }

    /** Returns what kind of file it is: temporary files have random names. */
    String kind() {
      return file.replaceFirst("^temp/.*", "temp/*");
    }
  }

  @Test
  void noOneButOwnerCanEverReadFiles() throws IOException {
    assumeTrue(PreloadedLibrary.canBeBuilt(), "there is no C compiler, or this is not Linux");
    try (TempFolder temp = TempFolder.create()) {
      Path work = temp.path().toRealPath();
      Path folder = Files.createDirectories(work.resolve("data"));
      List<Note> notes = notes(work, folder);
      assertEquals(
          List.of(),
          notes.stream()
              .filter(note -> (note.rights() & OTHERS) != 0)
              .map(
                  note ->
                      note.call() + " " + Integer.toOctalString(note.rights()) + " " + note.kind())
              .distinct()
              .toList());
      Set<String> kinds =
          notes.stream().map(Note::kind).collect(Collectors.toCollection(TreeSet::new));
      assertTrue(
          kinds.containsAll(
              List.of(
                  "mail.db",
                  "mail.db-shm",
                  "mail.db-wal",
                  "temp/*",
                  "vectors.db",
                  "vectors.db-shm",
                  "vectors.db-wal",
                  "vectors.db.lease-1")),
          kinds::toString);
    }
  }

  private static List<Note> notes(Path work, Path folder) throws IOException {
    Path trace = work.resolve("trace");
    Path temporary = Files.createDirectories(folder.resolve("temp"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            RightsWorker.class.getName(),
            folder.toString());
    PreloadedLibrary.build(FileRightsTest.class, "rights.c", work)
        .run(
            Stream.concat(WITHOUT_UMASK.stream(), command.stream()).toList(),
            Map.of(
                "RIGHTS_FOLDER", folder.toString(),
                "RIGHTS_TRACE", trace.toString(),
                "SQLITE_TMPDIR", temporary.toString()));
    return Files.readAllLines(trace).stream().map(line -> Note.parse(folder, line)).toList();
  }
}
