package io.msgvault.embed.testkit;

import io.msgvault.embed.MessageStore;
import io.msgvault.embed.VectorStore;
import io.msgvault.embed.archive.FormerIndex;
import io.msgvault.embed.archive.Takeover;
import java.util.Objects;

/**
 * How to open a storage in another process: the kit starts a virtual machine on the same class
 * path, makes an opener there and hands it the location.
 *
 * @param opener a public class with a public constructor without parameters
 * @param location names the storage: a path, a URL
 */
public record Elsewhere(Class<? extends Opener> opener, String location) {
  /** Checks that nothing is null. */
  public Elsewhere {
    Objects.requireNonNull(opener, "opener");
    Objects.requireNonNull(location, "location");
  }

  /** Opens stores by the location of their storage; override what the backend has. */
  public interface Opener {
    /** Opens a message store. */
    default MessageStore messages(String location) {
      throw Capability.OTHER_PROCESSES.notOffered();
    }

    /** Writes to the archive as its host does, past the message store. */
    default ArchiveWriter writer(String location) {
      throw Capability.OTHER_PROCESSES.notOffered();
    }

    /** Opens what a takeover needs of an archive's database. */
    default FormerIndex former(String location, Takeover takeover) {
      throw Capability.OTHER_PROCESSES.notOffered();
    }

    /** Opens a vector store. */
    default VectorStore vectors(String location) {
      throw Capability.OTHER_PROCESSES.notOffered();
    }
  }
}
