package io.msgvault.embed.sqlite;

import io.msgvault.embed.sqlite.internal.archive.Schema;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.FileSchema;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.store.NotInstalledException;
import io.msgvault.embed.store.VectorStore;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;

/** A fault: a vector store that does not sync its commits ({@code PRAGMA synchronous = NORMAL}). */
public final class UnsyncedVectors {
  private UnsyncedVectors() {}

  /** Opens a store that is installed. */
  public static VectorStore open(Path file) {
    return new SqliteVectorStore(
        Database.open(new SqliteConnections(file), new Unsynced(Schema.VECTORS)),
        Clock.systemUTC());
  }

  private record Unsynced(FileSchema schema) implements FileSchema {
    @Override
    public String synchronous() {
      return "NORMAL";
    }

    @Override
    public int pageSize() {
      return schema.pageSize();
    }

    @Override
    public boolean isInstalled(Session session, Path file) {
      return schema.isInstalled(session, file);
    }

    @Override
    public void install(Session session, Path file) throws SQLException {
      schema.install(session, file);
    }

    @Override
    public NotInstalledException notInstalled(Path file) {
      return schema.notInstalled(file);
    }
  }
}
