package io.msgvault.embed.onnx;

import io.msgvault.embed.embedder.EmbedderUnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Chooses the folder into which DJL unpacks the native library of its tokenizers.
 *
 * <p>DJL loads a library that is there already, whoever wrote it. By itself it takes {@code
 * ~/.djl.ai}, or a folder of the same name in {@code java.io.tmpdir} if the home can't be written.
 * Any user may have filled the latter. So the library is unpacked into the home only where this
 * user alone can write, also to the folders around it, and otherwise into a new folder with a
 * random name, which is deleted when the library is loaded. A folder that the host has set is used
 * if no other user has filled it.
 */
final class NativeFolder implements AutoCloseable {
  private static final String CACHE = "ENGINE_CACHE_DIR";
  private static final String LIBRARY = "RUST_LIBRARY_PATH";
  private static final String TEMPORARY = "java.io.tmpdir";
  private static final String TOKENIZERS = "tokenizers";
  private static final String ADMINISTRATOR = "root";
  private static final int STICKY = 01000;

  /** A new folder, which is private. */
  private final Path temporary;

  private final String setting;
  private final Path folder;
  private final Map<String, String> properties = new HashMap<>();

  private NativeFolder(Path temporary) {
    this.temporary = temporary;
    Optional<String> set =
        Stream.of(LIBRARY, CACHE, "DJL_CACHE_DIR")
            .filter(name -> !value(name).isEmpty())
            .findFirst();
    Path home = Path.of(System.getProperty("user.home", ""), ".djl.ai");
    if (set.isPresent()) {
      setting = set.get();
      folder = Path.of(value(setting));
    } else if (isPrivateHome(home)) {
      setting = CACHE;
      folder = home;
    } else {
      setting = TEMPORARY;
      folder = temporary;
    }
    if (set.isEmpty()) {
      properties.put(CACHE, folder.toString());
    }
    // JNA, which DJL uses to look for graphics cards, unpacks a library as well.
    properties.put("jna.tmpdir", temporary.toString());
  }

  /**
   * Chooses a folder.
   *
   * @throws EmbedderUnavailableException if no folder can be written, or if another user may have
   *     filled the one that is set
   */
  static NativeFolder open() {
    NativeFolder chosen = new NativeFolder(createTemporary());
    Path tokenizers = chosen.folder.resolve(TOKENIZERS);
    if (!chosen.setting.equals(LIBRARY) && !chosen.isOutOfReach(tokenizers)) {
      chosen.close();
      throw new EmbedderUnavailableException(
          "another user may have put a library into "
              + tokenizers
              + ": set "
              + chosen.setting
              + " to a folder that only this user can write to");
    }
    return chosen;
  }

  /** Returns a setting as DJL reads it. */
  private static String value(String name) {
    String variable = System.getenv(name);
    return variable != null ? variable : System.getProperty(name, "");
  }

  private static Path createTemporary() {
    try {
      // On POSIX systems, only this user can read or write the new folder.
      return Files.createTempDirectory("msgvault-embed-");
    } catch (IOException | SecurityException e) {
      throw new EmbedderUnavailableException(
          "native code can't be unpacked into the temporary folder "
              + System.getProperty(TEMPORARY)
              + " ("
              + e
              + "): start Java with -D"
              + TEMPORARY
              + "=FOLDER, where FOLDER is one that this user can write to",
          e);
    }
  }

  /** Tells whether this user alone can write to the cache in the home; creates it if needed. */
  private boolean isPrivateHome(Path cache) {
    Path home = cache.getParent();
    if (home == null || !home.isAbsolute() || !isFixed(home)) {
      return false;
    }
    try {
      Path tokenizers = Files.createDirectories(cache.resolve(TOKENIZERS));
      return isFixed(cache) && isPrivateTree(tokenizers) && Files.isWritable(tokenizers);
    } catch (IOException e) {
      // The temporary folder serves as well.
      return false;
    }
  }

  /**
   * Tells whether no other user can have filled a folder, or can fill it before it is used. Creates
   * it first, so that nobody else does so in between.
   */
  private boolean isOutOfReach(Path tokenizers) {
    try {
      Files.createDirectories(tokenizers);
    } catch (IOException e) {
      return Files.notExists(tokenizers, LinkOption.NOFOLLOW_LINKS); // DJL will tell why.
    }
    return isPrivateTree(tokenizers) && isFixed(folder);
  }

