package io.msgvault.embed.testkit.suite;

import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Effort;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.RuleViolation;
import io.msgvault.embed.testkit.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.lifecycle.PropertyExecutionResult;

/**
 * The findings of one suite, rule by rule. It writes Markdown for people, JSON for programs, and
 * tab-separated lines for a table of all suites.
 */
final class ConformanceReport {
  /** The end of the name of a class that an author extends; an interface's name comes before it. */
  private static final String SUITE = "Conformance";

  private static final Map<Class<?>, ConformanceReport> REPORTS = new ConcurrentHashMap<>();

  /** Rules by the letters and the number of their ids. */
  private static final Comparator<String> RULES =
      Comparator.comparing((String rule) -> rule.substring(0, rule.indexOf('-')))
          .thenComparingInt(rule -> Integer.parseInt(rule.substring(rule.indexOf('-') + 1)));

  private record Finding(String test, String status, int tries, String seed, String detail) {}

  private final Map<String, List<Finding>> rules = new TreeMap<>(RULES);
  private final Map<String, Double> measured = new LinkedHashMap<>();
  private final Set<Capability> unsupported = EnumSet.noneOf(Capability.class);
  private Effort effort = Effort.chosen();

  private ConformanceReport() {}

  /** The report of a suite that is under way. */
  static ConformanceReport of(Class<?> suite) {
    return REPORTS.computeIfAbsent(suite, ignored -> new ConformanceReport());
  }

  synchronized void measured(String name, double value) {
    measured.put(name, value);
  }

  synchronized void recordResult(
      Rule rule, String test, ConformanceSuite suite, PropertyExecutionResult result) {
    unsupported.addAll(suite.unsupported());
    effort = suite.effort();
    String broken =
        result
            .throwable()
            .filter(RuleViolation.class::isInstance)
            .map(thrown -> ((RuleViolation) thrown).rule())
            .orElse("");
    for (String id : rule.value()) {
      boolean blamed = broken.isEmpty() || List.of(broken.split("/", -1)).contains(id);
      String status =
          switch (result.status()) {
            case SUCCESSFUL -> "passed";
            case ABORTED -> "skipped";
            case FAILED -> blamed ? "failed" : "cut short";
          };
      String detail =
          result
              .throwable()
              .map(Throwable::getMessage)
              .map(ConformanceReport::firstLine)
              .orElse("");
      record(id, new Finding(test, status, result.countTries(), result.seed().orElse(""), detail));
    }
  }

  /** Notes a test that the suite lacks a capability for. */
  synchronized void recordSkip(
      Rule rule, String test, ConformanceSuite suite, Capability capability) {
    unsupported.addAll(suite.unsupported());
    effort = suite.effort();
    for (String id : rule.value()) {
      record(id, new Finding(test, "skipped", 0, "", capability.reason()));
    }
  }

  private void record(String rule, Finding finding) {
    rules.computeIfAbsent(rule, ignored -> new ArrayList<>()).add(finding);
  }

