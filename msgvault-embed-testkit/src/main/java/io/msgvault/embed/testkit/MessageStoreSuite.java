package io.msgvault.embed.testkit;

import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.ScanLimits;
import io.msgvault.embed.Scope;
import io.msgvault.embed.Stamp;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;

/** What the tests of message stores share. */
abstract class MessageStoreSuite extends ConformanceSuite {
  /** Every outcome a stamp can have. */
  static final List<Stamp.Outcome> OUTCOMES =
      List.of(new Stamp.Embedded(), new Stamp.Blank(), new Stamp.Rejected("too long"));

  MessageStoreSuite() {}

  /** An archive on storage of its own, empty. */
  protected abstract MessageStoreFixture newFixture();

  @Override
  final String subject() {
    return "MessageStore";
  }

  final OpenArchive archive() {
    return new OpenArchive(newFixture());
  }

  final boolean takesNul() {
    return has(Capability.NUL_CHARACTERS);
  }

  @Provide
  Arbitrary<List<ArchiveStory.Action>> stories() {
    return ArchiveStory.stories(lacking());
  }

  @Provide
  Arbitrary<ArchiveMessage> messages() {
    return Given.messages(takesNul());
  }

  @Provide
  Arbitrary<List<ArchiveMessage>> someMessages() {
    return Given.messages(takesNul()).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<ArchiveMessage>> describedMessages() {
    return Given.describedMessages().list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<MessageFilter>> filters() {
    return Given.filters().list().ofMinSize(1).ofMaxSize(6);
  }

  @Provide
  Arbitrary<Scope> scopes() {
    return Given.scopes();
  }

  @Provide
  Arbitrary<ScanLimits> limits() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.longs().between(1, 20_000),
            Arbitraries.integers().between(1, 12_000))
        .as(ScanLimits::new);
  }
}