  /** Tells whether no other user can put another folder into the place of this one. */
  private boolean isFixed(Path folder) {
    try {
      for (Path at = folder.toRealPath(); at != null; at = at.getParent()) {
        if (!isPrivate(at) && !isSticky(at)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Tells whether all may write to a folder of the administrator, each only to what is their own.
   */
  private static boolean isSticky(Path folder) throws IOException {
    return folder.getFileSystem().supportedFileAttributeViews().contains("unix")
        && ((int) Files.getAttribute(folder, "unix:mode") & STICKY) != 0
        && Files.getOwner(folder).getName().equals(ADMINISTRATOR);
  }

  private boolean isPrivateTree(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.allMatch(this::isPrivate);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /** Tells whether a file or folder belongs to this user or the administrator alone. */
  private boolean isPrivate(Path path) {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      // On Windows, homes are private and have no such permissions.
      return true;
    }
    try {
      PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
      String owner = attributes.owner().getName();
      String group = attributes.group().getName();
      Set<PosixFilePermission> allowed = attributes.permissions();
      // Many systems give each user a group of the same name.
      boolean shared =
          allowed.contains(PosixFilePermission.OTHERS_WRITE)
              || (allowed.contains(PosixFilePermission.GROUP_WRITE)
                  && !group.equals(owner)
                  && !group.equals(ADMINISTRATOR));
      return !shared
          && (attributes.owner().equals(Files.getOwner(temporary)) || owner.equals(ADMINISTRATOR));
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the system properties that make DJL use the folder. */
  Map<String, String> properties() {
    return properties;
  }

  /** Returns the exception for a library of DJL that can't be loaded. */
  EmbedderUnavailableException failure(Throwable cause) {
    return failure(
        "the tokenizer's native library",
        folder,
        setting.equals(TEMPORARY) ? "start Java with -D" + TEMPORARY : "set " + setting,
        "DJL's tokenizers jar",
        cause);
  }

  /** Returns the exception for a library of the ONNX runtime that can't be loaded. */
  static EmbedderUnavailableException runtimeFailure(Throwable cause) {
    String unpacked = System.getProperty("onnxruntime.native.path");
    return failure(
        "the ONNX runtime's native library",
        Path.of(Objects.requireNonNullElse(unpacked, System.getProperty(TEMPORARY, ""))),
        unpacked == null ? "start Java with -D" + TEMPORARY : "set onnxruntime.native.path",
        "the onnxruntime jar",
        cause);
  }

  private static EmbedderUnavailableException failure(
      String library, Path folder, String remedy, String jar, Throwable cause) {
    String reasons = reasons(cause);
    if (List.of("failed to map segment", "not permitted", "denied", "AccessDenied").stream()
        .anyMatch(reasons::contains)) {
      return new EmbedderUnavailableException(
          library
              + " can't be loaded from "
              + folder
              + ", which is mounted noexec or closed to this user ("
              + reasons
              + "): "
              + remedy
              + "=FOLDER, where FOLDER is one that this user can write to and load code from",
          cause);
    }
    if (isOf(IOException.class, cause)) {
      return new EmbedderUnavailableException(
          library
              + " can't be unpacked into "
              + folder
              + " ("
              + reasons
              + "): make room, or "
              + remedy
              + "=FOLDER",
          cause);
    }
    return new EmbedderUnavailableException(
        library + " can't be loaded (" + reasons + "): use a platform that " + jar + " supports",
        cause);
  }

  /**
   * Returns an error with its causes, because a class that failed once only points to the first.
   */
  private static String reasons(Throwable error) {
    StringBuilder reasons = new StringBuilder(error.toString());
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      reasons.append("; ").append(cause);
    }
    return reasons.toString();
  }

  private static boolean isOf(Class<? extends Throwable> type, Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Deletes the temporary folder, or lets the end of the process delete it. */
  @Override
  public void close() {
    try (Stream<Path> tree = Files.walk(temporary)) {
      tree.sorted(Comparator.reverseOrder())
          .map(Path::toFile)
          .filter(file -> !file.delete())
          .forEach(File::deleteOnExit);
    } catch (IOException | UncheckedIOException e) {
      temporary.toFile().deleteOnExit();
    }
  }
}
