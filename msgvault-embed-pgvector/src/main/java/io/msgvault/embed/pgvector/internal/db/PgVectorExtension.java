package io.msgvault.embed.pgvector.internal.db;

import io.msgvault.embed.pgvector.MissingExtensionException;
import io.msgvault.embed.pgvector.MissingPrivilegeException;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Looks for pgvector in a database. */
public final class PgVectorExtension {
  private static final int MIN_MAJOR = 0;
  private static final int MIN_MINOR = 8;

  private PgVectorExtension() {}

  /** The extension as it is installed. */
  record Installed(String schema, String version, boolean usable) {}

  /** The catalog of extensions. */
  interface Statements {
    @SqlQuery(
        """
        SELECT nspname AS schema, extversion AS version,
               has_schema_privilege(n.oid, 'USAGE') AS usable
          FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace
         WHERE extname = 'vector'""")
    @RegisterConstructorMapper(Installed.class)
    Optional<Installed> installed();
  }

  /**
   * Returns the schema of the extension's types and operators.
   *
   * @throws MissingExtensionException if it is not installed, or too old
   * @throws MissingPrivilegeException if the role may not use its schema
   */
  public static String requireInstalled(Database database) {
    Optional<Installed> extension =
        database.read(session -> session.dao(Statements.class).installed());
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
    if (!installed.usable) {
      throw new MissingPrivilegeException(
          "the role may not use the schema of pgvector: GRANT USAGE ON SCHEMA "
              + Database.quote(installed.schema)
              + " TO the role");
    }
    return installed.schema;
  }

  private static boolean isTooOld(String version) {
    String[] parts = version.split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    return major < MIN_MAJOR || (major == MIN_MAJOR && Integer.parseInt(parts[1]) < MIN_MINOR);
  }
}
