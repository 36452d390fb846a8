package io.msgvault.embed.cli.mail;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Reads the awkward messages of a folder that may lie beside the clone. */
class AwkwardMailTest {
  private static final Path FOLDER = Path.of("..", "..", "shared", "data", "mime");

  @TestFactory
  Stream<DynamicTest> awkwardMailIsRead() throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(FOLDER), "the shared data is not beside this clone");
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> read(file)));
    }
  }

  private static void read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      assertFalse(MailParser.parse(in) instanceof ParsedMail.Partial, "it was not read whole");
    }
  }
}
