package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;

import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.IndexScenario;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** Gives the rules of vector stores an index each, and random vectors. */
public interface VectorStoreContext extends SuiteContext {
  /** Opens storage for one test. It is empty. */
  VectorStoreFixture openFixture();

  default IndexUnderTest index() {
    return new IndexUnderTest(openFixture());
  }

  @Provide
  default Arbitrary<List<IndexScenario.Action>> scenarios() {
    return IndexScenario.scenarios();
  }

  @Provide
  default Arbitrary<float[]> vectors() {
    return Generators.vectors(DIMENSION);
  }

  @Provide
  default Arbitrary<float[]> invalidVectors() {
    return Generators.invalidVectors(DIMENSION);
  }

  /** The chunks of up to 20 messages. */
  @Provide
  default Arbitrary<List<List<float[]>>> chunkLists() {
    return Generators.vectors(DIMENSION).list().ofMinSize(1).ofMaxSize(4).list().ofMaxSize(20);
  }

  @Provide
  default Arbitrary<Integer> limits() {
    return Arbitraries.of(1, 2, 5, 10, 25);
  }
}
