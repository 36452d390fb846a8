package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;

import io.msgvault.embed.store.VectorIndex;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.VectorIndexFixture;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.List;
import net.jqwik.api.Example;

/** Holds a closed index of vectors to refusing every call. */
public interface VectorIndexClosingRules extends SuiteContext {
  /** Opens storage for one test. It is empty. */
  VectorIndexFixture openIndexFixture();

  @Rule("VS-18")
  @Example
  default void closedIndexRejectsCalls() {
    try (VectorIndexFixture storage = openIndexFixture();
        VectorIndex open = storage.open()) {
      float[] vector = {1, 0, 0};
      open.upsert(1, List.of(IndexUnderTest.message(1, vector)));
      VectorIndex closed = storage.open();
      closed.close();
      closed.close();
      Call.eachThrows(
          IllegalStateException.class,
          "a closed index",
          List.of(
              call("upsert", () -> closed.upsert(1, List.of(IndexUnderTest.message(1, vector)))),
              call("delete", () -> closed.delete(1, List.of(1L))),
              call("size", () -> closed.size(1)),
              call("messageIds", () -> closed.messageIds(1, 0, 1)),
              call("vectors", () -> closed.vectors(1, List.of(1L))),
              call("search", () -> closed.search(1, vector, 1)),
              call("search", () -> closed.search(1, vector, 1, List.of(1L))),
              call("searchExactly", () -> closed.searchExactly(1, vector, 1, List.of(1L))),
              call("recall", closed::recall),
              call("drop", () -> closed.drop(1))));
      Expect.equal(1L, open.size(1).messages(), "the messages that another index on it has");
    }
  }
}
