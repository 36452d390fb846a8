package io.msgvault.embed.migration;

import io.msgvault.embed.mapping.Identifier;
import io.msgvault.embed.model.Fingerprint;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Names a host's own table of vectors: one row for each message, or for each chunk of one. The
 * migration reads it and never changes it. It may be a view, and should have an index that begins
 * with the message's id.
 *
 * <p>In SQLite a vector is a blob of little-endian 32-bit floats, or a JSON array of numbers. In
 * PostgreSQL it is a {@code vector}, a {@code halfvec} or an array of floats. A message with a
 * vector that is NULL counts as one without vectors.
 *
 * @param table the table, in the archive's database unless {@code file} says otherwise
 * @param messageIdColumn the column of the message's id
 * @param vectorColumn the column of the vector
 * @param chunkColumn the column that orders a message's chunks; without it a message has one
 * @param file the SQLite file that has the table, if it is not the archive's
 * @param fingerprint what the vectors are made of, as far as the host can vouch for it
 */
public record LegacyVectors(
    String table,
    String messageIdColumn,
    String vectorColumn,
    Optional<String> chunkColumn,
    Optional<Path> file,
    Fingerprint fingerprint) {
  /** Checks the names. */
  public LegacyVectors {
    Identifier.require(table);
    Identifier.require(messageIdColumn);
    Identifier.require(vectorColumn);
    chunkColumn.ifPresent(Identifier::require);
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(fingerprint, "fingerprint");
  }

  /** Returns a table of one vector for each message, in the archive's database. */
  public static LegacyVectors of(
      String table, String messageIdColumn, String vectorColumn, Fingerprint fingerprint) {
    return new LegacyVectors(
        table, messageIdColumn, vectorColumn, Optional.empty(), Optional.empty(), fingerprint);
  }

  /** Returns this table, with a row for each chunk of a message, in the order of this column. */
  public LegacyVectors withChunkColumn(String chunkColumn) {
    return new LegacyVectors(
        table, messageIdColumn, vectorColumn, Optional.of(chunkColumn), file, fingerprint);
  }

  /** Returns this table, in another SQLite file than the archive. */
  public LegacyVectors withFile(Path file) {
    return new LegacyVectors(
        table, messageIdColumn, vectorColumn, chunkColumn, Optional.of(file), fingerprint);
  }
}
