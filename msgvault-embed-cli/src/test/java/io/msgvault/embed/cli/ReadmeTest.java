package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.cli.output.ExitCode;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the statements of README.md and docs/ hold. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  @Test
  void javaCompiles(@TempDir Path classes) throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    List<JavaFileObject> sources = new ArrayList<>();
    for (Matcher block = JAVA.matcher(readme); block.find(); ) {
      sources.add(source("Example" + sources.size(), block.group(1)));
    }
    assertTrue(!sources.isEmpty());
    StringWriter problems = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    boolean compiled =
        compiler
            .getTask(
                problems,
                null,
                null,
                List.of(
                    "-d",
                    classes.toString(),
                    "-proc:none",
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                sources)
            .call();
    assertTrue(compiled, problems.toString());
  }

  @Test
  void linksResolve() throws IOException {
    for (Path from : pages()) {
      for (Matcher link = LINK.matcher(Files.readString(from)); link.find(); ) {
        Path target = from.resolveSibling(link.group(1));
        assertTrue(Files.exists(target), from + " links to " + link.group(1));
      }
    }
  }

  @Test
  void exitCodesMatchCommand() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/the-command.md"));
    for (int code :
        new int[] {
          ExitCode.OK,
          ExitCode.FAILED,
          ExitCode.USAGE,
          ExitCode.NOT_READY,
          ExitCode.BUSY,
          ExitCode.INTERRUPTED
        }) {
      assertEquals(1, page.split("\n\\| " + code + " \\|", -1).length - 1, "exit code " + code);
    }
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    assertTrue(pages.size() > 10);
    return pages;
  }

  /** Makes a class of a snippet: its imports, and a method with its statements. */
  private static JavaFileObject source(String name, String block) {
    StringBuilder imports = new StringBuilder();
    StringBuilder statements = new StringBuilder();
    block
        .lines()
        .forEach(
            line -> (line.startsWith("import ") ? imports : statements).append(line).append('\n'));
    String source =
        imports
            + "public class "
            + name
            + " {\n  void run() throws Exception {\n"
            + statements
            + "  }\n}\n";
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
      }
    };
  }
}
