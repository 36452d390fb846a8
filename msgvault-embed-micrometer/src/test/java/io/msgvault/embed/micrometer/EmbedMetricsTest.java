package io.msgvault.embed.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.msgvault.embed.Budget;
import io.msgvault.embed.JobEvent;
import org.junit.jupiter.api.Test;

class EmbedMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final MailHost host = new MailHost();

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(tags).gauge().value();
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  private long runs(String outcome, String reason) {
    return registry
        .get("msgvault.embed.runs")
        .tags("outcome", outcome, "reason", reason)
        .timer()
        .count();
  }

  private EmbedMetrics metrics() {
    return new EmbedMetrics(registry, host::status);
  }

  @Test
  void runIsCounted() {
    host.fill(20);
    host.insert("");
    host.job(metrics()).build().runOnce();

    assertEquals(20, count("msgvault.embed.messages", "outcome", "embedded"));
    assertEquals(1, count("msgvault.embed.messages", "outcome", "blank"));
    assertEquals(0, count("msgvault.embed.messages", "outcome", "failed"));
    assertEquals(20, count("msgvault.embed.vectors.written"));
    assertEquals(20, count("msgvault.embed.embedder.texts"));
    assertEquals(100, count("msgvault.embed.embedder.tokens", "source", "reported"));
    assertEquals(2, registry.get("msgvault.embed.embedder.requests").timer().count());
    assertEquals(1, count("msgvault.embed.generations.activated"));
    assertEquals(1, runs("completed", "none"));
  }

  /** Counts of a second run begin at 0 again, and are added to those of the first. */
  @Test
  void countsOfRunsAddUp() {
    EmbedMetrics metrics = metrics();
    host.fill(20);
    host.job(metrics).build().runOnce();
    host.fill(5);
    host.job(metrics).build().runOnce();
    host.job(metrics).build().rebuild();

    assertEquals(50, count("msgvault.embed.messages", "outcome", "embedded"));
    assertEquals(50, count("msgvault.embed.vectors.written"));
  }

  @Test
  void unfinishedRunIsCountedAsFarAsItCame() {
    host.fill(100);

    host.job(metrics()).budget(Budget.UNLIMITED.withRequests(3)).build().runOnce();

    assertEquals(48, count("msgvault.embed.messages", "outcome", "embedded"));
    assertEquals(1, runs("cancelled", "request_budget"));
    assertEquals(52, gauge("msgvault.embed.index.missing"));
    assertEquals(0.48, gauge("msgvault.embed.index.progress", "generation", "building"), 1e-9);
    assertTrue(Double.isNaN(gauge("msgvault.embed.index.progress", "generation", "active")));
  }

  @Test
  void gaugesShowLastStatus() {
    host.fill(20);
    EmbedMetrics metrics = metrics();
    assertTrue(Double.isNaN(gauge("msgvault.embed.index.missing")));

    metrics.refresh();
    assertEquals(20, gauge("msgvault.embed.index.missing"));

    host.job(metrics).build().runOnce();
    assertEquals(0, gauge("msgvault.embed.index.missing"));
    String[] embedded = {"generation", "active", "state", "embedded"};
    assertEquals(20, gauge("msgvault.embed.index.messages", embedded));
    assertEquals(20, gauge("msgvault.embed.index.vectors", "generation", "active"));
    assertEquals(1, gauge("msgvault.embed.index.progress", "generation", "active"));
    assertTrue(gauge("msgvault.embed.index.backstop", "generation", "active") > 1.7e9);
    assertEquals(20, gauge("msgvault.embed.index.words"));
    assertEquals(1, gauge("msgvault.embed.index.words.complete"));
    assertEquals(0, gauge("msgvault.embed.index.unreadable"));
  }

  @Test
  void neitherScrapeNorIdleRunReadsStatus() {
    host.fill(3);
    EmbedMetrics metrics = metrics();
    host.job(metrics).build().runOnce();
    host.job(metrics).build().runOnce();
    registry.forEachMeter(meter -> meter.measure().forEach(measured -> measured.getValue()));

    assertEquals(1, host.statusReads);
    assertEquals(1, runs("idle", "none"));
  }

  @Test
  void progressIsShownDuringRun() {
    host.fill(100);
    EmbedMetrics metrics = metrics();
    double[] seen = new double[2];
    host.job(
            metrics.andThen(
                event -> {
                  if (event instanceof JobEvent.Progress) {
                    seen[0] = Math.max(seen[0], gauge("msgvault.embed.run.settled"));
                    seen[1] = gauge("msgvault.embed.run.messages");
                  }
                }))
        .build()
        .runOnce();
    assertEquals(100, seen[0]);
    assertEquals(100, seen[1]);
    assertEquals(0, gauge("msgvault.embed.run.settled"));
  }

  @Test
  void failuresAndFindingsAreCounted() {
    host.fill(40);
    EmbedMetrics metrics = metrics();
    host.failNext(1);
    host.job(metrics).build().runOnce();
    assertEquals(1, count("msgvault.embed.embedder.failures"));

    host.loseVectorsOf(3);
    host.job(metrics).build().runBackstop();
    assertEquals(1, count("msgvault.embed.backstop.findings", "finding", "lost"));
    assertEquals(0, count("msgvault.embed.backstop.findings", "finding", "stale"));
  }

  @Test
  void tagsTellArchivesApart() {
    MailHost other = new MailHost();
    host.fill(2);
    other.fill(3);
    host.job(new EmbedMetrics(registry, host::status, Tags.of("archive", "a"))).build().runOnce();
    other.job(new EmbedMetrics(registry, other::status, Tags.of("archive", "b"))).build().runOnce();

    assertEquals(2, count("msgvault.embed.messages", "archive", "a", "outcome", "embedded"));
    assertEquals(3, count("msgvault.embed.messages", "archive", "b", "outcome", "embedded"));
    assertEquals(3, gauge("msgvault.embed.index.words", "archive", "b"));
  }
}
