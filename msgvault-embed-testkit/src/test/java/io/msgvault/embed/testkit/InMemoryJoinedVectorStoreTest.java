package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryVectorIndex;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.GenerationStateException;
import io.msgvault.embed.model.IncompleteCoverageException;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.ChunkVector;
import io.msgvault.embed.store.MessageVectors;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.suite.VectorStoreConformance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;

/** Runs the suite on a ledger and an index that share no storage and are joined. */
class InMemoryJoinedVectorStoreTest extends VectorStoreConformance {
  @Override
  protected VectorStoreFixture newFixture() {
    return new VectorStoreFixture() {
      private InMemoryIndex ledgers = new InMemoryIndex();
      private InMemoryVectorIndex.Storage vectors = new InMemoryVectorIndex.Storage();

      @Override
      public VectorStore open() {
        return VectorStore.of(new InMemoryVectorStore(ledgers), new InMemoryVectorIndex(vectors));
      }

      @Override
      public void wipe() {
        ledgers = new InMemoryIndex();
        vectors = new InMemoryVectorIndex.Storage();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.OTHER_PROCESSES, Capability.HOST_TRANSACTIONS);
  }

  @Example
  void indexIsPreparedBetweenCheckAndActivation() {
    List<String> calls = new ArrayList<>();
    InMemoryVectorStore ledger = new InMemoryVectorStore(new InMemoryIndex());
    InMemoryVectorIndex index =
        new InMemoryVectorIndex(new InMemoryVectorIndex.Storage()) {
          @Override
          public void prepare(long generation) {
            calls.add("prepare, building " + ledger.building().isPresent());
          }
        };
    try (VectorStore joined = VectorStore.of(ledger, index)) {
      joined.create(new Fingerprint("model", 2, "text", Scope.ALL), 1);
      Coverage missing = new Coverage(1, 0, 0, 0, 1);
      assertThrows(
          IncompleteCoverageException.class,
          () ->
              joined.activate(
                  1,
                  generation -> {
                    throw new IncompleteCoverageException(generation.id(), missing);
                  }));
      assertEquals(List.of(), calls);
      joined.activate(1, generation -> calls.add("check"));
      assertEquals(List.of("check", "prepare, building true"), calls);
      assertEquals(1, joined.active().orElseThrow().id());
    }
  }

  @Example
  void writeThatRetirementOvertakesIsTakenBack() {
    InMemoryVectorStore ledger = new InMemoryVectorStore(new InMemoryIndex());
    InMemoryVectorIndex.Storage storage = new InMemoryVectorIndex.Storage();
    InMemoryVectorIndex slow =
        new InMemoryVectorIndex(storage) {
          @Override
          public void upsert(long generation, Collection<MessageVectors> batch) {
            ledger.retire(generation);
            super.drop(generation);
            super.upsert(generation, batch);
          }
        };
    try (VectorStore joined = VectorStore.of(ledger, slow)) {
      joined.create(new Fingerprint("model", 2, "text", Scope.ALL), 1);
      List<MessageVectors> batch =
          List.of(new MessageVectors(1, 1, "", List.of(new ChunkVector(0, 1, new float[] {1, 0}))));
      assertThrows(GenerationStateException.class, () -> joined.upsert(1, batch));
      assertEquals(new IndexSize(0, 0), joined.size(1));
    }
  }
}
