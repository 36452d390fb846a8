package io.msgvault.embed.mapping;

import io.msgvault.embed.model.StoreException;
import java.util.List;

/**
 * Reports an archive that was installed with another {@link ArchiveMapping}, in a part that
 * columns, indexes and triggers depend on. The parts that only filters read may differ. Nothing was
 * changed. Use the mapping that it was installed with; or uninstall, and install with the new one,
 * after which every message needs work.
 */
public final class MappingMismatchException extends StoreException {
  private final List<String> differences;

  /**
   * Describes all differences at once.
   *
   * @param differences at least one
   */
  public MappingMismatchException(List<String> differences) {
    super(
        "the archive is installed with another mapping: use that, or uninstall it first; "
            + String.join("; ", differences));
    this.differences = List.copyOf(differences);
  }

  /** Returns the differences, from {@link InstalledMapping#differencesTo}. */
  public List<String> differences() {
    return differences;
  }
}
