package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.model.ArchiveMismatchException;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Example;

/** Holds a vector store to the one archive that it is bound to. */
public interface BindingRules extends VectorStoreContext {
  @Rule("VS-16")
  @Example
  default void bindingIsPermanent() {
    UUID archive = UUID.fromString("9f0c9d52-5f0a-4b7e-8d1c-0a1b2c3d4e5f");
    UUID another = UUID.fromString("00000000-0000-4000-8000-000000000001");
    try (IndexUnderTest index = index()) {
      Expect.equal(Optional.empty(), index.store().archive(), "the archive of a store that is new");
      index.store().bind(archive);
      index.store().bind(archive);
      for (VectorStore store : List.of(index.open(), index.reopen())) {
        ArchiveMismatchException refusal =
            Expect.thrown(
                ArchiveMismatchException.class,
                "binding to a second archive",
                () -> store.bind(another));
        Expect.equal(archive, refusal.bound(), "the archive that the error says it is bound to");
        Expect.equal(another, refusal.given(), "the archive that the error says was given");
        store.bind(archive);
        Expect.equal(Optional.of(archive), store.archive(), "the archive that a store is bound to");
      }
      index.wipe().bind(another);
    }
  }
}
