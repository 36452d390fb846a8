package org.example.embed.h2;

import io.msgvault.embed.store.support.Revisions;
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
 * Keeps revision and stamp of a message consistent with its content, no matter which program
 * writes. H2 calls it before each insert or update of a row, in the transaction of the writer
 * (rules MS-1, MS-4, MS-5, MS-6 and MS-10).
 *
 * <p>H2 can't restrict a trigger to some columns, so this trigger compares the content on every
 * update, even on a stamp. A separate table for the bodies would avoid that.
 */
public final class RevisionTrigger extends TriggerAdapter {
  /** Creates the trigger; H2 calls this. */
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
      return Revisions.of(row.getLong(1));
    }
  }

  private static boolean sameContent(ResultSet before, ResultSet after) throws SQLException {
    return before.getString("subject").equals(after.getString("subject"))
        && sameText(before.getCharacterStream("text"), after.getCharacterStream("text"))
        && sameText(before.getCharacterStream("html"), after.getCharacterStream("html"));
  }

  /** Compares bodies as streams, so that they need no memory. */
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
