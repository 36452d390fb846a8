package io.msgvault.embed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.IndexStatus.GenerationStatus;
import io.msgvault.embed.IndexStatus.Part;
import io.msgvault.embed.IndexStatus.Problem;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Fingerprint;
import io.msgvault.embed.model.Generation;
import io.msgvault.embed.model.IndexSize;
import io.msgvault.embed.model.RunCounts;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.WordCoverage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");

  private static Generation generation(long id, Generation.State state) {
    return Generation.builder(id, new Fingerprint("mini", 384, "text-2", Scope.ALL), NOON)
        .state(state)
        .build();
  }

  @Test
  void everyPartHasItsLine() {
    GenerationStatus active =
        new GenerationStatus(
            generation(3, Generation.State.ACTIVE).toBuilder()
                .lastBackstop(Optional.of(NOON))
                .build(),
            Optional.of(new Coverage(1000, 980, 5, 2, 13)),
            Optional.of(new IndexSize(981, 1200)));
    GenerationStatus building =
        new GenerationStatus(
            generation(4, Generation.State.BUILDING), Optional.empty(), Optional.empty());
    RunRecord run =
        RunRecord.builder(7, 3, RunKind.BACKSTOP, NOON)
            .build()
            .end(
                NOON.plusSeconds(90),
                RunRecord.Status.CANCELLED,
                RunCounts.builder().embedded(10).requests(2).tokens(3400).build(),
                "TOKEN_BUDGET");

    IndexStatus status =
        new IndexStatus(
            Optional.of(active),
            Optional.of(building),
            Optional.of(13L),
            Optional.of(new WordCoverage(990, 1000, true)),
            List.of(run),
            List.of(new Problem(Part.BUILDING_SIZE, "the file is gone")));

    assertEquals(
        """
        generation 3, active: %s
          98.7 %% of 1000 live: 980 embedded, 5 blank, 2 rejected, 13 missing
          1200 vectors of 981 messages
          last backstop: 2026-01-01T12:00:00Z
        generation 4, building: %s
          ?
          ? vectors
          last backstop: never
        missing: 13
        words: 990 of 1000, not up to date
        run 7 of generation 3, backstop 2026-01-01T12:00:00Z, cancelled after PT1M30S: 10 embedded, 2 requests, 3400 tokens (TOKEN_BUDGET)
        building size can't be read: the file is gone
        """
            .formatted(active.generation().fingerprint(), building.generation().fingerprint()),
        status.toText());
  }

  @Test
  void emptyIndexSaysSo() {
    IndexStatus none =
        new IndexStatus(
            Optional.empty(),
            Optional.empty(),
            Optional.of(5L),
            Optional.empty(),
            List.of(),
            List.of());
    assertEquals("no generation is active or being built\nmissing: 5\n", none.toText());
  }
}
