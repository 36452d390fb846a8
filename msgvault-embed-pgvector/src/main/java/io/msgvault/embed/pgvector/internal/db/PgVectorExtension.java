package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.pgvector.MissingExtensionException;
import java.util.Optional;

/** pgvector in a database. */
public final class PgVectorExtension {
  private static final int MIN_MAJOR = 0;
  private static final int MIN_MINOR = 8;

  private PgVectorExtension() {}

  private record Installed(String schema, String version) {}

  /** The schema that the extension's types and operators are in. */
  public static String requireInstalled(Database database) {
    Optional<Installed> extension =
        database.read(
            session ->
                session
                    .query(
                        """
                        SELECT nspname, extversion
                          FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace
                         WHERE extname = 'vector'""")
                    .map((row, context) -> new Installed(row.getString(1), row.getString(2)))
                    .findFirst());
    Installed installed =
        extension.orElseThrow(
            () ->
                new MissingExtensionException(
                    "the database has no pgvector: let a superuser or the database's owner run"
                        + " CREATE EXTENSION vector"));
    if (isTooOld(installed.version)) {
      throw new MissingExtensionException(
          "the database has pgvector "
              + installed.version
              + ", but 0.8 or later is needed: install it, and let the extension's owner run"
              + " ALTER EXTENSION vector UPDATE");
    }
    return installed.schema;
  }

  private static boolean isTooOld(String version) {
    String[] parts = version.split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    return major < MIN_MAJOR || (major == MIN_MAJOR && Integer.parseInt(parts[1]) < MIN_MINOR);
  }
}
