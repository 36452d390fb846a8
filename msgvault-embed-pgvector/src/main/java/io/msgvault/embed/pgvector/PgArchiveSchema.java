package io.msgvault.embed.pgvector;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.pgvector.internal.archive.ArchiveInstaller;
import io.msgvault.embed.pgvector.internal.db.Database;
import java.util.List;
import javax.sql.DataSource;

/**
 * Adds to a host's own tables what a {@link PgMessageStore} over them needs, and takes it away
 * again.
 *
 * <p>Added are, to the table of messages, the columns {@code embed_rev}, {@code embed_gen}, {@code
 * embed_outcome} and {@code embed_reason}, two constraints, two indexes and the triggers {@code
 * zz_embed_…}; triggers of the same names to the table of bodies, if there is one; and to the
 * schema the tables {@code embed_archive}, {@code embed_counts} and {@code embed_words}, a sequence
 * and the triggers' functions, with the line {@code stamps} in {@code embed_ledger}. No row of the
 * host's is rewritten or dropped. Stamping is an {@code UPDATE} of the message's row, so a host's
 * own triggers for updates fire.
 *
 * <p>All tables are in one schema, which has at most one archive. The tables of messages and bodies
 * must be ordinary, logged ones that are neither partitioned nor take part in inheritance, as
 * triggers could not see every write to others; the rest may be views. Keys of messages are
 * integers above 0, {@code NOT NULL} and unique by themselves, and a message has at most one body.
 * Texts are of any type of strings with any collation; type and source may be texts, integers,
 * enums or uuids, and the names by them in another table; texts among them have at most 2,000
 * bytes. An empty type or source counts as none.
 *
 * <p>Where a table of bodies has no foreign key, a body must not be written by one transaction
 * while another that is not committed inserts its message. Writes with {@code
 * session_replication_role = replica} fire no triggers, and must not be used.
 */
public final class PgArchiveSchema {
  private PgArchiveSchema() {}

  /**
   * Adds what is needed, in one transaction; every message that is there needs work then. Does
   * nothing where it is installed for this mapping. While the words of the messages are indexed,
   * nobody else can use the table of messages.
   *
   * <p>The role needs to own the tables of messages and bodies, and {@code CREATE} on the schema.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the name of the schema that has the tables, with capitals as they are
   * @param mapping the tables
   * @throws io.msgvault.embed.mapping.IncompatibleTablesException if a table or column is missing,
   *     or not such as a store can work over
   * @throws io.msgvault.embed.mapping.MappingMismatchException if another mapping is installed in
   *     the schema, where what triggers depend on differs; what only filters read may be mapped
   *     otherwise at any time
   * @throws MissingPrivilegeException if the role may not add what is needed
   * @throws io.msgvault.embed.model.StoreException if a later version of this library installed it,
   *     the tables stayed locked by others, or the database can't be reached; nothing was changed
   */
  public static void install(DataSource dataSource, String schema, ArchiveMapping mapping) {
    ArchiveInstaller.of(schema, mapping).install(new Database(dataSource, schema));
  }

  /**
   * Looks whether the tables fit the mapping, and whether everything that {@link #install} adds is
   * there and switched on. Changes nothing.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the name of the schema that has the tables
   * @param mapping the tables
   * @return everything that is missing or unfit, each with the way out; empty if nothing is. As
   *     long as the host's own tables do not fit, only what is wrong with these
   * @throws io.msgvault.embed.model.StoreException if the database can't be reached
   */
  public static List<String> validate(
      DataSource dataSource, String schema, ArchiveMapping mapping) {
    return ArchiveInstaller.of(schema, mapping).findProblems(new Database(dataSource, schema));
  }

  /**
   * Removes exactly what {@link #install} added, in one transaction: also the archive's identity
   * and all stamps, so that an installation to come is that of another archive. Does nothing where
   * nothing is installed. An index in the schema stays; it belongs to no archive then.
   *
   * @param dataSource gives the connection; it stays the caller's
   * @param schema the schema that {@link #install} was given
   * @param mapping the tables; of it, those of messages and bodies matter
   * @throws io.msgvault.embed.mapping.MappingMismatchException if it is installed for other tables
   * @throws MissingPrivilegeException if the role may not remove it
   * @throws io.msgvault.embed.model.StoreException if an object of the host's, such as a view,
   *     depends on what is to be removed, the tables stayed locked by others, or the database can't
   *     be reached; nothing was changed
   */
  public static void uninstall(DataSource dataSource, String schema, ArchiveMapping mapping) {
    ArchiveInstaller.of(schema, mapping).uninstall(new Database(dataSource, schema));
  }
}
