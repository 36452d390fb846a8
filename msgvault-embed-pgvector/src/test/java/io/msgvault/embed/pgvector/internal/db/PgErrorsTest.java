package io.msgvault.embed.pgvector.internal.db;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.pgvector.MissingPrivilegeException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that every refusal of the server carries a remedy. */
class PgErrorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "08001", "08003", "08006", "0A000", "22001", "22003", "22021", "22P02", "22P05", "23502",
        "23505", "23514", "25006", "25P02", "25P03", "26000", "27000", "28000", "28P01", "2BP01",
        "3D000", "3F000", "40001", "40P01", "42501", "42703", "42704", "42725", "42804", "42846",
        "42883", "428C9", "42P01", "42P07", "42P17", "44000", "53100", "53200", "53300", "54000",
        "55000", "55006", "55P03", "57014", "57P01", "57P03", "57P05", "58030", "P0001", "XX001",
        "", "5"
      })
  void everyStateHasRemedy(String state) {
    String message = PgErrors.translate(new SQLException("bare", state)).getMessage();
    assertTrue(message.contains(": ") && message.contains(" (SQLSTATE " + state), message);
  }

  @Test
  void failureWithoutStateHasRemedy() {
    StoreException failure = PgErrors.translate(new SQLException("bare"));
    assertTrue(failure.getMessage().contains("see the server's log"), failure::getMessage);
  }

  @Test
  void valuesOfFailuresAreNotPassedOn() {
    assertTrue(PgErrors.translate(new SQLException("secret", "22P02")).getCause() == null);
    assertInstanceOf(
        MissingPrivilegeException.class, PgErrors.translate(new SQLException("no", "42501")));
  }
}
