package io.msgvault.embed.pgvector.internal.db;

import java.sql.Types;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;

/** Arrays of byte strings, which the driver sends in binary form. */
final class PgBytes {
  private PgBytes() {}

  /** Binds byte strings as one array. */
  static final class ArrayArgument extends AbstractArgumentFactory<byte[][]> {
    ArrayArgument() {
      super(Types.ARRAY);
    }

    @Override
    protected Argument build(byte[][] values, ConfigRegistry config) {
      return (position, statement, context) -> statement.setObject(position, values);
    }
  }
}
