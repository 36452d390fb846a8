package io.msgvault.embed.sqlite.internal.archive;

import io.msgvault.embed.sqlite.internal.db.Results;
import io.msgvault.embed.sqlite.internal.db.Session;
import io.msgvault.embed.sqlite.internal.db.SqliteErrors;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Tries whether a message can be stamped. A stamp is an update of the host's table, so the host's
 * own triggers fire. They may forbid it, undo it, or use what only the host's connections know. A
 * run would find that after it has paid for a batch.
 */
final class StampTrial {
  private static final String STAMP =
      """
      UPDATE {messages}
         SET embed_gen = 1, embed_outcome = 'EMBEDDED', embed_reason = NULL, embed_rev = embed_rev
       WHERE {id} = (SELECT min({id}) FROM {messages})
      """;

  private static final String UNSTAMPED =
      """
      SELECT count(*) FROM {messages}
       WHERE {id} = (SELECT min({id}) FROM {messages})
         AND (embed_gen IS NOT 1 OR embed_outcome IS NOT 'EMBEDDED')
      """;

  private static final String REMEDY =
      ": let the host's triggers pass updates of embed_gen, embed_outcome, embed_reason and"
          + " embed_rev";

  private StampTrial() {}

  /** Stamps a message as {@link #problems} does, before the installation, in columns it adds. */
  static List<String> problemsWithoutColumns(Session session, Schema schema) {
    try {
      for (String column : schema.columns()) {
        session.execute(column);
      }
    } catch (SQLException e) {
      return List.of(refusal(e));
    }
    return problems(session, schema.sql());
  }

  /**
   * Stamps a message and takes that back.
   *
   * @return the reason why it failed, with the remedy; the caller then rolls the transaction back.
   *     Empty if it succeeded
   */
  static List<String> problems(Session session, MappedSql sql) {
    try {
      session.execute("SAVEPOINT embed_trial");
      session.execute(sql.render(STAMP));
      boolean undone;
      try (PreparedStatement select = session.prepareOnce(sql.render(UNSTAMPED))) {
        undone = Results.singleLong(select) > 0;
      }
      session.execute("ROLLBACK TO embed_trial");
      session.execute("RELEASE embed_trial");
      return undone ? List.of("a stamp does not stay" + REMEDY) : List.of();
    } catch (SQLException e) {
      return List.of(refusal(e));
    }
  }

  /** Returns whether a stamp can be written as far as it is known without writing it. */
  static List<String> problemsOfCompiling(Session session, MappedSql sql) {
    try (PreparedStatement unused = session.prepareOnce(sql.render(STAMP))) {
      return List.of();
    } catch (SQLException e) {
      return List.of(refusal(e));
    }
  }

  private static String refusal(SQLException e) {
    return "a stamp cannot be written: "
        + SqliteErrors.missingFromConnection(e).orElseGet(() -> e.getMessage() + REMEDY);
  }
}
