package io.msgvault.embed.cli.backend;

import io.msgvault.embed.cli.output.CommandFailure;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.sqlite.SqliteVectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens archives in SQLite files, each with its vectors in a second file beside it. */
final class SqliteBackend {
  private SqliteBackend() {}

  static Backend create(Path db) {
    Path folder = db.toAbsolutePath().getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "can't create the folder " + folder + ": choose another place with --db");
    }
    return writable(db);
  }

  static Backend open(Path db) {
    requireExists(db);
    return writable(db);
  }

  static Backend openReadOnly(Path db) {
    requireExists(db);
    Path vectors = vectorsFile(db);
    return new Backend(
        SqliteArchive.openReadOnly(db),
        SqliteMessageStore.openReadOnly(db),
        // The vectors may have been deleted; an empty store then reports all messages as missing.
        Files.exists(vectors)
            ? SqliteVectorStore.openReadOnly(vectors)
            : SqliteVectorStore.install(vectors),
        () -> {});
  }

  private static Backend writable(Path db) {
    return new Backend(
        SqliteArchive.install(db),
        SqliteMessageStore.open(db),
        SqliteVectorStore.install(vectorsFile(db)),
        () -> {});
  }

  private static void requireExists(Path db) {
    if (!Files.exists(db)) {
      throw new CommandFailure(
          ExitCode.NOT_READY,
          "there is no archive at " + db + ": create one with 'msgvault-embed import PATH'");
    }
  }

  private static Path vectorsFile(Path db) {
    String name = String.valueOf(db.getFileName());
    int dot = name.lastIndexOf('.');
    return db.resolveSibling(
        dot < 1 ? name + "-vectors" : name.substring(0, dot) + "-vectors" + name.substring(dot));
  }
}
