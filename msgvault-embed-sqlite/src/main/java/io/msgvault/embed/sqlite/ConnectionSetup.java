package io.msgvault.embed.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Gives a store's connections what a host's own connections have: collations, functions and
 * modules. A host whose schema uses its own needs this, because SQLite keeps them with a connection
 * and not in the file.
 *
 * <pre>{@code
 * SqliteMessageStore.builder(file, mapping)
 *     .connectionSetup(connection -> Function.create(connection, "norm", new Norm()))
 *     .install();
 * }</pre>
 *
 * <p>{@code Function} and {@code Collation} are classes of {@code org.sqlite}, the driver. A module
 * is loaded as an extension, which the driver has to allow first: {@code
 * connection.unwrap(SQLiteConnection.class).getDatabase().enable_load_extension(true)}.
 */
@FunctionalInterface
public interface ConnectionSetup {
  /**
   * Prepares a connection before its first use. It is called once for each connection, on the
   * thread that opens it. It leaves the connection outside a transaction, and does not keep it.
   *
   * @param connection a connection to the host's file; some only read
   * @throws SQLException to refuse the connection; the call that needed it then fails
   */
  void prepare(Connection connection) throws SQLException;
}
