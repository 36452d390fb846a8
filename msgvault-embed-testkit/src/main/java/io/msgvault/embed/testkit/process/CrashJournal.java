package io.msgvault.embed.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The steps that several processes note in one file. Each line is one append, so that it outlives a
 * kill of its process and all lines have one order. Clocks decide nothing.
 *
 * <p>A line is: the process, one word for what it does, and the rest.
 */
final class CrashJournal implements AutoCloseable {
  private static final int WORDS = 3;

  /** A line. */
  record Line(String process, String word, String rest) {}

  private final Path file;
  private final FileChannel end;

  private CrashJournal(Path file, FileChannel end) {
    this.file = file;
    this.end = end;
  }

  static CrashJournal open(Path file) {
    try {
      return new CrashJournal(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException("the journal can't be opened", e);
    }
  }

  void add(String process, String word, Object rest) {
    byte[] line = (process + ' ' + word + ' ' + rest + '\n').getBytes(StandardCharsets.UTF_8);
    try {
      end.write(ByteBuffer.wrap(line));
    } catch (IOException e) {
      throw new UncheckedIOException("the journal can't be written", e);
    }
  }

  /** All whole lines. */
  List<Line> lines() {
    try {
      String all = Files.readString(file);
      return all.substring(0, all.lastIndexOf('\n') + 1)
          .lines()
          .map(line -> line.split(" ", WORDS))
          .map(words -> new Line(words[0], words[1], words[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal can't be read", e);
    }
  }

  /** Removes all lines. */
  void clear() {
    try {
      end.truncate(0);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal can't be emptied", e);
    }
  }

  @Override
  public void close() {
    try {
      end.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the journal can't be closed", e);
    }
  }
}
