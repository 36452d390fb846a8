package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.MessageStoreFixture;
import io.msgvault.embed.testkit.model.ArchiveScenario;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.Generators;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;

/** Gives the rules of message stores an archive each, and random messages, scopes and filters. */
public interface MessageStoreContext extends SuiteContext {
  /** Opens storage for one test. It is empty. */
  MessageStoreFixture openFixture();

  default ArchiveUnderTest archive() {
    return new ArchiveUnderTest(openFixture());
  }

  default boolean supportsNul() {
    return supports(Capability.NUL_CHARACTERS);
  }

  @Provide
  default Arbitrary<List<ArchiveScenario.Action>> scenarios() {
    return ArchiveScenario.scenarios(missingCapabilities());
  }

  @Provide
  default Arbitrary<ArchiveMessage> messages() {
    return Generators.messages(supportsNul());
  }

  @Provide
  default Arbitrary<List<ArchiveMessage>> messageLists() {
    return Generators.messages(supportsNul()).list().ofMaxSize(12);
  }

  @Provide
  default Arbitrary<List<ArchiveMessage>> messagesWithMetadata() {
    return Generators.messagesWithMetadata().list().ofMaxSize(12);
  }

  @Provide
  default Arbitrary<List<MessageFilter>> filters() {
    return Generators.filters().list().ofMinSize(1).ofMaxSize(6);
  }

  @Provide
  default Arbitrary<Scope> scopes() {
    return Generators.scopes();
  }

  @Provide
  default Arbitrary<ScanLimits> limits() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.longs().between(1, 20_000),
            Arbitraries.integers().between(1, 12_000))
        .as(ScanLimits::new);
  }
}
