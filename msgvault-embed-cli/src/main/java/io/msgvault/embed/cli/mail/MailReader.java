package io.msgvault.embed.cli.mail;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads all mail in files and folders, one message after the other. Files that are packed are read
 * through; nothing is written. A problem with a file or a message never ends the reading: the
 * {@link Listener} hears of it, and the next one is read.
 */
public final class MailReader {
  /** How often a file may be packed: once for itself, and once within a zip file. */
  private static final int MAX_PACKED = 2;

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

    /** Receives a mail that was passed over, because a mail program has marked it as deleted. */
    void deleted(String location);

    /** Receives a file in a folder that was skipped, because it holds no mail. */
    void skipped(String location);

    /**
     * Receives a file or folder that could not be read, or not to its end.
     *
     * @param location the file or folder
     * @param problem the reason, without text of the file
     */
    void unreadable(String location, String problem);

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

  private void readFile(Path file) {
    FileReader reader = new FileReader(file);
    try {
      reader.read();
      if (reader.unpacked.isCutShort()) {
        listener.unreadable(file.toString(), "not read to its end, it ends too early");
      }
    } catch (IOException e) {
      String extent = reader.anyMail ? "not read to its end, " : "not read, ";
      listener.unreadable(file.toString(), extent + reason(e));
    }
    bytesRead += reader.size;
    listener.progress(bytesRead);
  }

