package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.testkit.ConformanceSuite;
import io.msgvault.embed.testkit.VectorStoreFixture;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.testkit.model.IndexScenario;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** What the tests of vector stores share. */
public abstract class VectorStoreSuite extends ConformanceSuite {
  public static final int DIMENSION = 3;

  protected VectorStoreSuite() {}

  /** An index on storage of its own, empty. */
  protected abstract VectorStoreFixture newFixture();

  @Override
  protected final String subject() {
    return "VectorStore";
  }

  public final IndexUnderTest index() {
    return new IndexUnderTest(newFixture());
  }

  @Provide
  public Arbitrary<List<IndexScenario.Action>> scenarios() {
    return IndexScenario.scenarios();
  }

  @Provide
  public Arbitrary<float[]> vectors() {
    return Generators.vectors(DIMENSION);
  }

  @Provide
  public Arbitrary<float[]> invalidVectors() {
    return Generators.invalidVectors(DIMENSION);
  }

  /** The chunks of up to 20 messages. */
  @Provide
  public Arbitrary<List<List<float[]>>> chunkLists() {
    return Generators.vectors(DIMENSION).list().ofMinSize(1).ofMaxSize(4).list().ofMaxSize(20);
  }

  @Provide
  public Arbitrary<Integer> limits() {
    return Arbitraries.of(1, 2, 5, 10, 25);
  }
}
