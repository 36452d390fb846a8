package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.model.Call.call;
import static io.msgvault.embed.testkit.rules.RuleConstants.DIMENSION;
import static io.msgvault.embed.testkit.rules.RuleConstants.NOON;

import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.CoverageCheck;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.store.VectorStore;
import io.msgvault.embed.store.Watermark;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.IndexUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Lists the calls of a store that need its storage, one of each kind. */
final class StoreCalls {
  private StoreCalls() {}

  /**
   * Returns those of every message store. {@code miscounted} and {@code recount} are not among
   * them: a store that keeps no counts answers them without its storage.
   */
  static List<Call> of(MessageStore store) {
    return new ArrayList<>(
        List.of(
            call("archiveId", store::archiveId),
            call("reserveGenerationId", () -> store.reserveGenerationId(0)),
            call("scan", () -> store.scan(1, Scope.ALL, 0, ArchiveUnderTest.UNLIMITED)),
            call("find", () -> store.find(List.of(1L), 10)),
            call("needingWork", () -> store.needingWork(1, Scope.ALL, 0, 1)),
            call("live", () -> store.live(Scope.ALL, 0, 1)),
            call("details", () -> store.details(List.of(1L))),
            call("removed", () -> store.removed(0, 1)),
            call("settleRemoved", () -> store.settleRemoved(List.of(new Removal(1, 1)))),
            call(
                "stamp", () -> store.stamp(1, List.of(new Stamp(1, 1, ArchiveUnderTest.EMBEDDED)))),
            call("unstamp", () -> store.unstamp(List.of(1L))),
            call("coverage", () -> store.coverage(1, Scope.ALL)),
            call("coverageWithoutGeneration", () -> store.coverageWithoutGeneration(Scope.ALL)),
            call("sync", store::sync),
            call("stampedGenerations", store::stampedGenerations),
            call("embeddedIds", () -> store.embeddedIds(1, 0, 1)),
            call("blankIds", () -> store.blankIds(1, 0, 1)),
            call("rejections", () -> store.rejections(1, 0, 1)),
            call("filterIds", () -> store.filterIds(List.of(1L), MessageFilter.ALL)),
            call("findMatching", () -> store.findMatching(MessageFilter.ALL, 1))));
  }

  /** Returns those of every vector store: shared leases are not among them. */
  static List<Call> of(VectorStore store, RunRecord run) {
    float[] vector = {1, 0, 0};
    return new ArrayList<>(
        List.of(
            call("bind", () -> store.bind(UUID.randomUUID())),
            call("archive", store::archive),
            call("generations", store::generations),
            call("generation", () -> store.generation(1)),
            call("active", store::active),
            call("building", store::building),
            call("create", () -> store.create(IndexUnderTest.fingerprint("model", DIMENSION), 9)),
            call("activate", () -> store.activate(1, CoverageCheck.NONE)),
            call("retire", () -> store.retire(1)),
            call("forceRetire", () -> store.forceRetire(1)),
            call("drop", () -> store.drop(1)),
            call("revive", () -> store.revive(1)),
            call("dropRetired", () -> store.dropRetired()),
            call("upsert", () -> store.upsert(1, List.of(IndexUnderTest.message(1, vector)))),
            call("delete", () -> store.delete(1, List.of(1L))),
            call("size", () -> store.size(1)),
            call("messageIds", () -> store.messageIds(1, 0, 1)),
            call("vectors", () -> store.vectors(1, List.of(1L))),
            call("search", () -> store.search(1, vector, 1)),
            call("searchExactly", () -> store.searchExactly(1, vector, 1, List.of(1L))),
            call("watermark", () -> store.watermark(1)),
            call("advanceWatermark", () -> store.advanceWatermark(1, new Watermark(0, 0), 1)),
            call("lowerWatermarks", () -> store.lowerWatermarks(1)),
            call("lease", () -> store.lease(1)),
            call("recordBackstop", () -> store.recordBackstop(1, NOON)),
            call("beginRun", () -> store.beginRun(1, RunKind.FILL, NOON)),
            call("endRun", () -> store.endRun(run)),
            call("runs", () -> store.runs(1))));
  }
}
