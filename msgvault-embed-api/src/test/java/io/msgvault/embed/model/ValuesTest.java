package io.msgvault.embed.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Values with many components are equal by content, and their builders copy them. */
class ValuesTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Fingerprint FINGERPRINT = new Fingerprint("model", 8, "text", Scope.ALL);

  @Test
  void filter() {
    MessageFilter filter =
        MessageFilter.builder()
            .sources(List.of("main"))
            .types(List.of("email"))
            .senders(List.of("Ann@Example.org"))
            .to(List.of("t@x"))
            .cc(List.of("c@x"))
            .bcc(List.of("b@x"))
            .recipients(List.of("r@x"))
            .labels(List.of("Work"))
            .withAttachment()
            .from(NOON)
            .before(NOON.plusSeconds(1))
            .minBytes(1)
            .maxBytes(2)
            .subjectContains("Plan")
            .build();
    same(filter, filter.toBuilder().build(), filter.toBuilder().withoutAttachment().build());
    assertEquals(Set.of("ann@example.org"), filter.senders());
    assertEquals(Optional.of("plan"), filter.subjectContains());
    assertEquals(MessageFilter.ALL, MessageFilter.builder().build());
  }

  @Test
  void counts() {
    RunCounts counts = RunCounts.builder().scanned(3).orphans(1).build();
    same(counts, counts.toBuilder().build(), counts.toBuilder().failed(1).build());
    assertEquals(RunCounts.NONE, RunCounts.builder().build());
  }

  @Test
  void runRecord() {
    RunRecord begun = RunRecord.builder(7, 2, RunKind.BACKSTOP, NOON).build();
    assertEquals(RunRecord.Status.RUNNING, begun.status());
    RunCounts counts = RunCounts.builder().chunks(4).build();
    RunRecord ended = begun.end(NOON.plusSeconds(9), RunRecord.Status.FAILED, counts, "why");
    same(ended, ended.toBuilder().build(), begun);
    assertEquals(7, ended.id());
    assertEquals(RunKind.BACKSTOP, ended.kind());
    assertEquals(Optional.of(NOON.plusSeconds(9)), ended.ended());
    assertEquals(counts, ended.counts());
    assertEquals("why", ended.detail());
  }

  @Test
  void generation() {
    Generation building = Generation.builder(4, FINGERPRINT, NOON).build();
    assertEquals(Generation.State.BUILDING, building.state());
    Generation active =
        building.toBuilder()
            .state(Generation.State.ACTIVE)
            .activated(Optional.of(NOON))
            .lastBackstop(Optional.of(NOON))
            .build();
    same(active, active.toBuilder().build(), building);
    assertThrows(
        IllegalArgumentException.class, () -> Generation.builder(0, FINGERPRINT, NOON).build());
  }

  private static void same(Object value, Object copy, Object other) {
    assertEquals(value, copy);
    assertEquals(value.hashCode(), copy.hashCode());
    assertEquals(value.toString(), copy.toString());
    assertNotEquals(value, other);
    assertTrue(value.toString().startsWith(value.getClass().getSimpleName()));
  }
}
