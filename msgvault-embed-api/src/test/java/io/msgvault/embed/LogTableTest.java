package io.msgvault.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares what the sources of the library log with the table in {@code docs/operations.md}. */
class LogTableTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern LOGGER = Pattern.compile("LoggerFactory\\.getLogger\\(([\\w.]+)\\)");

  private static final Pattern CALL =
      Pattern.compile("\\bLOG\\s*\\.(\\w+)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*\\+?\\s*)*)");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  private static final Pattern ROW =
      Pattern.compile("^\\| `([\\w.]+)` \\| ([A-Z]+) \\| (.+) \\|$", Pattern.MULTILINE);

  private static Set<String> logged() throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files
              .filter(
                  path ->
                      ROOT.relativize(path)
                          .toString()
                          .matches(
                              "msgvault-embed-(?!cli|benchmarks)[\\w-]+/src/main/java/.*\\.java"))
              .toList()) {
        addCalls(Files.readString(file), found);
      }
    }
    return found;
  }

  private static void addCalls(String source, Set<String> found) {
    Matcher logger = LOGGER.matcher(source);
    if (!logger.find()) {
      return;
    }
    String name = loggerName(logger.group(1), source);
    for (Matcher call = CALL.matcher(source); call.find(); ) {
      String message =
          LITERAL
              .matcher(call.group(2))
              .results()
              .map(part -> part.group(1))
              .collect(Collectors.joining());
      found.add(name + " " + call.group(1).toUpperCase(Locale.ROOT) + " " + message);
    }
  }

  private static String loggerName(String argument, String source) {
    if (argument.equals("JobLog.NAME")) {
      return EmbedJob.class.getName();
    }
    Matcher type = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE).matcher(source);
    assertTrue(type.find());
    return type.group(1) + "." + argument.replace(".class", "");
  }

  @Test
  void tableListsWhatIsLogged() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/operations.md"));
    Set<String> listed =
        ROW.matcher(page)
            .results()
            .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(String.join("\n", logged()), String.join("\n", listed));
  }
}
