package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;

/** Reports tables or files that a later version of this library wrote. Nothing was changed. */
public class NewerSchemaException extends StoreException {
  private final int found;
  private final int supported;

  /**
   * Describes what is there, and the remedy.
   *
   * @param location names the file, the directory or the schema, without credentials
   * @param component names the part, such as {@code vectors}
   * @param found the version that is there
   * @param supported the latest version that this library knows
   */
  public NewerSchemaException(String location, String component, int found, int supported) {
    super(
        location
            + ": its part '"
            + component
            + "' has version "
            + found
            + ", and this library knows versions up to "
            + supported
            + ": open it with the library that wrote it, or a later one");
    this.found = found;
    this.supported = supported;
  }

  /** Returns the version that is there. */
  public int found() {
    return found;
  }

  /** Returns the latest version that this library knows. */
  public int supported() {
    return supported;
  }
}
