package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;

/**
 * Reports that the tables or files of an archive or an index are not there, or not all of them.
 * Nothing was changed.
 */
public class NotInstalledException extends StoreException {
  private final String location;

  /**
   * Describes what is missing, and the remedy.
   *
   * @param location names the file, the directory or the schema, without credentials
   * @param component names what is missing, such as {@code vectors}
   * @param remedy names the call that installs it, such as {@code SqliteVectorStore.install}
   */
  public NotInstalledException(String location, String component, String remedy) {
    super(location + ": its part '" + component + "' is not installed; call " + remedy);
    this.location = location;
  }

  /** Returns the file, the directory or the schema that lacks them. */
  public String location() {
    return location;
  }
}