  private static String reason(Exception e) {
    Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
    if (cause instanceof UnpackLimitException limit) {
      return String.valueOf(limit.getMessage());
    }
    if (cause instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (cause instanceof AccessDeniedException) {
      return "its permissions do not allow it";
    }
    if (cause instanceof EOFException) {
      return "it ends too early";
    }
    return cause instanceof ZipException
        ? "it is damaged, or encrypted"
        : cause.getClass().getSimpleName();
  }

  /** Reads one file. */
  private final class FileReader {
    private final Path file;
    private long size;
    private Unpacked unpacked = new Unpacked(0);
    private boolean anyMail;

    /** Returns how much of the file has been read. */
    private LongSupplier position = () -> 0;

    FileReader(Path file) {
      this.file = file;
    }

    void read() throws IOException {
      size = Files.size(file);
      unpacked = new Unpacked(size);
      try (CountingStream counted = new CountingStream(Files.newInputStream(file));
          BufferedInputStream in = new BufferedInputStream(counted)) {
        if (MailFile.format(MailFile.head(in)) != MailFile.Format.ZIP) {
          position = counted::count;
          readContent(file.toString(), in, 0);
          return;
        }
      }
      readZip();
    }

    private void readZip() throws IOException {
      try (ZipFile zip = MailFile.openZip(file)) {
        long done = 0;
        for (Iterator<? extends ZipEntry> entries = zip.stream().iterator();
            entries.hasNext() && !listener.isStopped(); ) {
          ZipEntry entry = entries.next();
          long read = done;
          long start = unpacked.bytes();
          double ratio = (double) entry.getCompressedSize() / Math.max(1, entry.getSize());
          position = () -> read + (long) (ratio * (unpacked.bytes() - start));
          try {
            readEntry(zip, entry);
          } catch (ZipException e) { // the files beside it may be sound
            listener.unreadable(file + ", " + entry.getName(), "not read, " + reason(e));
          }
          done += entry.getCompressedSize();
        }
      }
    }

    private void readEntry(ZipFile zip, ZipEntry entry) throws IOException {
      String location = file + ", " + entry.getName();
      switch (MailFile.content(zip, entry)) {
        case MAIL -> {
          try (BufferedInputStream in =
              new BufferedInputStream(unpacked.watch(zip.getInputStream(entry)))) {
            readContent(location, in, 1);
          }
        }
        case DELETED_MAIL -> listener.deleted(location);
        case OTHER -> {
          if (!entry.isDirectory()) {
            listener.skipped(location);
          }
        }
      }
    }

    /**
     * Reads what a stream holds.
     *
     * @param packed how often it was packed
     */
    private void readContent(String location, BufferedInputStream in, int packed)
        throws IOException {
      switch (MailFile.format(MailFile.head(in))) {
        case GZIP, ZIP -> readPacked(location, in, packed);
        case MAILBOX -> readMailbox(location, in);
        case OUTLOOK -> refuse(location, "it is an Outlook .msg file; save it as .eml");
        case APPLE_MAIL -> readMail(location, new MailStream(in, readSizeLine(in)), packed);
        case MAIL -> readMail(location, in, packed);
      }
    }

    private void readPacked(String location, BufferedInputStream in, int packed)
        throws IOException {
      if (packed == MAX_PACKED || MailFile.format(MailFile.head(in)) == MailFile.Format.ZIP) {
        refuse(location, "it is packed more than once; unpack it and import the files");
        return;
      }
      try (BufferedInputStream content =
          new BufferedInputStream(unpacked.watch(new GZIPInputStream(in)))) {
        readContent(location, content, packed + 1);
      }
    }

    private void refuse(String location, String problem) {
      listener.mail(new ParsedMail.NotMail(problem), location, size);
    }

    private void readMail(String location, InputStream in, int packed) throws IOException {
      long start = unpacked.bytes();
      ParsedMail parsed = parse(in);
      long bytes = packed == 0 ? size : unpacked.bytes() - start;
      anyMail = true;
      listener.mail(unpacked.isCutShort() ? cutShort(parsed) : parsed, location, bytes);
      listener.progress(bytesRead + position.getAsLong());
    }

    private void readMailbox(String location, InputStream in) throws IOException {
      MboxReader mailbox = new MboxReader(new LineEnds(in));
      Optional<MboxReader.Body> next = mailbox.nextMessage();
      for (int number = 1; next.isPresent() && !listener.isStopped(); number++) {
        MboxReader.Body body = next.get();
        String place = location + ", message " + number + " at byte " + body.start();
        if (body.isDeleted()) {
          next = mailbox.nextMessage();
          listener.deleted(place);
        } else {
          ParsedMail parsed = parse(body).map(mail -> mail.orSentAt(body.postmarkDate()));
          next = mailbox.nextMessage();
          boolean cut = next.isEmpty() && unpacked.isCutShort();
          listener.mail(cut ? cutShort(parsed) : parsed, place, body.size());
        }
        anyMail = true;
        listener.progress(bytesRead + position.getAsLong());
      }
    }

    private static ParsedMail parse(InputStream in) throws IOException {
      try {
        return MailParser.parse(in);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private static ParsedMail cutShort(ParsedMail parsed) {
      return parsed instanceof ParsedMail.Complete complete
          ? new ParsedMail.Partial(complete.content(), "its file ends too early")
          : parsed;
    }

    /** Reads the first line of a mail that Apple's program has saved. */
    private static long readSizeLine(InputStream in) throws IOException {
      long bytes = 0;
      for (int c = in.read(); c != '\n'; c = in.read()) {
        bytes = c >= '0' && c <= '9' ? 10 * bytes + c - '0' : bytes;
      }
      return bytes;
    }
  }

  /** Counts the bytes that are read. */
  private static final class CountingStream extends FilterInputStream {
    private long count;

    CountingStream(InputStream in) {
      super(in);
    }

    long count() {
      return count;
    }

    @Override
    public int read() throws IOException {
      int c = super.read();
      count += c < 0 ? 0 : 1;
      return c;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int read = super.read(target, from, length);
      count += Math.max(0, read);
      return read;
    }
  }

  private final class ReadingVisitor implements MailFinder.Visitor {
    @Override
    public void mail(Path file) {
      if (!listener.isStopped()) {
        readFile(file);
      }
    }

    @Override
    public void deleted(Path file) {
      listener.deleted(file.toString());
    }

    @Override
    public void skipped(Path file) {
      listener.skipped(file.toString());
    }

    @Override
    public void unreadable(Path path, Exception cause) {
      listener.unreadable(path.toString(), "not read, " + reason(cause));
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
    public void deleted(Path file) {
      // A file that is passed over is not read.
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
