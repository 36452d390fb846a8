package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.IncompatibleTablesException;
import io.msgvault.embed.mapping.MappingMismatchException;
import io.msgvault.embed.sqlite.internal.db.Database;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteConnections;
import io.msgvault.embed.sqlite.internal.db.TransactionCallback;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes a host's tables an archive, checks that they still are one, and takes that back.
 *
 * <p>The tables of messages and bodies get triggers. Everything else is in tables of this library.
 * All added names begin with {@code embed_}.
 */
public final class ArchiveInstaller {
  private static final int FIRST_PAGE = 100;
  private static final int MAX_PAGE = 10_000;
  private static final long PAGE_NANOS = 20_000_000;

  private static final String NOT_INSTALLED =
      "it is not installed: call SqliteMessageStore.install";

  private final SqliteConnections connections;
  private final Path file;
  private final Schema schema;
  private final InstalledObjects installed;

  /**
   * Creates an installer.
   *
   * @param connections to the host's file, which must exist
   */
  public ArchiveInstaller(SqliteConnections connections, ArchiveMapping mapping) {
    this.connections = connections;
    this.file = connections.file();
    this.schema = Schema.forMapping(mapping);
    this.installed = new InstalledObjects(schema);
  }

  /** Returns the schema that it installs. */
  public Schema schema() {
    return schema;
  }

  /**
   * Adds missing parts, and goes on where an earlier call was killed. Complete tables stay as they
   * are.
   *
   * <p>A first transaction creates everything, and is short whatever the number of messages. Many
   * short ones then give each message its stamp, and leave the file to other writers between them.
   *
   * <p>If triggers were lost, or the host added a unique key that the triggers must know, it makes
   * all triggers again. Every message then needs work, because changes may have gone unnoticed. The
   * archive keeps its identity.
   *
   * @throws IncompatibleTablesException if anything does not fit
   */
  public void install() {
    if (read(this::isComplete)) {
      return;
    }
    try (Database database = Database.openExisting(connections, schema)) {
      database.change(this::create);
      fill(database);
    }
  }

  private void create(Session session) throws SQLException {
    if (hasAllObjects(session)) {
      return; // another process was faster, or an earlier call was killed later than here
    }
    if (schema.isPartlyInstalled(session)) {
      schema.renew(session);
      session.dao(ArchiveRowDao.class).setFilledTo(0);
    } else {
      schema.install(session, file);
    }
  }

  /** Keeps each transaction about as short as {@link #PAGE_NANOS}, and pauses as long after it. */
  private void fill(Database database) {
    int messages = FIRST_PAGE;
    boolean more = true;
    while (more) {
      int page = messages;
      long[] nanos = new long[1];
      more =
          database.write(
              session -> {
                long begun = System.nanoTime();
                boolean left = new StampPages(session, schema.sql()).fill(page);
                nanos[0] = System.nanoTime() - begun;
                return left;
              });
      LockSupport.parkNanos(nanos[0]);
      messages = nanos[0] > PAGE_NANOS ? Math.max(page / 2, 1) : Math.min(page * 2, MAX_PAGE);
    }
  }

  private static void requireNone(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IncompatibleTablesException(problems);
    }
  }

  private boolean isComplete(Session session) throws SQLException {
    return hasAllObjects(session) && installed.isFilled(session);
  }

  /** Returns whether no object is missing; throws if none can be added. */
  private boolean hasAllObjects(Session session) throws SQLException {
    boolean complete = schema.isInstalled(session, file);
    requireNone(new MappingValidator(session, schema.sql()).problems());
    requireNone(takenNames(session));
    return complete && installed.missing(session).isEmpty();
  }

  /** Reads before anything is opened for writing, which alone would change the file's mode. */
  private <T> T read(TransactionCallback<T> work) {
    try (Database database = Database.openUnchecked(connections, schema)) {
      return database.read(work);
    }
  }

  /** Returns what the host has named as this library would, before anything is installed. */
  private List<String> takenNames(Session session) {
    List<String> problems = new ArrayList<>();
    if (schema.isPartlyInstalled(session)) {
      return problems;
    }
    Map<String, String> present = InstalledObjects.existing(session);
    for (String name : schema.objects(session).keySet()) {
      if (present.containsKey(name)) {
        problems.add("something named " + name + " already exists: rename it");
      }
    }
    return problems;
  }

  /** Returns what stands between a store and these tables, each with its remedy. */
  public List<String> problems() {
    return read(this::problems);
  }

  private List<String> problems(Session session) throws SQLException {
    List<String> problems = new ArrayList<>(new MappingValidator(session, schema.sql()).problems());
    try {
      if (!schema.isInstalled(session, file)) {
        problems.addAll(takenNames(session));
        problems.add(NOT_INSTALLED);
      } else if (problems.isEmpty()) {
        problems.addAll(installed.missing(session));
        if (problems.isEmpty() && !installed.isFilled(session)) {
          problems.add(InstalledObjects.NOT_FILLED);
        }
      }
    } catch (MappingMismatchException e) {
      problems.addAll(e.differences());
    }
    return problems;
  }

  /**
   * Requires that nothing stands between a store and these tables.
   *
   * @throws MappingMismatchException if they are installed with another mapping
   * @throws io.msgvault.embed.store.NotInstalledException if the tables fit, but nothing is
   *     installed
   * @throws IncompatibleTablesException if anything else is missing or cannot be used
   */
  public boolean requireUsable(Session session) throws SQLException {
    boolean complete = schema.isInstalled(session, file);
    if (!complete && new MappingValidator(session, schema.sql()).problems().isEmpty()) {
      throw schema.notInstalled(file);
    }
    requireNone(problems(session));
    return complete;
  }

  /** Removes exactly what {@link #install()} has added, in one transaction. */
  public void uninstall() {
    if (!read(this::isPartlyInstalled)) {
      return;
    }
    try (Database database = Database.openExisting(connections, schema)) {
      database.change(
          session -> {
            if (isPartlyInstalled(session)) {
              SqliteLegacyIndex.removeTraces(session, schema.sql());
              schema.uninstall(session);
            }
          });
    }
  }

  /** Returns whether anything is to be removed; throws if another mapping installed it. */
  private boolean isPartlyInstalled(Session session) {
    return schema.isInstalled(session, file) || schema.isPartlyInstalled(session);
  }
}
