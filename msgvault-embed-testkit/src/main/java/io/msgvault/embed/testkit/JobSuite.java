package io.msgvault.embed.testkit;

import io.msgvault.embed.Scope;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** What the tests of jobs share. */
abstract class JobSuite extends ConformanceSuite {
  JobSuite() {}

  /** An archive and an index on storage of their own, empty. */
  protected abstract StorageFixture newFixture();

  @Override
  final String subject() {
    return "EmbedJob";
  }

  final OpenStorage storage() {
    return new OpenStorage(newFixture());
  }

  final boolean takesNul() {
    return has(Capability.NUL_CHARACTERS);
  }

  /** A storage with messages of plain text that have the ids 1 to {@code count}. */
  final OpenStorage storage(int count) {
    OpenStorage storage = storage();
    for (long id = 1; id <= count; id++) {
      storage.archive.insert(id, "text number " + id);
    }
    return storage;
  }

  static ArchiveMessage.Content text(String text) {
    return new ArchiveMessage.Content("", text, "");
  }

  @Provide
  Arbitrary<List<ArchiveStory.Write>> writes() {
    return ArchiveStory.writes(lacking()).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<List<JobStory.Action>> stories() {
    return JobStory.stories(lacking());
  }

  @Provide
  Arbitrary<List<ArchiveMessage>> someMessages() {
    return Given.messages(takesNul()).list().ofMaxSize(12);
  }

  @Provide
  Arbitrary<Scope> scopes() {
    return Given.scopes();
  }

  @Provide
  Arbitrary<List<FaultyEmbedder.Fault>> faults() {
    return Arbitraries.of(FaultyEmbedder.Fault.class).list().ofMaxSize(6);
  }
}
