package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.StorageFixture;
import io.msgvault.embed.testkit.model.ArchiveScenario;
import io.msgvault.embed.testkit.model.FaultyEmbedder;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.JobScenario;
import io.msgvault.embed.testkit.model.StorageUnderTest;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** Gives the rules of jobs and searchers an archive with an index each, and random writes. */
public interface JobContext extends SuiteContext {
  /** Opens storage for one test. It is empty. */
  StorageFixture openFixture();

  default StorageUnderTest storage() {
    return new StorageUnderTest(openFixture());
  }

  default boolean supportsNul() {
    return supports(Capability.NUL_CHARACTERS);
  }

  /** A storage with messages of plain text that have the ids 1 to {@code count}. */
  default StorageUnderTest storage(int count) {
    StorageUnderTest storage = storage();
    for (long id = 1; id <= count; id++) {
      storage.archive.insert(id, "text number " + id);
    }
    return storage;
  }

  static ArchiveMessage.Content text(String text) {
    return new ArchiveMessage.Content("", text, "");
  }

  @Provide
  default Arbitrary<List<ArchiveScenario.Write>> writes() {
    return ArchiveScenario.writes(missingCapabilities()).list().ofMaxSize(12);
  }

  @Provide
  default Arbitrary<List<JobScenario.Action>> scenarios() {
    return JobScenario.scenarios(missingCapabilities());
  }

  @Provide
  default Arbitrary<List<ArchiveMessage>> messageLists() {
    return Generators.messages(supportsNul()).list().ofMaxSize(12);
  }

  @Provide
  default Arbitrary<Scope> scopes() {
    return Generators.scopes();
  }

  @Provide
  default Arbitrary<List<FaultyEmbedder.Fault>> faults() {
    return Arbitraries.of(FaultyEmbedder.Fault.class).list().ofMaxSize(6);
  }

  @Provide
  default Arbitrary<FaultyEmbedder.Fault> lastingFaults() {
    return Arbitraries.of(FaultRules.LASTING_FAULTS);
  }
}
