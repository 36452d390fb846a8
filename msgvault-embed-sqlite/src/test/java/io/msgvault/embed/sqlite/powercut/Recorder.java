package io.msgvault.embed.sqlite.powercut;

import io.msgvault.embed.sqlite.PreloadedLibrary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a program in another virtual machine and records what it does to a folder, with a library of
 * C (recorder.c).
 */
final class Recorder {
  private final PreloadedLibrary library;

  private Recorder(PreloadedLibrary library) {
    this.library = library;
  }

  /** Compiles the recorder into a folder. */
  static Recorder build(Path folder) throws IOException {
    return new Recorder(PreloadedLibrary.build(Recorder.class, "recorder.c", folder));
  }

  /**
   * Runs a program to its end.
   *
   * @param folder what is recorded; empty
   * @param trace the file of the record
   * @param unsynced syncs of paths with this text are left out; none if it is empty
   */
  void run(Class<?> program, Path folder, Path trace, String unsynced, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.add(folder.toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("POWERCUT_FOLDER", folder.toString());
    environment.put("POWERCUT_TRACE", trace.toString());
    if (!unsynced.isEmpty()) {
      environment.put("POWERCUT_UNSYNCED", unsynced);
    }
    library.run(command, environment);
  }
}