  /** Writes the findings of a suite, if it had any. */
  static void write(Class<?> suite) {
    ConformanceReport report = REPORTS.remove(suite);
    if (report == null) {
      return;
    }
    String name = suite.getName().substring(suite.getPackageName().length() + 1);
    Path folder = Path.of(Settings.reportFolder());
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(name + ".md"), report.markdown(name));
      Files.writeString(folder.resolve(name + ".json"), report.json(suite.getName()));
      Files.writeString(folder.resolve(name + ".tsv"), report.lines(name, subject(suite)));
    } catch (IOException e) {
      throw new UncheckedIOException("the conformance report can't be written to " + folder, e);
    }
  }

  /** Names the interface under test. */
  private static String subject(Class<?> suite) {
    for (Class<?> type = suite; type != null; type = type.getSuperclass()) {
      String name = type.getSimpleName();
      if (name.endsWith(SUITE)) {
        return name.substring(0, name.length() - SUITE.length());
      }
    }
    return suite.getSimpleName();
  }

  /** A rule of which every test was skipped is not known to be kept: the suite lacks it. */
  private static String verdict(List<Finding> findings) {
    Set<String> seen = findings.stream().map(Finding::status).collect(Collectors.toSet());
    for (String worst : List.of("failed", "cut short")) {
      if (seen.contains(worst)) {
        return worst;
      }
    }
    if (!seen.contains("passed")) {
      return "lacking";
    }
    return seen.contains("skipped") ? "partly" : "passed";
  }

  private synchronized String markdown(String name) {
    StringBuilder page = new StringBuilder("# Conformance of " + name + "\n\n");
    Map<String, Long> verdicts =
        rules.values().stream()
            .collect(
                Collectors.groupingBy(
                    ConformanceReport::verdict, TreeMap::new, Collectors.counting()));
    page.append("Rules: ");
    page.append(
        verdicts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", ")));
    page.append(". Effort: ").append(effort());
    page.append(". Date: ").append(date()).append(".\n");
    for (Capability capability : unsupported) {
      page.append("\nUnsupported: ").append(capability.reason()).append(".\n");
    }
    measured.forEach(
        (figure, value) ->
            page.append("\nMeasured: ").append(figure).append(" = ").append(value).append(".\n"));
    page.append("\n| rule | verdict | test | result | tries |\n| --- | --- | --- | --- | --- |\n");
    rules.forEach(
        (rule, findings) -> {
          String first = "| " + rule + " | " + verdict(findings);
          for (Finding finding : findings) {
            String result =
                finding.status
                    + (finding.detail.isEmpty() ? "" : ": " + finding.detail.replace("|", "\\|"));
            page.append(first)
                .append(" | ")
                .append(asSentence(finding.test))
                .append(" | ")
                .append(result)
                .append(" | ")
                .append(finding.tries)
                .append(" |\n");
            first = "| | ";
          }
        });
    return page.toString();
  }

  /**
   * Returns one line for each rule and reason: suite, interface, rule, verdict, reason. The verdict
   * is {@code passed}, {@code partly}, {@code lacking}, {@code failed} or {@code cut short}. A
   * capability that the suite declares as unsupported is a line without a rule.
   */
  private synchronized String lines(String suite, String subject) {
    StringBuilder lines = new StringBuilder();
    for (Capability capability : unsupported) {
      lines.append(line(suite, subject, "", "unsupported", capability.reason()));
    }
    rules.forEach(
        (rule, findings) -> {
          List<String> reasons =
              findings.stream()
                  .filter(finding -> !finding.status.equals("passed"))
                  .map(finding -> finding.detail)
                  .distinct()
                  .sorted()
                  .toList();
          for (String reason : reasons.isEmpty() ? List.of("") : reasons) {
            lines.append(line(suite, subject, rule, verdict(findings), reason));
          }
        });
    return lines.toString();
  }

  private static String line(String... fields) {
    return Stream.of(fields)
        .map(field -> field.replace('\t', ' '))
        .collect(Collectors.joining("\t", "", "\n"));
  }

  private synchronized String json(String suite) {
    String names =
        unsupported.stream()
            .map(capability -> quoted(capability.name()))
            .collect(Collectors.joining(", "));
    String figures =
        measured.entrySet().stream()
            .map(entry -> quoted(entry.getKey()) + ": " + entry.getValue())
            .collect(Collectors.joining(", "));
    String all =
        rules.entrySet().stream()
            .map(entry -> json(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(",\n    "));
    return """
    {
      "suite": %s,
      "effort": %s,
      "date": %s,
      "unsupported": [%s],
      "measured": {%s},
      "rules": [
        %s
      ]
    }
    """
        .formatted(quoted(suite), quoted(effort()), quoted(date()), names, figures, all);
  }

  private static String json(String rule, List<Finding> findings) {
    String tests =
        findings.stream()
            .map(
                finding ->
                    "{\"test\": %s, \"status\": %s, \"tries\": %d, \"seed\": %s, \"detail\": %s}"
                        .formatted(
                            quoted(finding.test),
                            quoted(finding.status),
                            finding.tries,
                            quoted(finding.seed),
                            quoted(finding.detail)))
            .collect(Collectors.joining(",\n      "));
    return "{\"rule\": %s, \"verdict\": %s, \"tests\": [\n      %s]}"
        .formatted(quoted(rule), quoted(verdict(findings)), tests);
  }

  private String effort() {
    return effort.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the present time in UTC, to the second. */
  private static String date() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A test's name as a phrase. */
  private static String asSentence(String name) {
    return Pattern.compile("(?=[A-Z])")
        .splitAsStream(name)
        .map(word -> word.toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
