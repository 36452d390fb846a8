package io.msgvault.embed.testkit.model;

import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryVectorIndex;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.GenerationLedgerFixture;
import io.msgvault.embed.testkit.OtherProcess;
import io.msgvault.embed.testkit.VectorIndexFixture;
import io.msgvault.embed.testkit.VectorStoreFixture;
import java.util.function.Supplier;

/** Joins the half of a vector store that is under test with the other half in memory. */
public final class JoinedHalves implements VectorStoreFixture {
  private final Supplier<VectorStore> joined;
  private final Runnable wipe;
  private final Supplier<OtherProcess> otherProcess;
  private final Runnable close;
  private InMemoryIndex ledgers = new InMemoryIndex();
  private InMemoryVectorIndex.Storage vectors = new InMemoryVectorIndex.Storage();

  /** Joins a ledger with an index in memory. */
  public JoinedHalves(GenerationLedgerFixture ledger) {
    joined = () -> VectorStore.of(ledger.open(), new InMemoryVectorIndex(vectors));
    wipe = ledger::wipe;
    otherProcess = ledger::otherProcess;
    close = ledger::close;
  }

  /** Joins an index with a ledger in memory. */
  public JoinedHalves(VectorIndexFixture index) {
    joined = () -> VectorStore.of(new InMemoryVectorStore(ledgers), index.open());
    wipe = index::wipe;
    otherProcess = index::otherProcess;
    close = index::close;
  }

  @Override
  public VectorStore open() {
    return joined.get();
  }

  @Override
  public void wipe() {
    wipe.run();
    ledgers = new InMemoryIndex();
    vectors = new InMemoryVectorIndex.Storage();
  }

  @Override
  public OtherProcess otherProcess() {
    return otherProcess.get();
  }

  @Override
  public void close() {
    close.run();
  }
}
