package io.msgvault.embed.store;

import io.msgvault.embed.model.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Reports an index that cannot be read: files are damaged or missing, or something else wrote them.
 * Nothing was changed. An index is derived data and can be made anew.
 */
public class BrokenIndexException extends StoreException {
  private final String location;

  /**
   * Describes what is wrong, and the remedy.
   *
   * @param location names the directory or the file, without credentials
   * @param problem what is wrong with it
   * @param remedy what to do
   * @param cause what the engine reported, if it did
   */
  public BrokenIndexException(
      String location, String problem, String remedy, @Nullable Throwable cause) {
    super(location + ": " + problem + ": " + remedy, cause);
    this.location = location;
  }

  /** Returns the directory or the file. */
  public String location() {
    return location;
  }
}
