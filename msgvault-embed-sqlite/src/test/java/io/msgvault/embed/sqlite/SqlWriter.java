package io.msgvault.embed.sqlite;

import io.msgvault.embed.memory.ArchiveWriter;
import java.util.function.Consumer;

/** Writes by plain SQL over a connection of its own, as any client of the file may. */
abstract class SqlWriter implements ArchiveWriter, AutoCloseable {
  final SqlClient sql;
  private boolean inTransaction;

  SqlWriter(SqlClient sql) {
    this.sql = sql;
  }

  @Override
  public final synchronized void atomically(Consumer<ArchiveWriter> work) {
    if (inTransaction) {
      work.accept(this);
      return;
    }
    sql.run("BEGIN IMMEDIATE");
    inTransaction = true;
    boolean done = false;
    try {
      work.accept(this);
      done = true;
    } finally {
      inTransaction = false;
      sql.run(done ? "COMMIT" : "ROLLBACK");
    }
  }

  static void requireOneRow(int rows) {
    if (rows == 0) {
      throw new IllegalArgumentException("there is no such message");
    }
  }

  @Override
  public final void close() {
    sql.close();
  }
}
