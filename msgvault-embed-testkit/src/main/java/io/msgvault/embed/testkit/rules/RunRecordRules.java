package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Example;

/** Holds a vector store to the records that it keeps of runs. */
public interface RunRecordRules extends VectorStoreContext {
  @Rule("VS-17")
  @Example
  default void newRunClosesEarlierRun() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      index.create(2, DIMENSION);
      VectorStore store = index.store();
      RunRecord killed = store.beginRun(1, RunKind.BACKSTOP, NOON);
      RunRecord ofAnother = store.beginRun(2, RunKind.FILL, NOON.plusSeconds(1));
      RunRecord next = index.reopen().beginRun(1, RunKind.FILL, NOON.plusSeconds(2));
      List<RunRecord> runs = index.store().runs(10);
      Expect.equal(List.of(next, ofAnother), runs.subList(0, 2), "the open runs");
      Expect.equal(killed.id(), runs.get(2).id(), "the third run");
      Expect.equal(
          RunRecord.Status.ABANDONED, runs.get(2).status(), "the status of the killed run");
      Expect.equal(Optional.of(next.started()), runs.get(2).ended(), "when the killed run ended");
      Expect.that(
          killed.id() < ofAnother.id() && ofAnother.id() < next.id(),
          "the ids of runs do not grow");
    }
  }

  @Rule("VS-17")
  @Example
  default void newRunClosesRunsOfRetiredGenerations() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      VectorStore store = index.store();
      RunRecord killed = store.beginRun(1, RunKind.FILL, NOON);
      RunRecord late = store.beginRun(1, RunKind.FILL, NOON.plusSeconds(1));
      index.createActive(2, DIMENSION);
      RunRecord next = store.beginRun(2, RunKind.FILL, NOON.plusSeconds(2));
      Expect.equal(
          List.of(RunRecord.Status.RUNNING, RunRecord.Status.ABANDONED, RunRecord.Status.ABANDONED),
          store.runs(3).stream().map(RunRecord::status).toList(),
          "the runs after their generation was retired and another's began");
      RunRecord ended =
          late.end(NOON.plusSeconds(3), RunRecord.Status.CANCELLED, RunCounts.NONE, "RETIRED");
      store.endRun(ended);
      Expect.equal(List.of(next, ended), store.runs(2), "the runs after a late one has ended");
      Expect.that(killed.id() < late.id(), "the ids of runs do not grow");
    }
  }

  @Rule("VS-17")
  @Example
  default void lastHundredRunsAreKept() {
    try (IndexUnderTest index = index()) {
      index.createActive(1, DIMENSION);
      List<RunRecord> ended = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        RunRecord run =
            index
                .store()
                .beginRun(1, RunKind.FILL, NOON.plusSeconds(i))
                .end(NOON.plusSeconds(i), RunRecord.Status.FAILED, RunCounts.NONE, "reason " + i);
        index.store().endRun(run);
        ended.add(0, run);
      }
      Expect.equal(ended.subList(0, 100), index.store().runs(100), "the last 100 runs");
      Expect.equal(ended.subList(0, 3), index.store().runs(3), "the last three runs");
    }
  }
}
