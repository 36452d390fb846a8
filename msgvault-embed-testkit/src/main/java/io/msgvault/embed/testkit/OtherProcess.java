package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveWriter;
import io.msgvault.embed.migration.LegacyIndex;
import io.msgvault.embed.migration.Migration;
import io.msgvault.embed.store.GenerationLedger;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.WordIndex;
import java.util.Objects;

/**
 * How to open a storage in another process. The kit starts a virtual machine on the same class
 * path, creates an opener there and passes the location to it.
 *
 * @param opener a public class with a public constructor without parameters
 * @param location names the storage: a path, a URL
 */
public record OtherProcess(Class<? extends StorageOpener> opener, String location) {
  /** Checks that nothing is null. */
  public OtherProcess {
    Objects.requireNonNull(opener, "opener");
    Objects.requireNonNull(location, "location");
  }

  /** Opens stores by the location of their storage; override what the backend has. */
  public interface StorageOpener {
    /** Opens a message store. */
    default MessageStore messages(String location) {
      throw Capability.OTHER_PROCESSES.notProvided();
    }

    /** Writes to the archive as its host does, past the message store. */
    default ArchiveWriter writer(String location) {
      throw Capability.OTHER_PROCESSES.notProvided();
    }

    /** Opens what a migration needs of an archive's database. */
    default LegacyIndex legacyIndex(String location, Migration migration) {
      throw Capability.OTHER_PROCESSES.notProvided();
    }

    /** Opens a vector store. */
    default VectorStore vectors(String location) {
      throw Capability.OTHER_PROCESSES.notProvided();
    }

    /** Opens an index of words, with the English analyzer. */
    default WordIndex words(String location) {
      throw Capability.OTHER_PROCESSES.notProvided();
    }

    /** Opens a ledger of generations; by default, the vector store. */
    default GenerationLedger ledger(String location) {
      return vectors(location);
    }

    /** Opens an index of vectors; by default, the vector store. */
    default VectorIndex index(String location) {
      return vectors(location);
    }
  }
}
