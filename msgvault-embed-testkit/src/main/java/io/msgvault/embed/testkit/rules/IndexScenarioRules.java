package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.IndexScenario;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Compares a vector store with a model of the index after random actions. */
public interface IndexScenarioRules extends VectorStoreContext {
  /** Any number of actions in any order, on two stores of one index. */
  @Rule({
    "VS-1", "VS-2", "VS-3", "VS-4", "VS-5", "VS-6", "VS-7", "VS-9", "VS-10", "VS-11", "VS-12",
    "VS-13", "VS-14", "VS-15", "VS-17", "EJ-9"
  })
  @Property(tries = 120)
  default void indexMatchesModel(@ForAll("scenarios") List<IndexScenario.Action> actions) {
    try (IndexScenario scenario = new IndexScenario(index(), supports(Capability.EXACT_SEARCH))) {
      scenario.run(actions);
    }
  }
}
