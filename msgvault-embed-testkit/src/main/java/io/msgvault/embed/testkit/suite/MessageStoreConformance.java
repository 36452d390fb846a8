package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.rules.ArchiveScenarioRules;
import io.msgvault.embed.testkit.rules.IdentityRules;
import io.msgvault.embed.testkit.rules.ListingRules;
import io.msgvault.embed.testkit.rules.MeetingStampRules;
import io.msgvault.embed.testkit.rules.MessageStoreClosingRules;
import io.msgvault.embed.testkit.rules.MessageStoreHostRules;
import io.msgvault.embed.testkit.rules.QueryRules;
import io.msgvault.embed.testkit.rules.RemovalRecordRules;
import io.msgvault.embed.testkit.rules.RevisionRules;
import io.msgvault.embed.testkit.rules.ScanRules;
import io.msgvault.embed.testkit.rules.StampRules;

/**
 * Holds a {@link io.msgvault.embed.store.MessageStore} to the rules {@code MS} of the contract.
 *
 * <pre>{@code
 * class MyMessageStoreTest extends MessageStoreConformance {
 *   @Override
 *   protected MessageStoreFixture newFixture() {
 *     return new MyArchive();
 *   }
 * }
 * }</pre>
 */
public abstract class MessageStoreConformance extends ConformanceSuite
    implements ArchiveScenarioRules,
        ScanRules,
        RevisionRules,
        StampRules,
        MeetingStampRules,
        QueryRules,
        ListingRules,
        RemovalRecordRules,
        IdentityRules,
        MessageStoreHostRules,
        MessageStoreClosingRules {
  /** For subclasses, which need a constructor without parameters. */
  protected MessageStoreConformance() {}

  /** Opens an archive on storage of its own, empty. */
  protected abstract MessageStoreFixture newFixture();

  @Override
  public final MessageStoreFixture openFixture() {
    return newFixture();
  }
}
