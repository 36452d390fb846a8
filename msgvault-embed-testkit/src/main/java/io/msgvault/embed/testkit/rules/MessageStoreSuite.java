package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.ConformanceSuite;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.model.ArchiveScenario;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.Generators;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;

/** What the tests of message stores share. */
public abstract class MessageStoreSuite extends ConformanceSuite {
  /** Every outcome a stamp can have. */
  static final List<Stamp.Outcome> OUTCOMES =
      List.of(new Stamp.Embedded(), new Stamp.Blank(), new Stamp.Rejected("too long"));

  protected MessageStoreSuite() {}

  /** An archive on storage of its own, empty. */
  protected abstract MessageStoreFixture newFixture();

  @Override
  protected final String subject() {
    return "MessageStore";
  }

  public final ArchiveUnderTest archive() {
    return new ArchiveUnderTest(newFixture());
  }

  final boolean supportsNul() {
    return supports(Capability.NUL_CHARACTERS);
  }

  @Provide
  public Arbitrary<List<ArchiveScenario.Action>> scenarios() {
    return ArchiveScenario.scenarios(unsupported());
  }

  @Provide
  public Arbitrary<ArchiveMessage> messages() {
    return Generators.messages(supportsNul());
  }

  @Provide
  public Arbitrary<List<ArchiveMessage>> messageLists() {
    return Generators.messages(supportsNul()).list().ofMaxSize(12);
  }

  @Provide
  public Arbitrary<List<ArchiveMessage>> messagesWithMetadata() {
    return Generators.messagesWithMetadata().list().ofMaxSize(12);
  }

  @Provide
  public Arbitrary<List<MessageFilter>> filters() {
    return Generators.filters().list().ofMinSize(1).ofMaxSize(6);
  }

  @Provide
  public Arbitrary<Scope> scopes() {
    return Generators.scopes();
  }

  @Provide
  public Arbitrary<ScanLimits> limits() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.longs().between(1, 20_000),
            Arbitraries.integers().between(1, 12_000))
        .as(ScanLimits::new);
  }
}
