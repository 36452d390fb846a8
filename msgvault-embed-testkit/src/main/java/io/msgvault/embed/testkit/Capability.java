package io.msgvault.embed.testkit;

import io.msgvault.embed.memory.ArchiveWriter;

/**
 * What a backend, or the fixture that presents it to the kit, may do without. Each counts as
 * present unless {@link io.msgvault.embed.testkit.suite.ConformanceSuite#unsupported} names it; one
 * that is missing must be missing in the documented way.
 */
public enum Capability {
  /**
   * The message store finds work through an index. Without it: {@link
   * io.msgvault.embed.store.MessageStore#supportsSeekingScan} says false.
   */
  SEEKING_SCANS("the store does not scan by seeking"),

  /**
   * The archive stores the character U+0000. Without it: {@link ArchiveWriter#insert} throws where
   * a text has it.
   */
  NUL_CHARACTERS("the archive takes no U+0000"),

  /**
   * The archive keeps a message that is deleted softly. Without it: {@link ArchiveWriter#delete}
   * and {@link ArchiveWriter#restore} throw {@link UnsupportedOperationException}, and write
   * nothing; the kit then purges where any end of a message will do.
   */
  SOFT_DELETION("the archive deletes no message softly"),

  /**
   * The archive keeps the order of a message's recipients and attachments. Without it: {@link
   * io.msgvault.embed.store.MessageStore#details} names them in any order.
   */
  ORDERED_DETAILS("the archive keeps no order of recipients and attachments"),

  /**
   * The fixture has statements that change messages past the writer's methods. Without it: {@link
   * MessageStoreFixture#rawWrites} and {@link MessageStoreFixture#rawRemovals} are empty, or throw.
   */
  RAW_WRITES("the fixture has no raw writes"),

  /**
   * The fixture can write where the store notices nothing. Without it: {@link
   * MessageStoreFixture#unseenWriter} throws.
   */
  UNSEEN_WRITES("the fixture has no writes past the store's triggers"),

  /**
   * The store works over a host's data source, which may hand out the connection of a transaction.
   * Without it: {@code beginHostTransaction()} of the fixture throws.
   */
  HOST_TRANSACTIONS("the store takes no connections from its host"),

  /**
   * The fixture can tell how much work a store did. Without it: {@link
   * MessageStoreFixture#workDone} throws.
   */
  COUNTED_WORK("the fixture can't tell how much work the store did"),

  /**
   * The storage can be opened in another process. Without it: {@code otherProcess()} of the fixture
   * throws {@link UnsupportedOperationException}.
   */
  OTHER_PROCESSES("the storage can't be opened in another process"),

  /**
   * Searches find exactly the best. Without it: {@link io.msgvault.embed.store.VectorStore#recall}
   * says less than 1.
   */
  EXACT_SEARCH("searches are approximate"),

  /**
   * The index writes a batch as a whole. Without it: each message is whole, and an upsert that
   * throws may have written some of its messages.
   */
  ATOMIC_BATCHES("the index writes a batch message by message"),

  /**
   * Several workers may fill a generation at once. Without it: {@link
   * io.msgvault.embed.store.VectorStore#supportsSharedLease} says false, and {@link
   * io.msgvault.embed.store.VectorStore#sharedLease} throws {@link UnsupportedOperationException}.
   */
  SHARED_LEASES("the store lets one worker at a generation"),

  /**
   * The embedder counts tokens. Without it: {@link
   * io.msgvault.embed.embedder.Embedder#tokenCounter} is empty.
   */
  COUNTED_TOKENS("the embedder does not count tokens"),

  /** The embedder refuses some texts. Without it: {@link EmbedderFixture#refusedText} throws. */
  REFUSED_TEXTS("the embedder refuses no text"),

  /** The embedder may fail for a while. Without it: {@link EmbedderFixture#openFailing} throws. */
  TRANSIENT_FAILURES("the embedder never fails for a while"),

  /**
   * The embedder may be set up wrongly. Without it: {@link EmbedderFixture#openMisconfigured}
   * throws.
   */
  MISCONFIGURATION("the embedder can't be set up wrongly");

  private final String reason;

  Capability(String reason) {
    this.reason = reason;
  }

  /** Returns, in words, that the capability is missing. */
  public String reason() {
    return reason;
  }

  /**
   * Returns the exception that a fixture's method throws by default, so that a forgotten method
   * skips nothing.
   */
  UnsupportedOperationException notProvided() {
    return new UnsupportedOperationException(
        "the fixture does not offer this: override the method, or let unsupported() name "
            + name());
  }
}
