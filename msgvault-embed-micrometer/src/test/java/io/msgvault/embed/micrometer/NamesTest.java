package io.msgvault.embed.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.msgvault.embed.RetryPolicy;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.search.SearchRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the documented names, and those of the dashboard, with what a registry shows. */
class NamesTest {
  private static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();

  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([\\w.]+)` \\| (timer|gauge|counter) \\| ([^|]*)\\|", Pattern.MULTILINE);

  /** The tag that tells several archives apart. */
  private static final String ARCHIVE = "archive";

  private static final Pattern EXPRESSION = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern QUOTED = Pattern.compile("\\\\\"[^\"]*\\\\\"");
  private static final Pattern METRIC = Pattern.compile("\\b(?:msgvault_embed|gen_ai)_\\w+");
  private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");
  private static final Pattern SERIES =
      Pattern.compile("^(\\w+)(?:\\{(.*)\\})? ", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @BeforeEach
  void doEverything() {
    ObservationRegistry observed = ObservationRegistry.create();
    observed.observationConfig().observationHandler(new DefaultMeterObservationHandler(registry));
    EmbedObservations observations = new EmbedObservations(observed);
    MailHost host = new MailHost();
    host.fill(40);
    EmbedMetrics metrics = new EmbedMetrics(registry, host::status, Tags.of(ARCHIVE, "mail"));
    Embedder embedder = observations.observe(host.embedder(), "openai");
    host.failNext(1);
    observations.run(host.job(metrics, embedder).build()::runOnce);
    observations.search(host.searcher(embedder), SearchRequest.of("invoice"));
    host.fill(1);
    host.failNext(9);
    RetryPolicy impatient = new RetryPolicy(2, 2, Duration.ZERO, Duration.ZERO);
    observations.run(host.job(metrics, embedder).retry(impatient).build()::runOnce);
  }

  private static String page(String name) {
    try {
      return Files.readString(DOCS.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tableListsAllMeters() {
    Set<String> listed =
        ROW.matcher(page("metrics.md"))
            .results()
            .map(row -> row.group(1) + " " + row.group(2) + " " + tags(row.group(3)))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> registered =
        registry.getMeters().stream()
            .filter(meter -> meter.getId().getName().startsWith(EmbedMetrics.PREFIX))
            .filter(meter -> !isOfObservation(meter.getId().getName()))
            .map(NamesTest::row)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(String.join("\n", registered), String.join("\n", listed));
  }

  private static boolean isOfObservation(String name) {
    return Stream.of(EmbedObservations.RUN, EmbedObservations.SEARCH)
        .anyMatch(observed -> name.equals(observed) || name.equals(observed + ".active"));
  }

  private static String row(Meter meter) {
    return meter.getId().getName()
        + " "
        + meter.getId().getType().name().toLowerCase(Locale.ROOT)
        + " "
        + meter.getId().getTags().stream()
            .map(Tag::getKey)
            .filter(key -> !key.equals(ARCHIVE))
            .sorted()
            .toList();
  }

  private static List<String> tags(String cell) {
    return Pattern.compile("`(\\w+)`")
        .matcher(cell)
        .results()
        .map(tag -> tag.group(1))
        .sorted()
        .toList();
  }

  @Test
  void tableListsAllObservations() {
    String page = page("metrics.md");
    for (String name :
        List.of(
            EmbedObservations.RUN,
            EmbedObservations.SEARCH,
            EmbedObservations.OUTCOME,
            EmbedObservations.REASON,
            EmbedObservations.MODE,
            EmbedObservations.VECTOR,
            EmbedObservations.KEYWORD,
            EmbedObservations.HITS,
            GenAi.OPERATION_DURATION,
            GenAi.OPERATION_NAME,
            GenAi.PROVIDER_NAME,
            GenAi.REQUEST_MODEL,
            GenAi.DIMENSIONS,
            GenAi.INPUT_TOKENS)) {
      assertTrue(page.contains("`" + name + "`"), name);
    }
  }

  /** Each metric of an expression is one of the scrape, and each label one of its labels. */
  @Test
  void dashboardShowsWhatIsScraped() {
    Set<String> scraped = new TreeSet<>();
    SERIES.matcher(registry.scrape()).results().forEach(series -> addNames(series, scraped));
    List<String> expressions =
        EXPRESSION
            .matcher(page("grafana-dashboard.json"))
            .results()
            .map(found -> QUOTED.matcher(found.group(1)).replaceAll("\"\""))
            .toList();
    List<String> missing = new ArrayList<>();
    for (String expression : expressions) {
      List<String> metrics = METRIC.matcher(expression).results().map(MatchResult::group).toList();
      assertTrue(!metrics.isEmpty(), expression);
      Stream.of(
              metrics.stream(),
              GROUPING
                  .matcher(expression)
                  .results()
                  .flatMap(by -> Stream.of(by.group(1).split(", "))),
              LABEL.matcher(expression).results().map(label -> label.group(1)))
          .flatMap(names -> names)
          .filter(name -> !scraped.contains(name))
          .forEach(missing::add);
    }
    assertTrue(expressions.size() >= 15);
    assertEquals(List.of(), missing, registry::scrape);
  }

  private static void addNames(MatchResult series, Set<String> names) {
    names.add(series.group(1));
    if (series.group(2) != null) {
      LABEL.matcher(series.group(2)).results().forEach(label -> names.add(label.group(1)));
    }
  }
}
