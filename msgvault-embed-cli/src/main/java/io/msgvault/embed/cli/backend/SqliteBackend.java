package io.msgvault.embed.cli.backend;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.lucene.LuceneWordIndex;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import io.msgvault.embed.store.NotInstalledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Opens archives in SQLite files, each with its vectors in a file and its words in a folder. */
final class SqliteBackend {
  /** The archive of a person who chooses none; GlobalOptions names it too. */
  private static final Path DEFAULT_FOLDER =
      Path.of(System.getProperty("user.home"), ".msgvault-embed");

  private static final Path DEFAULT = DEFAULT_FOLDER.resolve("archive.db");

  private SqliteBackend() {}

  /** Creates the archive, and the folder of the default one. Any other folder must exist. */
  static Backend create(ArchiveLocation location) {
    Path db = Path.of(location.db());
    if (db.equals(DEFAULT)) {
      try {
        Files.createDirectories(DEFAULT_FOLDER);
      } catch (IOException e) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "can't create the folder " + DEFAULT_FOLDER + ": choose another place with --db",
            e);
      }
    }
    requireFolder(db);
    return writable(location, SqliteArchive::install);
  }

  static Backend open(ArchiveLocation location) {
    Path db = Path.of(location.db());
    requireExists(db);
    try {
      return writable(location, SqliteArchive::open);
    } catch (NotInstalledException e) {
      throw noArchive(db);
    }
  }

  static Backend openReadOnly(ArchiveLocation location) {
    Path db = Path.of(location.db());
    requireExists(db);
    Path vectors = beside(db, "-vectors", true);
    try {
      return new Backend(
          SqliteArchive.openReadOnly(db),
          SqliteMessageStore.openReadOnly(db),
          // The vectors may have been deleted; an empty store then reports all messages as missing.
          Files.exists(vectors)
              ? SqliteVectorStore.openReadOnly(vectors)
              : SqliteVectorStore.install(vectors),
          words(location),
          () -> {});
    } catch (NotInstalledException e) {
      throw noArchive(db);
    } catch (IncompatibleTablesException e) {
      throw new CommandFailure(
          ExitCode.NOT_READY,
          db
              + " has lost triggers or columns of the archive: 'msgvault-embed embeddings build' adds"
              + " them",
          e);
    }
  }

  private static Backend writable(ArchiveLocation location, Function<Path, SqliteArchive> open) {
    Path db = Path.of(location.db());
    return new Backend(
        open.apply(db),
        SqliteMessageStore.install(db), // makes triggers again that another client has dropped
        SqliteVectorStore.install(beside(db, "-vectors", true)),
        words(location),
        () -> {});
  }

  private static WordsPlace words(ArchiveLocation location) {
    Path folder = location.words().orElseGet(() -> beside(Path.of(location.db()), "-words", false));
    return new WordsPlace(
        folder.toString(),
        analyzer -> LuceneWordIndex.install(folder, analyzer),
        analyzer -> LuceneWordIndex.openReadOnly(folder, analyzer),
        () -> LuceneWordIndex.uninstall(folder),
        location.language());
  }

  private static void requireExists(Path db) {
    requireFolder(db);
    if (!Files.exists(db)) {
      throw noArchive(db);
    }
  }

  /** Checks the folder, which a mistyped path may lack. */
  private static void requireFolder(Path db) {
    Path folder = db.toAbsolutePath().getParent();
    if (!db.equals(DEFAULT) && folder != null && !Files.isDirectory(folder)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "the folder " + folder + " does not exist: correct --db, or create the folder first");
    }
    if (Files.isDirectory(db)) {
      throw new CommandFailure(
          ExitCode.USAGE,
          db + " is a folder: --db must name a file, such as " + db.resolve("archive.db"));
    }
  }

  private static CommandFailure noArchive(Path db) {
    return new CommandFailure(
        ExitCode.NOT_READY,
        "there is no archive at " + db + ": create one with 'msgvault-embed import PATH'");
  }

  /** Returns a place beside a file, with the file's name and an addition to it. */
  private static Path beside(Path db, String addition, boolean withExtension) {
    String name = String.valueOf(db.getFileName());
    int dot = name.lastIndexOf('.') < 1 ? name.length() : name.lastIndexOf('.');
    return db.resolveSibling(
        name.substring(0, dot) + addition + (withExtension ? name.substring(dot) : ""));
  }
}
