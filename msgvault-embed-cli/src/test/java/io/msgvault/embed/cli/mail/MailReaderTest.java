package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailReaderTest {
  private static final String POSTMARK = "From a@example.org Thu Apr  1 00:00:00 1993\n";

  @TempDir private Path folder;

  private final List<String> events = new ArrayList<>();
  private final List<Instant> times = new ArrayList<>();
  private long bytes;
  private int stopAfter = Integer.MAX_VALUE;

  private final MailReader reader =
      new MailReader(
          new MailReader.Listener() {
            @Override
            public void mail(ParsedMail parsed, String where, long size) {
              parsed.mail().flatMap(Mail::sentAt).ifPresent(times::add);
              events.add(
                  parsed instanceof ParsedMail.Partial partial
                      ? "partly read: " + partial.problem()
                      : parsed.mail().map(Mail::subject).orElse("no mail"));
            }

            @Override
            public void progress(long sum) {
              bytes = sum;
            }

            @Override
            public void deleted(String where) {
              events.add("deleted " + Path.of(where).getFileName());
            }

            @Override
            public void skipped(String where) {
              events.add("skipped " + Path.of(where).getFileName());
            }

            @Override
            public void unreadable(String where, String problem) {
              events.add("unreadable " + Path.of(where).getFileName() + ": " + problem);
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
    write("cur/6:2,ST", "Subject: thrown away\n\nx");
    write("lone/cur/five", "Subject: no maildir\n\nx");
    reader.read(folder);
    assertEquals(
        List.of(
            "at work",
            "skipped .hidden",
            "seen",
            "deleted 6:2,ST",
            "skipped five",
            "unseen",
            "skipped 3"),
        events);
  }

  @Test
  void readsFoldersOfMailPrograms() throws IOException {
    write("mh/1", "Subject: mh\nTo: b\n\nx");
    write("mh/2", "\ufeffTo: b\nSubject: mark\n\nx");
    write("mh/3", "1. Buy milk\n2. Note: no sugar\n");
    write("mh/,4", "Subject: removed\n\nx");
    write("mh/mbox", "no extension, no postmark\n");
    write("mh/.mh_sequences", "cur: 2\n");
    write("thunderbird/Inbox", "From \r\nSubject: bare\r\n\r\nx\r\n");
    write("thunderbird/Inbox.msf", "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n");
    write("thunderbird/Old", POSTMARK.replace("\n", "\r") + "Subject: old Macintosh\r\rx\r");
    write("thunderbird/Trash", "From - \nX-Mozilla-Status: 0008\nSubject: gone\n\nx\n");
    write("zz.emlx", "16\nSubject: apple\n\nx<?xml version=\"1.0\"?>\n<plist/>\n");
    reader.read(folder);
    assertEquals(
        List.of(
            "skipped ,4",
            "skipped .mh_sequences",
            "mh",
            "mark",
            "skipped 3",
            "skipped mbox",
            "bare",
            "skipped Inbox.msf",
            "old Macintosh",
            "deleted Trash, message 1 at byte 8",
            "apple"),
        events);
    assertEquals(MailReader.totalBytes(List.of(folder)), bytes);
  }

  @Test
  void readsPackedFiles() throws IOException {
    String mailbox = POSTMARK + "Subject: first\n\nx\n\n" + "From \nSubject: second\n\ny\n";
    Files.write(folder.resolve("a.mbox.gz"), gzip(mailbox));
    Files.write(folder.resolve("b.txt.gz"), gzip("nothing"));
    Files.write(
        folder.resolve("c.zip"),
        zip(
            Map.of(
                "../../escape.mbox", mailbox.getBytes(ISO_8859_1),
                "Mail/all.mbox.gz", gzip(mailbox),
                "Mail/index.html", "<p>".getBytes(ISO_8859_1),
                "cur/7:2,T", "Subject: away\n\n".getBytes(ISO_8859_1),
                "mh/1", "Subject: number\n\n".getBytes(ISO_8859_1))));
    Files.write(folder.resolve("d.zip"), zip(Map.of("photo.jpg", new byte[] {1, 2})));
    reader.read(folder);
    assertEquals(
        List.of(
            "first",
            "second",
            "skipped b.txt.gz",
            "first",
            "second",
            "first",
            "second",
            "skipped index.html",
            "deleted 7:2,T",
            "number",
            "skipped d.zip"),
        events);
    assertEquals(MailReader.totalBytes(List.of(folder)), bytes);
    assertEquals(4, folder.toFile().list().length);
  }

  @Test
  void packedFileThatIsCutOffIsReadAsFarAsItGoes() throws IOException {
    byte[] whole = gzip(randomMailbox(200));
    Files.write(folder.resolve("a.mbox.gz"), Arrays.copyOf(whole, whole.length / 2));
    reader.read(folder);
    assertTrue(events.size() > 50, events::toString);
    assertEquals(1, events.stream().filter("partly read: its file ends too early"::equals).count());
    assertEquals(
        "unreadable a.mbox.gz: not read to its end, it ends too early",
        events.get(events.size() - 1));
  }

  @Test
  void packedFileThatGrowsTooMuchEndsAtTheLimit() throws IOException {
    String bomb = POSTMARK + "Subject: bomb\n\n" + "0".repeat(80_000_000);
    Files.write(folder.resolve("a.mbox.gz"), gzip(bomb));
    Files.write(folder.resolve("b.zip"), zip(Map.of("b.mbox", bomb.getBytes(ISO_8859_1))));
    write("c.eml", "Subject: after\n\nx");
    reader.read(folder);
    String limit =
        ": not read, it unpacks to more than 200 times its size; if you trust it, unpack it and"
            + " import the files";
    assertEquals(
        List.of("unreadable a.mbox.gz" + limit, "unreadable b.zip" + limit, "after"), events);
  }

  @Test
  void damagedPackedFilesAreNamed() throws IOException {
    Files.write(folder.resolve("a.gz"), new byte[] {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    Files.write(folder.resolve("b.zip"), new byte[] {'P', 'K', 3, 4, 5});
    Files.write(folder.resolve("c.zip"), zip(Map.of("d.eml", zip(Map.of("e.eml", new byte[9])))));
    reader.read(folder);
    assertEquals(
        List.of(
            "unreadable a.gz: not read, it is damaged, or encrypted",
            "unreadable b.zip: not read, it is damaged, or encrypted",
            "no mail"),
        events);
  }

  @Test
  void damagedFileWithinZipDoesNotHideTheOthers() throws IOException {
    byte[] mail = "Subject: sound\n\nx".getBytes(ISO_8859_1);
    for (String name : List.of("a.eml", "a.dat")) {
      byte[] zip = zip(Map.of(name, mail, "b.eml", mail));
      zip[30 + name.length()] = (byte) 0xff; // the first byte of the first file
      Files.write(folder.resolve(name + ".zip"), zip);
    }
    reader.read(folder);
    String problem = ": not read, it is damaged, or encrypted";
    assertEquals(
        List.of(
            "unreadable a.dat.zip, a.dat" + problem,
            "sound",
            "unreadable a.eml.zip, a.eml" + problem,
            "sound"),
        events);
  }

  @Test
  void mailOfMailboxWithoutDateHasThatOfItsPostmark() throws IOException {
    write("a.mbox", POSTMARK + "Subject: s\n\nx\n\n" + POSTMARK + "Date: 3 Feb 2025 10:00 GMT\n\n");
    reader.read(folder);
    assertEquals(
        List.of(Instant.parse("1993-04-01T00:00:00Z"), Instant.parse("2025-02-03T10:00:00Z")),
        times);
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
    assertEquals(List.of("unreadable gone.eml: not read, it does not exist", "first"), events);
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

  /** Returns a mailbox that hardly gets smaller by packing. */
  private static String randomMailbox(int mails) {
    Random random = new Random(7);
    StringBuilder mailbox = new StringBuilder();
    for (int i = 0; i < mails; i++) {
      mailbox.append(POSTMARK).append("Subject: s\n\n");
      random.ints(500, 'a', 'z').forEach(mailbox::appendCodePoint);
      mailbox.append("\n\n");
    }
    return mailbox.toString();
  }

  private static byte[] gzip(String content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content.getBytes(ISO_8859_1));
    }
    return packed.toByteArray();
  }

  /** Packs files in the order of their names. */
  private static byte[] zip(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(packed)) {
      for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue());
      }
    }
    return packed.toByteArray();
  }
}
