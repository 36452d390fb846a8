package io.msgvault.embed.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The rules that {@code docs/contract.md} lists. */
final class Contract {
  private static final Path PAGE = Path.of("docs", "contract.md");
  private static final Pattern RULE =
      Pattern.compile("^- \\*\\*([A-Z]+-\\d+)\\*\\*", Pattern.MULTILINE);

  private Contract() {}

  static List<String> rules() {
    try {
      return RULE.matcher(Files.readString(page())).results().map(rule -> rule.group(1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path page() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve(PAGE))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(PAGE + " is in none of the folders above this one");
    }
    return folder.resolve(PAGE);
  }
}
