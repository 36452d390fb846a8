package io.msgvault.embed.search;

import io.msgvault.embed.search.SearchUnavailableException.Reason;
import io.msgvault.embed.store.MessageStore;
import java.util.Optional;
import java.util.UUID;

/** Refuses an index that was made for other messages (SR-4). */
final class ArchiveCheck {
  private ArchiveCheck() {}

  /**
   * Requires that an index belongs to these messages. Accepts one that is bound to no archive,
   * because a host may fill it by itself.
   *
   * @param index what the index is called
   * @param bound the archive that the index is bound to
   */
  static void requireSame(String index, Optional<UUID> bound, MessageStore messages) {
    if (bound.isEmpty()) {
      return;
    }
    UUID archive = messages.archiveId();
    if (!bound.get().equals(archive)) {
      throw new SearchUnavailableException(
          Reason.ARCHIVE_MISMATCH,
          "the %s was made for archive %s, not for %s: open the one that belongs to these messages, or an empty one, which the job fills"
              .formatted(index, bound.get(), archive));
    }
  }
}
