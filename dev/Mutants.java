import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Plants each fault of {@code dev/mutations} by itself, and runs the tests that should find it.
 *
 * <p>It compiles one changed source against the classes of the build, and puts the result in front
 * of the class path of the tests. So a fault costs the time of its tests and some seconds.
 */
class Mutants {
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final String TITLE = "== ";

  /** The status of a process that was killed. */
  private static final int TIMED_OUT = 128 + 9;

  /**
   * A fault.
   *
   * @param module the file that lists it
   * @param file the source, from the root of the repository
   * @param before what stands there, once
   * @param tests the sources of test classes; {@code #} and rules or methods of the kit limit one
   */
  private record Mutant(
      String module,
      String title,
      String kind,
      Path file,
      String before,
      String after,
      List<String> tests) {

    String planted() throws IOException {
      String source = Files.readString(file);
      int at = source.indexOf(before);
      if (at < 0 || source.indexOf(before, at + 1) >= 0) {
        throw new IllegalStateException(
            module + ": " + title + ": " + file + " must have this text once: " + before);
      }
      return source.substring(0, at) + after + source.substring(at + before.length());
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    List<Mutant> all = readAll();
    for (Mutant mutant : all) {
      String unused = mutant.planted(); // all of them, before the first is run
    }
    if (args[0].equals("check")) {
      System.out.println(all.size() + " faults can be planted");
      return;
    }
    List<String> words = List.of(args).subList(2, args.length);
    List<Mutant> chosen =
        all.stream()
            .filter(
                mutant ->
                    words.isEmpty()
                        || words.stream()
                            .anyMatch(word -> (mutant.module + " " + mutant.title).contains(word)))
            .toList();
    System.exit(new Mutants(Path.of(args[1])).run(chosen) ? 0 : 1);
  }

  private final Path work;
  private final Map<String, int[]> counts = new TreeMap<>(); // by module: faults, found
  private final List<String> survivors = new ArrayList<>();
  private final Set<String> passing = new HashSet<>();

  private Mutants(Path work) {
    this.work = work;
  }

  private boolean run(List<Mutant> mutants) throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (Mutant mutant : mutants) {
      long began = System.nanoTime();
      String by = finder(mutant);
      int[] count = counts.computeIfAbsent(mutant.module, module -> new int[2]);
      count[0]++;
      if (by.isEmpty()) {
        survivors.add(mutant.module + ": " + mutant.title);
      } else {
        count[1]++;
      }
      System.out.printf(
          "%-8s %s: %s (%s)%s, %d s%n",
          by.isEmpty() ? "SURVIVES" : "found",
          mutant.module,
          mutant.title,
          mutant.kind,
          by.isEmpty() ? "" : " by " + by,
          seconds(began));
    }
    System.out.println();
    counts.forEach(
        (module, count) ->
            System.out.printf("%-10s %2d faults, %2d found%n", module, count[0], count[1]));
    System.out.printf("%d survive, %d s%n", survivors.size(), seconds(start));
    return survivors.isEmpty();
  }

