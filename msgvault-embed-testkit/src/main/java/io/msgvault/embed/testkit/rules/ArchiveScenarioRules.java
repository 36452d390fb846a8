package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveScenario;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Compares a message store with a model of the archive after random actions. */
public interface ArchiveScenarioRules extends MessageStoreContext {
  /** Any number of actions in any order, on two stores of one archive. */
  @Rule({
    "MS-1", "MS-2", "MS-3", "MS-4", "MS-5", "MS-6", "MS-7", "MS-8", "MS-10", "MS-11", "MS-13",
    "MS-16", "MS-28", "MS-30"
  })
  @Property(tries = 120)
  default void archiveMatchesModel(@ForAll("scenarios") List<ArchiveScenario.Action> actions) {
    ArchiveUnderTest archive = archive();
    try (ArchiveScenario scenario =
        new ArchiveScenario(
            archive, supports(Capability.RAW_WRITES) ? archive.fixture().rawWrites() : List.of())) {
      scenario.run(actions);
    }
  }
}
