package io.msgvault.embed.benchmarks;

import io.msgvault.embed.text.Chunker;
import io.msgvault.embed.text.TextPolicy;
import io.msgvault.embed.text.TextPreparer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures preparing and chunking hostile bodies, at one size and at four times that size. {@code
 * growth} is the worst ratio of the times divided by four: 1 is linear, 4 quadratic.
 */
final class TextBenchmark implements Bench.Benchmark {
  private static final int FACTOR = 4;
  private static final int ROUNDS = 5;

  @Override
  public BenchmarkResult run(Scale scale, Workspace workspace) {
    int large = scale.of(20_000_000);
    double worst = 0;
    double slowest = 0;
    for (Map.Entry<String, String> hostile : units().entrySet()) {
      String unit = hostile.getValue();
      String small = unit.repeat(large / FACTOR / unit.length());
      String big = unit.repeat(large / unit.length());
      double[] smallMillis = new double[ROUNDS];
      double[] bigMillis = new double[ROUNDS];
      for (int round = -1; round < ROUNDS; round++) {
        double first = Measurements.millis(() -> prepare(small));
        double second = Measurements.millis(() -> prepare(big));
        if (round >= 0) {
          smallMillis[round] = first;
          bigMillis[round] = second;
        }
      }
      double growth = Measurements.median(bigMillis) / Measurements.median(smallMillis) / FACTOR;
      System.out.printf(
          "%-24s %,10d characters %8.1f ms, %,10d characters %8.1f ms, growth %.2f%n",
          hostile.getKey(),
          small.length(),
          Measurements.median(smallMillis),
          big.length(),
          Measurements.median(bigMillis),
          growth);
      worst = Math.max(worst, growth);
      slowest = Math.max(slowest, Measurements.median(bigMillis));
    }
    return new BenchmarkResult().put("growth", worst).put("slowest_ms", slowest);
  }

  private static void prepare(String body) {
    TextPolicy policy =
        TextPolicy.standard().withMaxBodyCharacters(body.length()).withMaxChunks(Integer.MAX_VALUE);
    String asText = new TextPreparer(policy).prepare("hostile", body, "");
    String asHtml = new TextPreparer(policy).prepare("hostile", "", body);
    if (new Chunker(policy).chunk(asText).size() + new Chunker(policy).chunk(asHtml).size() < 0) {
      throw new IllegalStateException();
    }
  }

  private static Map<String, String> units() {
    Map<String, String> units = new LinkedHashMap<>();
    units.put("<", "<");
    units.put("<div> nested", "<div>");
    units.put("quotes", "> ");
    units.put("deep quotes", ">>>>>>>> quoted\n");
    units.put("attributions", "On Monday somebody wrote:\n");
    units.put(
        "base64",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODkr\n");
    units.put("one word", "x");
    units.put("white space", " \t\u00a0");
    units.put("data URIs", "data:image/png;base64,AAAA ");
    units.put("URLs", "http://a.example/?utm_source=x&utm_medium=y&z=1 ");
    units.put("signatures", "-- \n");
    units.put("surrogates", "\ud83d\ude00");
    return units;
  }
}