  private static long seconds(long since) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
  }

  /** Returns the test that finds a fault; empty if none does. */
  private String finder(Mutant mutant) throws IOException, InterruptedException {
    Path classes = emptyFolder(work.resolve("classes"));
    Path source = emptyFolder(work.resolve("source")).resolve(mutant.file.getFileName());
    Files.writeString(source, mutant.planted());
    Path compiled = work.resolve("compiler.txt");
    int status =
        start(
            compiled,
            List.of(
                tool("javac"),
                "-nowarn",
                "-proc:none",
                "-parameters",
                "--release",
                "17",
                "-d",
                classes.toString(),
                "-cp",
                classPath(mutant.file),
                source.toString()));
    if (status != 0) {
      throw new IllegalStateException(
          mutant.title + " does not compile:\n" + Files.readString(compiled));
    }
    for (String test : mutant.tests) {
      Optional<String> failed = failure(test, classes);
      if (failed.isPresent()) {
        requirePassesUnchanged(test);
        return Path.of(test.replaceAll("\\.java.*", "")).getFileName() + "#" + failed.get();
      }
    }
    return "";
  }

  /** Returns the first test that fails. One that does not end has found the fault, too. */
  private Optional<String> failure(String test, Path classes) throws IOException, InterruptedException {
    String[] parts = test.split("#", 2);
    String name =
        parts[0]
            .substring(parts[0].indexOf("src/test/java/") + "src/test/java/".length())
            .replace(".java", "")
            .replace('/', '.');
    String path = classes + File.pathSeparator + classPath(Path.of(parts[0]));
    Path jar = work.resolve("junit-platform-console-standalone.jar");
    List<String> command =
        new ArrayList<>(
            List.of(
                tool("java"),
                "-Xmx2g",
                "-Djava.awt.headless=true",
                "-Dmsgvault.testkit.report=" + work.resolve("conformance"),
                "-cp",
                path + File.pathSeparator + jar,
                "org.junit.platform.console.ConsoleLauncher",
                "execute",
                "--disable-banner",
                "--details=testfeed",
                "--disable-ansi-colors",
                "--fail-if-no-tests",
                "--include-classname=.*"));
    command.addAll(List.of("-c", name));
    if (parts.length == 2) {
      command.add(1, "-Dmsgvault.testkit.only=" + parts[1]);
    }
    return runUntilFailure(test, command);
  }

  /** Returns the first test that fails; empty if all pass. */
  private Optional<String> runUntilFailure(String test, List<String> command)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread limit = timeLimit(process);
    List<String> output = new ArrayList<>();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
        if (line.endsWith(":: FAILED")) {
          end(process);
          return Optional.of(line.replaceAll(".* > |\\(.*| :: FAILED", ""));
        }
      }
    } finally {
      limit.interrupt();
    }
    return switch (process.waitFor()) {
      case 0 -> Optional.empty();
      case TIMED_OUT -> Optional.of("a test that does not end");
      default -> throw new IllegalStateException(test + " does not run:\n" + String.join("\n", output));
    };
  }

  private static Thread timeLimit(Process process) {
    Thread limit =
        new Thread(
            () -> {
              try {
                Thread.sleep(LONGEST.toMillis());
                end(process);
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            });
    limit.setDaemon(true);
    limit.start();
    return limit;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** A test that fails over the sources as they are finds no fault. */
  private void requirePassesUnchanged(String test) throws IOException, InterruptedException {
    if (passing.add(test)) {
      Optional<String> failed = failure(test, emptyFolder(work.resolve("classes")));
      if (failed.isPresent()) {
        throw new IllegalStateException(test + " fails without a fault: " + failed.get());
      }
    }
  }

  private static int start(Path output, List<String> command)
      throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start()
        .waitFor();
  }

  private static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** Returns the class path of a module's tests; the build has written its dependencies. */
  private static String classPath(Path fileOfModule) throws IOException {
    Path target = fileOfModule.getName(0).resolve("target");
    return String.join(
        File.pathSeparator,
        target.resolve("test-classes").toString(),
        target.resolve("classes").toString(),
        Files.readString(target.resolve("test.classpath")).strip());
  }

  private static Path emptyFolder(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> old = Files.walk(folder)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    return Files.createDirectories(folder);
  }

  private static List<Mutant> readAll() throws IOException {
    List<Mutant> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("dev/mutations"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".mutants")).sorted().toList()) {
        String module = file.getFileName().toString().replace(".mutants", "");
        String[] blocks = ("\n" + Files.readString(file)).split("\n" + TITLE);
        for (int i = 1; i < blocks.length; i++) {
          all.add(read(module, blocks[i]));
        }
      }
    }
    return all;
  }

  /** Reads a title, lines of settings, and the texts before and after. */
  private static Mutant read(String module, String block) {
    int before = block.indexOf("\n---\n");
    int after = block.indexOf("\n+++\n");
    List<String> head = block.substring(0, before).lines().toList();
    return new Mutant(
        module,
        head.get(0),
        setting(head, "kind: "),
        Path.of(setting(head, "file: ")),
        block.substring(before + 5, after),
        block.substring(after + 5).stripTrailing(),
        head.stream()
            .filter(line -> line.startsWith("tests: "))
            .map(line -> line.substring("tests: ".length()))
            .toList());
  }

  private static String setting(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no line '" + name + "' in " + head));
  }
}
