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
 * The tables, indexes and triggers that installing has added to a file. A client can drop them, and
 * loses triggers when it rebuilds a table. Changes would then go unnoticed, so a store looks again
 * whenever the schema of its file has changed.
 */
public final class InstalledObjects {
  static final String NOT_FILLED =
      "its installation has not ended: call SqliteMessageStore.install, which goes on with it";

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

  /**
   * Requires that an installation has given every message its stamp.
   *
   * @throws IncompatibleTablesException if it was killed before, or still goes on
   */
  public boolean requireFilled(Session session) {
    if (!isFilled(session)) {
      throw new IncompatibleTablesException(List.of(NOT_FILLED));
    }
    return true;
  }

  boolean isFilled(Session session) {
    return session.dao(ArchiveRowDao.class).filledTo().isEmpty();
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
    return missing;
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
