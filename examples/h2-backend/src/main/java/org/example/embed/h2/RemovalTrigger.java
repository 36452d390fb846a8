package org.example.embed.h2;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.h2.tools.TriggerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Records that a message stopped being live: its row was deleted, marked, or got another id. H2
 * calls it after each update or deletion of a row, in the transaction of the writer (rule MS-30).
 */
public final class RemovalTrigger extends TriggerAdapter {
  /** Creates the trigger; H2 calls this. */
  public RemovalTrigger() {}

  @Override
  public void fire(Connection connection, ResultSet before, @Nullable ResultSet after)
      throws SQLException {
    boolean stays =
        after != null
            && !after.getBoolean("deleted")
            && after.getLong("id") == before.getLong("id");
    if (stays || before.getBoolean("deleted")) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO embed_removed (message_id) VALUES (?)")) {
      insert.setLong(1, before.getLong("id"));
      insert.executeUpdate();
    }
  }
}
