package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;

/** Reports tables that a later version of this library wrote. Nothing was changed. */
public class NewerSchemaException extends StoreException {
  private final int found;
  private final int supported;

  /**
   * Describes what is there, and the remedy.
   *
   * @param location names the file or the schema, without credentials
   * @param component names the tables, such as {@code vectors}
   * @param found the version that is there
   * @param supported the latest version that this library knows
   */
  public NewerSchemaException(String location, String component, int found, int supported) {
    super(
        location
            + ": its "
            + component
            + " tables have version "
            + found
            + ", and this library knows versions up to "
            + supported
            + ": open them with the library that wrote them, or a later one");
    this.found = found;
    this.supported = supported;
  }

  /** Returns the version of the tables. */
  public int found() {
    return found;
  }

  /** Returns the latest version that this library knows. */
  public int supported() {
    return supported;
  }
}
