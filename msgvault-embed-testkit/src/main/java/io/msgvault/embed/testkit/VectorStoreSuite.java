package io.msgvault.embed.testkit;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** What the tests of vector stores share. */
abstract class VectorStoreSuite extends ConformanceSuite {
  static final int DIMENSION = 3;

  VectorStoreSuite() {}

  /** An index on storage of its own, empty. */
  protected abstract VectorStoreFixture newFixture();

  @Override
  final String subject() {
    return "VectorStore";
  }

  final OpenIndex index() {
    return new OpenIndex(newFixture());
  }

  @Provide
  Arbitrary<List<IndexStory.Action>> stories() {
    return IndexStory.stories();
  }

  @Provide
  Arbitrary<float[]> vectors() {
    return Given.vectors(DIMENSION);
  }

  @Provide
  Arbitrary<float[]> invalidVectors() {
    return Given.invalidVectors(DIMENSION);
  }

  /** The chunks of up to 20 messages. */
  @Provide
  Arbitrary<List<List<float[]>>> archives() {
    return Given.vectors(DIMENSION).list().ofMinSize(1).ofMaxSize(4).list().ofMaxSize(20);
  }

  @Provide
  Arbitrary<Integer> ks() {
    return Arbitraries.of(1, 2, 5, 10, 25);
  }
}
