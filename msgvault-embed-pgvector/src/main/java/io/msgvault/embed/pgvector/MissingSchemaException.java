package io.msgvault.embed.pgvector;

import io.msgvault.embed.model.StoreException;

/** The schema is not there, or has not the tables that were looked for. Nothing was changed. */
public final class MissingSchemaException extends StoreException {
  private static final long serialVersionUID = 1L;
  private final String schema;

  /** Describes what is there, and the remedy. */
  public MissingSchemaException(String schema, String component) {
    super(
        "the schema "
            + schema
            + " has no "
            + component
            + " of this version: call install, or check the schema's name",
        null);
    this.schema = schema;
  }

  /** The schema's name. */
  public String schema() {
    return schema;
  }
}
