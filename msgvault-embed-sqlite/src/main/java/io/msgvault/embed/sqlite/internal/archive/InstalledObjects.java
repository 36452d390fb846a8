package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns, indexes and triggers that installing has added to a file. A client can drop them,
 * and loses them when it rebuilds a table. Changes would then go unnoticed, so a store looks again
 * whenever the schema of its file has changed.
 */
public final class InstalledObjects {
  private static final List<String> COLUMNS =
      List.of("embed_gen", "embed_outcome", "embed_reason", "embed_rev");

  private final Schema schema;

  /** The version of the file's schema that was found complete last. */
  private volatile long completeVersion = -1;

  public InstalledObjects(Schema schema) {
    this.schema = schema;
  }

  /**
   * Requires that nothing is missing. Looks only if the schema has changed since the last look.
   *
   * @throws IncompatibleTablesException if something is missing or changed
   */
  public void require(Session session) throws SQLException {
    long version = Results.singleLong(session.prepare("PRAGMA schema_version"));
    if (version == completeVersion) {
      return;
    }
    List<String> missing = missing(session);
    if (!missing.isEmpty()) {
      throw new IncompatibleTablesException(missing);
    }
    completeVersion = version;
  }

  /** Returns what is missing or changed, each with its remedy. */
  List<String> missing(Session session) {
    List<String> missing = new ArrayList<>();
    Map<String, String> present = existing(session);
    schema
        .objects(session)
        .forEach(
            (name, text) -> {
              String found = present.getOrDefault(name, "");
              if (found.isEmpty() || (text.startsWith("CREATE TRIGGER") && !text.equals(found))) {
                missing.add(
                    name
                        + (found.isEmpty() ? " is missing" : " is not as it was installed")
                        + ": call SqliteMessageStore.install");
              }
            });
    List<String> columns = columns(session);
    for (String column : COLUMNS) {
      if (!columns.contains(column)) {
        missing.add("the column " + column + " is missing: call SqliteMessageStore.install");
      }
    }
    return missing;
  }

  /** Returns the added columns that exist, the last one first. */
  List<String> columns(Session session) {
    return session.dao(CatalogDao.class).addedColumns(schema.sql().mapping().messages());
  }

  /** Returns the statement that created each object of the file, by the object's name. */
  static Map<String, String> existing(Session session) {
    Map<String, String> objects = new HashMap<>();
    session
        .dao(CatalogDao.class)
        .definitions()
        .forEach(object -> objects.put(object.name(), object.sql()));
    return objects;
  }
}
