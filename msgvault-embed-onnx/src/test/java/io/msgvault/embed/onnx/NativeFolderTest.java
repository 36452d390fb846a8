package io.msgvault.embed.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the embedder in processes whose home and temporary folder are good or bad. */
class NativeFolderTest {
  private static final List<String> STARTED = List.of("started", "started");

  @TempDir Path folder;
  private Path home;
  private Path temporary;
  private Path file;

  @BeforeEach
  void createFolders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    temporary = Files.createDirectory(folder.resolve("tmp"));
    file = Files.createFile(folder.resolve("file"));
  }

  @Test
  void startsQuietly() throws Exception {
    assertEquals(STARTED, start(List.of(), List.of()));
    assertEquals(List.of(), leftInTemporaryFolder());
    assertEquals(STARTED, start(List.of(), List.of()), "with the library in the home");
  }

  @Test
  void needsNoHome() throws Exception {
    home = file;
    assertEquals(STARTED, start(List.of(), List.of()));
    assertEquals(List.of(), leftInTemporaryFolder());
  }

  @Test
  void loadsNoLibraryFromSharedTemporaryFolder() throws Exception {
    plantLibrary(temporary.resolve(".djl.ai"));
    home = file;
    assertEquals(STARTED, start(List.of(), List.of()));
  }

  @Test
  void loadsNoLibraryThatOthersCanReplace() throws Exception {
    plantLibrary(home.resolve(".djl.ai"));
    shareWithAll(home.resolve(".djl.ai").resolve("tokenizers"));
    assertEquals(STARTED, start(List.of(), List.of()));

    Path shared = folder.resolve("shared");
    plantLibrary(shared);
    shareWithAll(shared.resolve("tokenizers"));
    requireRefused(shared);
  }

  @Test
  void usesNoFolderThatOthersCanReplace() throws Exception {
    Path set = Files.createDirectories(folder.resolve("shared").resolve("set"));
    requireStarted(set);
    shareWithAll(set);
    requireRefused(set); // they can replace the folder of the library
    Files.setPosixFilePermissions(set, PosixFilePermissions.fromString("rwx------"));
    requireStarted(set);
    shareWithAll(folder.resolve("shared"));
    requireRefused(set); // they can replace the folder itself
    assertEquals(0, run(List.of("chmod", "1777", folder.resolve("shared").toString())));
    assumeTrue(Files.getOwner(folder).getName().equals("root"), "only root's such folder is safe");
    requireStarted(set);
  }

  private void requireStarted(Path set) throws Exception {
    assertEquals(STARTED, start(List.of(), List.of("-DENGINE_CACHE_DIR=" + set)));
  }

  private void requireRefused(Path set) throws Exception {
    for (String line : start(List.of(), List.of("-DENGINE_CACHE_DIR=" + set))) {
      assertTrue(line.startsWith("another user may have put a library into " + set), line);
      assertTrue(line.contains("set ENGINE_CACHE_DIR to a folder"), line);
    }
  }

  @Test
  void usesFolderThatIsSet() throws Exception {
    Path set = Files.createDirectory(folder.resolve("set"));
    for (String name : List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")) {
      assertEquals(STARTED, start(List.of(), List.of("-D" + name + "=" + set)));
    }
    assertEquals(List.of("tokenizers"), list(set));
    assertEquals(List.of(), list(home));
  }

  @Test
  void namesTemporaryFolderThatCannotBeWritten() throws Exception {
    temporary = file;
    // Later versions of Java warn themselves, too.
    List<String> failures =
        start(List.of(), List.of()).stream()
            .filter(line -> !line.startsWith("WARNING: java.io.tmpdir"))
            .toList();
    assertEquals(2, failures.size());
    for (String line : failures) {
      assertTrue(line.contains("into the temporary folder " + file), line);
      assertTrue(line.contains("start Java with -Djava.io.tmpdir=FOLDER"), line);
    }
  }

  @Test
  void namesTemporaryFolderWithoutExecution() throws Exception {
    List<String> failures = start(noexec(temporary), List.of());
    assertEquals(2, failures.size());
    for (String line : failures) {
      assertTrue(
          line.startsWith("the ONNX runtime's native library can't be loaded from " + temporary),
          line);
      assertTrue(line.contains("mounted noexec"), line);
      assertTrue(line.contains("start Java with -Djava.io.tmpdir=FOLDER"), line);
    }
    home = file;
    for (String line : start(noexec(temporary), List.of())) {
      assertTrue(
          line.startsWith("the tokenizer's native library can't be loaded from " + temporary),
          line);
      assertTrue(line.contains("start Java with -Djava.io.tmpdir=FOLDER"), line);
    }
  }

  @Test
  void namesHomeWithoutExecution() throws Exception {
    List<String> failures = start(noexec(home), List.of());
    assertEquals(2, failures.size());
    for (String line : failures) {
      assertTrue(
          line.startsWith("the tokenizer's native library can't be loaded from " + home), line);
      assertTrue(line.contains("set ENGINE_CACHE_DIR=FOLDER"), line);
    }
  }

  @Test
  void warnsOfNoGraphicsCard() throws Exception {
    Path compiler = Path.of("/usr/bin/cc");
    assumeTrue(Files.isExecutable(compiler), "needs a C compiler");
    Path source = folder.resolve("cuda.c");
    Files.writeString(
        source,
        """
        int cudaGetDeviceCount(int *count) { *count = 0; return 35; }
        const char *cudaGetErrorString(int error) { return "no driver"; }
        """);
    run(List.of(compiler.toString(), "-shared", "-fPIC", "-o", "libcudart.so", source.toString()));
    assertEquals(
        STARTED, start(List.of("env", "LD_LIBRARY_PATH=" + folder), List.of()), "without a driver");
    assertEquals(
        STARTED,
        start(
            inNamespace("mount -t tmpfs none /sys/class && mkdir -p /sys/class/drm/card0/device"),
            List.of()),
        "with a card that is no GPU");
  }

  /** Returns a command that mounts a folder so that no code can be loaded from it. */
  private List<String> noexec(Path mounted) throws Exception {
    return inNamespace("mount -t tmpfs -o noexec,mode=700 none " + mounted);
  }

  /** Returns a command that runs another one after a change to its own view of the file system. */
  private List<String> inNamespace(String change) throws Exception {
    List<String> wrapper =
        List.of("/usr/bin/unshare", "-m", "sh", "-c", change + " && exec \"$0\" \"$@\"");
    assumeTrue(
        Files.isExecutable(Path.of(wrapper.get(0))) && run(concat(wrapper, List.of("true"))) == 0,
        "needs Linux, and the right to mount");
    return wrapper;
  }

  /** Puts a file that is no library where DJL looks for it. */
  private void plantLibrary(Path cache) throws Exception {
    Path good = Files.createDirectory(folder.resolve("good"));
    assertEquals(STARTED, start(List.of(), List.of("-DENGINE_CACHE_DIR=" + good)));
    Files.createDirectories(cache);
    Files.move(good.resolve("tokenizers"), cache.resolve("tokenizers"));
    Files.delete(good);
    try (Stream<Path> tree = Files.walk(cache)) {
      for (Path library : tree.filter(Files::isRegularFile).toList()) {
        Files.writeString(library, "planted");
      }
    }
  }

  private static void shareWithAll(Path shared) throws IOException {
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** Returns what is left there, except for a folder that the ONNX runtime leaves. */
  private List<String> leftInTemporaryFolder() throws IOException {
    return list(temporary).stream().filter(name -> !name.startsWith("onnxruntime-java")).toList();
  }

  private static List<String> list(Path listed) throws IOException {
    try (Stream<Path> files = Files.list(listed)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Returns all that a child process prints, also to standard error. */
  private List<String> start(List<String> wrapper, List<String> options) throws Exception {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(command::add);
    command.addAll(options);
    command.add("-Duser.home=" + home);
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), StartProbe.class.getName()));
    run(command);
    return Files.readAllLines(folder.resolve("output"));
  }

  private int run(List<String> command) throws Exception {
    File output = folder.resolve("output").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    builder
        .environment()
        .keySet()
        .removeAll(List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR", "RUST_LIBRARY_PATH"));
    return builder.start().waitFor();
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
