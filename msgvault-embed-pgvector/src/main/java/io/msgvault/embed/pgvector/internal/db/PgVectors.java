package io.msgvault.embed.pgvector.internal.db;

import com.pgvector.PGhalfvec;
import com.pgvector.PGsparsevec;
import com.pgvector.PGvector;
import java.sql.SQLException;
import java.sql.Types;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;

/**
 * Vectors of PostgreSQL, by the types of pgvector-java. Nothing is registered on the host's
 * connections. A vector goes out as text that the statement casts, and comes back as the bytes of
 * {@code vector_send} or as text.
 */
public final class PgVectors {
  private PgVectors() {}

  /** Reads what {@code vector_send} returns. */
  public static float[] ofBytes(byte[] sent) throws SQLException {
    PGvector vector = new PGvector();
    vector.setByteValue(sent, 0);
    return vector.toArray();
  }

  /** Returns whether {@link #ofText} reads values of a type. */
  public static boolean isVectorType(String type) {
    return type.equals("vector") || type.equals("halfvec") || type.equals("sparsevec");
  }

  /**
   * Reads a value of one of pgvector's types.
   *
   * @param type the name of the type, without its schema
   * @param value the value as the server writes it
   */
  public static float[] ofText(String type, String value) throws SQLException {
    return switch (type) {
      case "vector" -> new PGvector(value).toArray();
      case "halfvec" -> new PGhalfvec(value).toArray();
      case "sparsevec" -> new PGsparsevec(value).toArray();
      default -> throw new IllegalArgumentException("pgvector has no type " + type);
    };
  }

  /** Binds a vector as text without a type, so that the driver looks none up. */
  static final class TextArgument extends AbstractArgumentFactory<PGvector> {
    TextArgument() {
      super(Types.OTHER);
    }

    @Override
    protected Argument build(PGvector vector, ConfigRegistry config) {
      return (position, statement, context) ->
          statement.setObject(position, vector.getValue(), Types.OTHER);
    }
  }

  /** Binds many components as one array of single-precision numbers. */
  static final class ArrayArgument extends AbstractArgumentFactory<float[]> {
    ArrayArgument() {
      super(Types.ARRAY);
    }

    @Override
    protected Argument build(float[] components, ConfigRegistry config) {
      return (position, statement, context) -> statement.setObject(position, components);
    }
  }
}
