package io.msgvault.embed.sqlite;

import io.msgvault.embed.model.StoreException;
import java.nio.file.Path;

/** The file was written by a later version of this library. Nothing was changed. */
public final class NewerSchemaException extends StoreException {
  private static final long serialVersionUID = 1L;
  private final int found;
  private final int supported;

  /** Describes what is there, and the remedy. */
  public NewerSchemaException(Path file, String component, int found, int supported) {
    super(
        file
            + ": its "
            + component
            + " schema has version "
            + found
            + ", and this library knows versions up to "
            + supported
            + ": open it with the library that wrote it, or a later one");
    this.found = found;
    this.supported = supported;
  }

  /** The version of the file's schema. */
  public int found() {
    return found;
  }

  /** The latest version that this library knows. */
  public int supported() {
    return supported;
  }
}
