package io.msgvault.embed.cli.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds mail in files and folders. A path that is itself a file is always mail. In a folder and the
 * folders below it, all files of a Maildir are mail. So are files with the extension {@code .eml},
 * {@code .msg}, {@code .mbox} or {@code .mbx}, and those that begin with a postmark. Files are
 * visited in the order of their names, so that two walks over a folder are the same.
 */
final class MailFinder {
  private static final Set<String> EXTENSIONS = Set.of("eml", "msg", "mbox", "mbx");
  private static final Set<String> MAILDIR_FOLDERS = Set.of("cur", "new");
  private static final int HEAD_BYTES = 1024;

  /** Receives the files that a walk finds. */
  interface Visitor {
    /** Receives a file that holds mail. */
    void mail(Path file);

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

  /** Returns the first bytes of a file, enough to recognise its type. */
  static byte[] readHead(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD_BYTES);
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
      if (isMail(file)) {
        visitor.mail(file);
      } else {
        visitor.skipped(file);
      }
    } catch (IOException e) {
      visitor.unreadable(file, e);
    }
  }

  private static boolean isMail(Path file) throws IOException {
    String name = name(file);
    if (name.startsWith(".")) {
      return false;
    }
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return (name.contains(".") && EXTENSIONS.contains(extension))
        || inMaildir(file)
        || MboxReader.startsDatedMailbox(readHead(file));
  }

  private static boolean inMaildir(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder != null
        && MAILDIR_FOLDERS.contains(name(folder))
        && MAILDIR_FOLDERS.stream()
            .allMatch(sibling -> Files.isDirectory(folder.resolveSibling(sibling)));
  }

  private static String name(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }
}
