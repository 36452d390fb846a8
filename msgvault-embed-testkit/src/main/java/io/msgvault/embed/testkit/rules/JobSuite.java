package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.ConformanceSuite;
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

/** What the tests of jobs share. */
public abstract class JobSuite extends ConformanceSuite {
  protected JobSuite() {}

  /** An archive and an index on storage of their own, empty. */
  protected abstract StorageFixture newFixture();

  @Override
  protected final String subject() {
    return "EmbedJob";
  }

  public final StorageUnderTest storage() {
    return new StorageUnderTest(newFixture());
  }

  final boolean supportsNul() {
    return supports(Capability.NUL_CHARACTERS);
  }

  /** A storage with messages of plain text that have the ids 1 to {@code count}. */
  final StorageUnderTest storage(int count) {
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
  public Arbitrary<List<ArchiveScenario.Write>> writes() {
    return ArchiveScenario.writes(unsupported()).list().ofMaxSize(12);
  }

  @Provide
  public Arbitrary<List<JobScenario.Action>> scenarios() {
    return JobScenario.scenarios(unsupported());
  }

  @Provide
  public Arbitrary<List<ArchiveMessage>> messageLists() {
    return Generators.messages(supportsNul()).list().ofMaxSize(12);
  }

  @Provide
  public Arbitrary<Scope> scopes() {
    return Generators.scopes();
  }

  @Provide
  public Arbitrary<List<FaultyEmbedder.Fault>> faults() {
    return Arbitraries.of(FaultyEmbedder.Fault.class).list().ofMaxSize(6);
  }
}
