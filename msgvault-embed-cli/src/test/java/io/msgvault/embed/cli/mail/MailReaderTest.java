package io.msgvault.embed.cli.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailReaderTest {
  private static final String POSTMARK = "From a@example.org Thu Apr  1 00:00:00 1993\n";

  @TempDir private Path folder;

  private final List<String> events = new ArrayList<>();
  private long bytes;
  private int stopAfter = Integer.MAX_VALUE;

  private final MailReader reader =
      new MailReader(
          new MailReader.Listener() {
            @Override
            public void mail(ParsedMail parsed, String where, long size) {
              events.add(parsed.mail().map(Mail::subject).orElse("no mail"));
            }

            @Override
            public void progress(long sum) {
              bytes = sum;
            }

            @Override
            public void skipped(Path file) {
              events.add("skipped " + file.getFileName());
            }

            @Override
            public void unreadable(Path path, Exception cause) {
              events.add("unreadable " + path.getFileName());
            }

            @Override
            public boolean isStopped() {
              return events.size() >= stopAfter;
            }
          });

  @Test
  void readsFolderInNameOrder() throws IOException {
    write("b.eml", "Subject: second\n\nx");
    write("a.EML", "Subject: first\n\nx");
    write("notes.txt", "nothing");
    write("sub/Inbox", POSTMARK + "Subject: third\n\nx\n\n" + POSTMARK + "Subject: fourth\n\ny");
    write("sub/letter", "From now on I shall write letters\n");
    reader.read(folder);
    assertEquals(
        List.of("first", "second", "skipped notes.txt", "third", "fourth", "skipped letter"),
        events);
    assertEquals(MailReader.totalBytes(List.of(folder)), bytes);
  }

  @Test
  void readsAMaildir() throws IOException {
    write("cur/1:2,S", "Subject: seen\n\nx");
    write("new/2", "Subject: unseen\n\nx");
    write("tmp/3", "Subject: half delivered\n\nx");
    write(".Work/cur/4:2,", "Subject: at work\n\nx");
    write(".Work/new/.hidden", "Subject: hidden\n\nx");
    write("lone/cur/5", "Subject: no maildir\n\nx");
    reader.read(folder);
    assertEquals(
        List.of("at work", "skipped .hidden", "seen", "skipped 5", "unseen", "skipped 3"), events);
  }

  @Test
  void readsNamedFileWithAnyExtension() throws IOException {
    write("strange.dat", "Subject: s\n\nx");
    reader.read(folder.resolve("strange.dat"));
    assertEquals(List.of("s"), events);
  }

  @Test
  void recognizesOutlookFiles() throws IOException {
    Files.write(
        folder.resolve("a.msg"), new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, 0x41});
    reader.read(folder);
    assertEquals(List.of("no mail"), events);
  }

  @Test
  void continuesAfterUnreadableFile() throws IOException {
    write("a.eml", "Subject: first\n\nx");
    reader.read(folder.resolve("gone.eml"));
    reader.read(folder.resolve("a.eml"));
    assertEquals(List.of("unreadable gone.eml", "first"), events);
  }

  @Test
  void stopsInsideMailbox() throws IOException {
    stopAfter = 2;
    write("a.mbox", (POSTMARK + "Subject: s\n\nx\n\n").repeat(5));
    write("b.eml", "Subject: later\n\nx");
    reader.read(folder);
    assertEquals(List.of("s", "s"), events);
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
