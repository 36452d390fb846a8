package org.example.embed.h2;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.h2.tools.TriggerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps revision and stamp of a message true to its content, whoever writes: H2 calls it for each
 * row before it is inserted or updated, in the writer's own transaction (MS-1, MS-4, MS-5, MS-6,
 * MS-10).
 *
 * <p>H2 can't restrict a trigger to some columns, so this one compares the content on every update,
 * a stamp included. A table of their own for the bodies would spare that.
 */
public final class RevisionTrigger extends TriggerAdapter {
  /** For H2. */
  public RevisionTrigger() {}

  @Override
  public void fire(Connection connection, @Nullable ResultSet before, ResultSet after)
      throws SQLException {
    boolean changed = before == null || !sameContent(before, after);
    if (changed) {
      after.updateLong("revision", nextRevision(connection));
    }
    boolean restored =
        before != null && before.getBoolean("deleted") && !after.getBoolean("deleted");
    if (changed || restored) {
      after.updateNull("embed_gen");
      after.updateNull("embed_outcome");
      after.updateNull("embed_reason");
    }
  }

  private static long nextRevision(Connection connection) throws SQLException {
    try (PreparedStatement next =
            connection.prepareStatement("SELECT NEXT VALUE FOR message_revisions");
        ResultSet row = next.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static boolean sameContent(ResultSet before, ResultSet after) throws SQLException {
    return before.getString("subject").equals(after.getString("subject"))
        && sameText(before.getCharacterStream("text"), after.getCharacterStream("text"))
        && sameText(before.getCharacterStream("html"), after.getCharacterStream("html"));
  }

  /** Compares bodies without having them in memory. */
  private static boolean sameText(Reader a, Reader b) throws SQLException {
    try (Reader left = new BufferedReader(a);
        Reader right = new BufferedReader(b)) {
      int unit;
      do {
        unit = left.read();
        if (unit != right.read()) {
          return false;
        }
      } while (unit >= 0);
      return true;
    } catch (IOException e) {
      throw new SQLException(e);
    }
  }
}
