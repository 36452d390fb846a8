package io.msgvault.embed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.store.Message;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mail that is made to break its reader. Each is read in bounded memory, in a process that has
 * little. None keeps the mail beside it from being imported.
 */
class MalformedMailTest {
  private static final int MEGABYTE = 1 << 20;
  private static final String HEAP = "-Xmx96m";
  private static final String FIELDS =
      "From: a@example.org\nMessage-ID: <%s@example.org>\nSubject: %s\n";

  @TempDir private Path folder;

  @Test
  void longLinesNeedBoundedMemory() throws Exception {
    mail("header-line", out -> repeat(out, "X-Long: ", "x", 100 * MEGABYTE));
    mail("subject-line", out -> repeat(out, "", " =?utf-8?q?y=C3=A9?=", 100 * MEGABYTE));
    mail("body-line", out -> repeat(out, "\nx y ", "x", 100 * MEGABYTE));
    mail("html-line", out -> repeat(out, "Content-Type: text/html\n\n", "<b>&", 100 * MEGABYTE));
    mail(
        "base64-line",
        out ->
            repeat(
                out,
                "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n",
                "QUJD",
                100 * MEGABYTE));
    write(
        "postmark.mbox",
        out -> repeat(out, "From a Thu Apr  1 00:00:00 1993 ", "x", 100 * MEGABYTE));
    requireImported("body-line", "html-line", "base64-line");
  }

  @Test
  void deepNestingNeedsBoundedMemory() throws Exception {
    mail(
        "parts",
        out -> {
          for (int i = 0; i < 30_000; i++) {
            print(out, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n".formatted(i, i));
          }
        });
    mail(
        "messages",
        out -> repeat(out, "", "Content-Type: message/rfc822\n\nSubject: s\n", 4 * MEGABYTE));
    mail(
        "alternatives",
        out -> {
          for (int i = 0; i < 40; i++) {
            print(
                out,
                "Content-Type: multipart/mixed; boundary=b%1$d\n\n--b%1$d\n\n%2$s\n--b%1$d\n"
                    .formatted(i, "text & more ".repeat(20_000)));
          }
        });
    for (String field : List.of("To", "Date", "Content-Type", "Content-Disposition")) {
      mail("comments-" + field, out -> repeat(out, field + ": ", "(", MEGABYTE - 100));
    }
    mail("groups", out -> repeat(out, "To: ", "a:", MEGABYTE - 100));
    mail("routes", out -> repeat(out, "To: ", "<@", MEGABYTE - 100));
    requireImported("parts", "messages", "alternatives", "comments-To");
  }

  @Test
  void manyFieldsAndPartsNeedBoundedMemory() throws Exception {
    mail("fields", out -> repeat(out, "", "X-Flood: of fields\n", 20 * MEGABYTE));
    mail("folded", out -> repeat(out, "X-Flood: of lines", "\n more", 20 * MEGABYTE));
    mail("addresses", out -> repeat(out, "To: a@example.org", ",\n a@example.org", 10 * MEGABYTE));
    mail("to-fields", out -> repeat(out, "", "To: a@example.org, b@example.org\n", 10 * MEGABYTE));
    mail("labels", out -> repeat(out, "Keywords: a", ",\n \"b, c\"", 10 * MEGABYTE));
    mail(
        "small-parts",
        out ->
            repeat(
                out, "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", 40 * MEGABYTE));
    mail(
        "attachments",
        out ->
            repeat(
                out,
                "Content-Type: multipart/mixed; boundary=b\n\n",
                "--b\nContent-Disposition: attachment; filename=" + "n".repeat(9_000) + "\n\nx\n",
                40 * MEGABYTE));
    mail(
        "name-pieces",
        out -> {
          print(out, "Content-Type: application/pdf");
          for (int i = 0; i < 60_000; i++) {
            print(out, "; name*" + i + "*=%41");
          }
          print(out, "\n\nx\n");
        });
    mail(
        "ampersands",
        out -> {
          repeat(out, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n", "&", 5 * MEGABYTE);
          print(out, "\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n");
        });
    requireImported("fields", "small-parts", "attachments", "ampersands");
  }

  @FunctionalInterface
  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  private void mail(String name, Content content) throws IOException {
    write(
        name + ".eml",
        out -> {
          print(out, FIELDS.formatted(name, name));
          content.write(out);
        });
  }

  private void write(String name, Content content) throws IOException {
    Path in = Files.createDirectories(folder.resolve("in"));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(in.resolve(name)))) {
      content.write(out);
    }
  }

  private static void print(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Writes the beginning, and then the text repeatedly, up to a number of bytes. */
  private static void repeat(OutputStream out, String prefix, String text, int bytes)
      throws IOException {
    print(out, prefix);
    byte[] block =
        text.repeat(Math.max(1, 8192 / text.length())).getBytes(StandardCharsets.US_ASCII);
    for (int written = 0; written < bytes; written += block.length) {
      out.write(block, 0, Math.min(block.length, bytes - written));
    }
  }

  /** Imports all in a process with little memory; these and the mail beside them must be there. */
  private void requireImported(String... subjects) throws IOException, InterruptedException {
    write("zz-good.eml", out -> print(out, SampleMail.mail("good", "good mail", "good text")));
    Path db = folder.resolve("archive.db");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                MsgvaultEmbed.class.getName(),
                "import",
                folder.resolve("in").toString(),
                "--verbose",
                "--db",
                db.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    Set<String> stored;
    try (SqliteMessageStore messages = SqliteMessageStore.openReadOnly(db)) {
      stored =
          messages.find(LongStream.rangeClosed(1, 100).boxed().toList(), 1).stream()
              .map(Message::subject)
              .collect(Collectors.toSet());
    }
    for (String subject : subjects) {
      assertTrue(stored.contains(subject), () -> subject + " is missing: " + output);
    }
    assertTrue(stored.contains("good mail"), output);
  }
}
