package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds mail in files and folders. A path that is itself a file is always mail; {@link MailFile}
 * tells which files of a folder, and of the folders below it, are. Files are visited in the order
 * of their names, so that two walks over a folder are the same.
 */
final class MailFinder {
  /** Receives the files that a walk finds. */
  interface Visitor {
    /** Receives a file that holds mail. */
    void mail(Path file);

    /** Receives a file that holds a mail which a mail program has marked as deleted. */
    void deleted(Path file);

    /** Receives a file that holds no mail. */
    void skipped(Path file);

    /** Receives a file or folder that can't be read. */
    void unreadable(Path path, Exception cause);
  }

  private MailFinder() {}

  /** Visits a file, or the files of a folder. */
  static void walk(Path path, Visitor visitor) {
    if (Files.isDirectory(path)) {
      walkFolder(path, visitor);
    } else {
      visitor.mail(path);
    }
  }

  private static void walkFolder(Path folder, Visitor visitor) {
    try {
      for (Path path : list(folder)) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          walkFolder(path, visitor);
        } else if (Files.isRegularFile(path)) {
          visit(path, visitor);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      visitor.unreadable(folder, e);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    }
  }

  private static void visit(Path file, Visitor visitor) {
    try {
      switch (MailFile.content(file)) {
        case MAIL -> visitor.mail(file);
        case DELETED_MAIL -> visitor.deleted(file);
        case OTHER -> visitor.skipped(file);
      }
    } catch (IOException e) {
      visitor.unreadable(file, e);
    }
  }
}
