package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads all mail in files and folders, one message after the other. A problem with a file or a
 * message never ends the reading: the {@link Listener} hears of it, and the next one is read.
 */
public final class MailReader {
  /** The first bytes of Microsoft's compound files, such as messages that Outlook has saved. */
  private static final byte[] COMPOUND_FILE_MAGIC = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0};

  /** Receives the mail that is read. */
  public interface Listener {
    /**
     * Receives the result of reading one mail.
     *
     * @param parsed the result
     * @param location the file, and the position in it if it holds many mails
     * @param bytes the size of the mail
     */
    void mail(ParsedMail parsed, String location, long bytes);

    /**
     * Receives the progress.
     *
     * @param bytes the bytes of all files that have been read so far
     */
    void progress(long bytes);

    /** Receives a file in a folder that was skipped, because it holds no mail. */
    void skipped(Path file);

    /** Receives a file or folder that could not be read, or not to its end. */
    void unreadable(Path path, Exception cause);

    /** Returns whether to stop before the next mail. */
    boolean isStopped();
  }

  private final Listener listener;
  private long bytesRead;

  /** Creates a reader that reports to a listener. */
  public MailReader(Listener listener) {
    this.listener = listener;
  }

  /** Returns how many bytes {@link #read} has to read of these files and folders. */
  public static long totalBytes(List<Path> paths) {
    SizeVisitor size = new SizeVisitor();
    paths.forEach(path -> MailFinder.walk(path, size));
    return size.bytes;
  }

  /** Reads a file, or all mail in a folder. */
  public void read(Path path) {
    MailFinder.walk(path, new ReadingVisitor());
  }

  private void readFile(Path file) throws IOException {
    byte[] head = MailFinder.readHead(file);
    try (InputStream in = Files.newInputStream(file)) {
      if (MboxReader.startsMailbox(head)) {
        readMailbox(file, in);
      } else {
        long size = Files.size(file);
        ParsedMail parsed =
            Arrays.mismatch(head, COMPOUND_FILE_MAGIC) >= COMPOUND_FILE_MAGIC.length
                ? new ParsedMail.NotMail("it is an Outlook .msg file; save it as .eml")
                : MailParser.parse(in);
        listener.mail(parsed, file.toString(), size);
        bytesRead += size;
        listener.progress(bytesRead);
      }
    }
  }

  private void readMailbox(Path file, InputStream in) throws IOException {
    MboxReader mailbox = new MboxReader(in);
    Optional<MboxReader.Body> next = mailbox.nextMessage();
    for (int number = 1; next.isPresent() && !listener.isStopped(); number++) {
      MboxReader.Body body = next.get();
      ParsedMail parsed = MailParser.parse(body);
      next = mailbox.nextMessage();
      String location = file + ", message " + number + " at byte " + body.start();
      listener.mail(parsed, location, body.size());
      listener.progress(bytesRead + mailbox.offset());
    }
    bytesRead += mailbox.offset();
  }

  private final class ReadingVisitor implements MailFinder.Visitor {
    @Override
    public void mail(Path file) {
      if (listener.isStopped()) {
        return;
      }
      try {
        readFile(file);
      } catch (IOException | UncheckedIOException e) {
        listener.unreadable(file, e);
      }
    }

    @Override
    public void skipped(Path file) {
      listener.skipped(file);
    }

    @Override
    public void unreadable(Path path, Exception cause) {
      listener.unreadable(path, cause);
    }
  }

  private static final class SizeVisitor implements MailFinder.Visitor {
    private long bytes;

    @Override
    public void mail(Path file) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        // A file without a size counts nothing here; read() reports it.
        bytes += 0;
      }
    }

    @Override
    public void skipped(Path file) {
      // A skipped file is not read.
    }

    @Override
    public void unreadable(Path path, Exception cause) {
      // read() reports it.
    }
  }
}
