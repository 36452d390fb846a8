package io.msgvault.embed.cli.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Tells by its name and its first bytes what a file of a folder, or of a zip file, holds.
 *
 * <ul>
 *   <li>All files of a Maildir are mail; its flag T marks those that are deleted.
 *   <li>Files with the extension of a mail program are mail.
 *   <li>Files that begin with a postmark are mailboxes, whatever their name is.
 *   <li>Files with a number for a name, as in folders of MH, are mail if they begin with a header.
 *   <li>A {@code .gz} or {@code .zip} file is mail if a file in it is.
 * </ul>
 */
final class MailFile {
  /** What a file holds. */
  enum Content {
    /** One mail, or many. */
    MAIL,
    /** A mail that a mail program has marked as deleted. */
    DELETED_MAIL,
    /** Anything else. */
    OTHER
  }

  /** The form in which a file holds its mail. */
  enum Format {
    MAILBOX,
    MAIL,
    APPLE_MAIL,
    OUTLOOK,
    GZIP,
    ZIP
  }

  private static final int HEAD_BYTES = 4096;
  private static final Set<String> EXTENSIONS = Set.of("eml", "emlx", "msg", "mbox", "mbx");
  private static final Set<String> MAILDIR_FOLDERS = Set.of("cur", "new");

  /** The folder of a Maildir for mail that is being delivered. */
  private static final String DELIVERY_FOLDER = "tmp";

  private static final Pattern DELETED_IN_MAILDIR = Pattern.compile(".*[:;!]2,[A-Za-z]*T[A-Za-z]*");
  private static final Pattern NUMBER = Pattern.compile("\\d+\\.?");

  /** The first line of a mail that Apple's program has saved: the size of the mail in bytes. */
  private static final Pattern SIZE_LINE = Pattern.compile("(?s)(\\d{1,10})[ \\t]*\\r?\\n(.*)");

  private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

  /** The first bytes of Microsoft's compound files, such as messages that Outlook has saved. */
  private static final byte[] COMPOUND_FILE_MAGIC = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0};

  private MailFile() {}

  /** Returns what a file of a folder holds. */
  static Content content(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    try (InputStream in = Files.newInputStream(file)) {
      if (extension(name).equals("zip") && format(in.readNBytes(HEAD_BYTES)) == Format.ZIP) {
        return zipHoldsMail(file) ? Content.MAIL : Content.OTHER;
      }
    }
    try (InputStream in = Files.newInputStream(file)) {
      return content(name, maildirFolder(file), in);
    }
  }

  /** Returns what a file of a zip file holds. */
  static Content content(ZipFile zip, ZipEntry entry) throws IOException {
    List<String> path = List.of(entry.getName().split("[/\\\\]"));
    if (entry.isDirectory() || path.isEmpty()) {
      return Content.OTHER;
    }
    String folder = path.size() > 1 ? path.get(path.size() - 2) : "";
    try (InputStream in = zip.getInputStream(entry)) {
      return content(path.get(path.size() - 1), folder, in);
    }
  }

  private static Content content(String name, String maildirFolder, InputStream file)
      throws IOException {
    if (name.startsWith(".") || maildirFolder.equals(DELIVERY_FOLDER)) {
      return Content.OTHER;
    }
    if (MAILDIR_FOLDERS.contains(maildirFolder)) {
      return DELETED_IN_MAILDIR.matcher(name).matches() ? Content.DELETED_MAIL : Content.MAIL;
    }
    BufferedInputStream in = new BufferedInputStream(file);
    byte[] head = head(in);
    if (format(head) == Format.GZIP && extension(name).equals("gz")) {
      InputStream unpacked = new Unpacked(HEAD_BYTES).watch(new GZIPInputStream(in));
      return content(name.substring(0, name.length() - ".gz".length()), "", unpacked);
    }
    boolean mail =
        EXTENSIONS.contains(extension(name))
            || format(head) == Format.MAILBOX
            || (NUMBER.matcher(name).matches()
                && HeaderLines.beginsWithHeader(new String(head, ISO_8859_1)));
    return mail ? Content.MAIL : Content.OTHER;
  }

  /** Returns the form of a file that begins with these bytes. */
  static Format format(byte[] head) {
    if (begins(head, GZIP_MAGIC)) {
      return Format.GZIP;
    }
    if (begins(head, ZIP_MAGIC)) {
      return Format.ZIP;
    }
    if (begins(head, COMPOUND_FILE_MAGIC)) {
      return Format.OUTLOOK;
    }
    if (MboxReader.startsMailbox(head)) {
      return Format.MAILBOX;
    }
    var sized = SIZE_LINE.matcher(new String(head, ISO_8859_1));
    return sized.matches() && HeaderLines.beginsWithHeader(sized.group(2))
        ? Format.APPLE_MAIL
        : Format.MAIL;
  }

  /**
   * Looks at the first bytes of a file, enough to recognize its form, and mends their line ends.
   *
   * @param in the stream, which stays where it is
   */
  static byte[] head(BufferedInputStream in) throws IOException {
    in.mark(HEAD_BYTES);
    byte[] head = in.readNBytes(HEAD_BYTES);
    in.reset();
    return format(head) == Format.MAIL
        ? new LineEnds(new ByteArrayInputStream(head)).readAllBytes()
        : head;
  }

  /** Returns whether a file in it is mail, or is damaged, which the reader reports. */
  private static boolean zipHoldsMail(Path file) throws IOException {
    try (ZipFile zip = openZip(file)) {
      for (Iterator<? extends ZipEntry> files = zip.stream().iterator(); files.hasNext(); ) {
        if (mayBeMail(zip, files.next())) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean mayBeMail(ZipFile zip, ZipEntry entry) throws IOException {
    try {
      return content(zip, entry) != Content.OTHER;
    } catch (ZipException e) {
      return true;
    }
  }

  /** Opens a zip file; names that are not in UTF-8 may come out wrong, but do no harm. */
  static ZipFile openZip(Path file) throws IOException {
    return new ZipFile(file.toFile(), ISO_8859_1);
  }

  /** Returns the name of the file's folder if that is one of a Maildir. */
  private static String maildirFolder(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder != null && isInMaildir(folder) ? String.valueOf(folder.getFileName()) : "";
  }

  private static boolean isInMaildir(Path folder) {
    return MAILDIR_FOLDERS.stream()
        .allMatch(sibling -> Files.isDirectory(folder.resolveSibling(sibling)));
  }

  private static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private static boolean begins(byte[] head, byte[] magic) {
    return Arrays.mismatch(head, magic) < 0 || Arrays.mismatch(head, magic) >= magic.length;
  }
}
