package io.msgvault.embed.benchmarks;

import io.msgvault.embed.cli.mail.MailParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A message of a real mailbox. */
record Post(String subject, String text, String html) {
  private static final Path POSTS = Path.of("..", "shared", "data", "newsgroups.mbox");

  /** The mailbox of the project. */
  static final Path SAMPLE = Path.of("dev", "sample", "sample.mbox");

  private static final String SEPARATOR = "From ";
  private static final Pattern REPLY_PREFIXES = Pattern.compile("(?i)^(\\s*re:)+\\s*");

  /**
   * Returns the mailbox of newsgroup posts: the one that the environment variable {@code
   * BENCH_MAIL} names, or {@code newsgroups.mbox} beside the project.
   */
  static Optional<Path> mailbox() {
    return Stream.of(Optional.ofNullable(System.getenv("BENCH_MAIL")).map(Path::of).orElse(POSTS))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** Returns the mailbox of newsgroup posts, or the sample of the project. */
  static Path anyMailbox() {
    return mailbox().orElse(SAMPLE);
  }

  /** Reads a mailbox whose messages each begin with a line {@code From …} after an empty one. */
  static List<Post> read(Path mailbox) throws IOException {
    List<Post> posts = new ArrayList<>();
    StringBuilder message = new StringBuilder();
    // Each byte becomes one character, so that the parser gets the original bytes.
    for (String line : Files.readAllLines(mailbox, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(SEPARATOR) && (message.isEmpty() || endsParagraph(message))) {
        parse(message).ifPresent(posts::add);
        message.setLength(0);
      } else {
        message.append(line).append('\n');
      }
    }
    parse(message).ifPresent(posts::add);
    return posts;
  }

  /** Returns the subject without what replies put before it. */
  String topic() {
    return REPLY_PREFIXES.matcher(subject).replaceFirst("").strip();
  }

  private static boolean endsParagraph(StringBuilder message) {
    return message.lastIndexOf("\n\n") == message.length() - 2;
  }

  private static Optional<Post> parse(StringBuilder message) {
    String source = message.toString();
    return MailParser.parse(new ByteArrayInputStream(source.getBytes(StandardCharsets.ISO_8859_1)))
        .mail()
        .map(mail -> new Post(mail.subject(), mail.text(), mail.html()));
  }
}
