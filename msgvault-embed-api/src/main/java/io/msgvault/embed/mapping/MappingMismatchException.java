package io.msgvault.embed.mapping;

import io.msgvault.embed.model.StoreException;
import java.util.List;

/**
 * The archive was installed with an {@link ArchiveMapping} that differs in what columns, indexes
 * and triggers depend on, or the types of its columns have changed since. What only filters read
 * may differ. Nothing was changed. Use the mapping that it was installed with; or uninstall, and
 * install with the new one, after which every message needs work.
 */
public final class MappingMismatchException extends StoreException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> differences;

  /**
   * An error for all differences at once.
   *
   * @param differences at least one
   */
  public MappingMismatchException(List<String> differences) {
    super(
        "the archive is installed with another mapping: use that, or uninstall it first; "
            + String.join("; ", differences));
    this.differences = List.copyOf(differences);
  }

  /** What differs, each as what was installed and what was given. */
  public List<String> differences() {
    return differences;
  }
}
