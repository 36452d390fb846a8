package io.msgvault.embed.testkit;

import io.msgvault.embed.testkit.suite.ConformanceSuite;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Example;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests of a suite from within a test. */
final class SuiteRunner {
  /** Says at each start that there is no database of failed tests. */
  private static final Logger CONFIGURATION =
      Logger.getLogger("net.jqwik.engine.DefaultJqwikConfiguration");

  static {
    CONFIGURATION.setLevel(Level.WARNING);
  }

  /** One test of a suite. */
  record Test(Class<? extends ConformanceSuite> suite, Method method) {}

  /** A test that failed, and the rules it found broken. */
  record Failure(String test, Set<String> rules, String message, List<Object> counterexample) {}

  private SuiteRunner() {}

  /** The tests that name a rule, quick ones first. */
  static List<Test> testsOf(Class<? extends ConformanceSuite> suite, String rule) {
    return rulesOf(suite).entrySet().stream()
        .filter(entry -> Arrays.asList(entry.getValue().value()).contains(rule))
        .map(Map.Entry::getKey)
        .sorted(
            Comparator.comparing((Method method) -> !method.isAnnotationPresent(Example.class))
                .thenComparing(Method::getName))
        .map(method -> new Test(suite, method))
        .toList();
  }

  /** Returns all tests of a suite with the rules they name. */
  static Map<Method, Rule> rulesOf(Class<?> suite) {
    Map<Method, Rule> rules = new LinkedHashMap<>();
    for (Method method : suite.getMethods()) {
      Rule rule = method.getAnnotation(Rule.class);
      if (rule != null) {
        rules.put(method, rule);
      }
    }
    return rules;
  }

  /** Runs a test without shrinking, and returns its failures. */
  static List<Failure> run(Test test) {
    return run(test, "OFF");
  }

  /** Runs a test with this mode of shrinking, and returns its failures. */
  static List<Failure> run(Test test, String shrinking) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectMethod(test.suite, test.method))
            .configurationParameter("jqwik.database", "")
            .configurationParameter("jqwik.shrinking.default", shrinking)
            // Failures are expected here: jqwik reports them to the listener, which drops them.
            .configurationParameter("jqwik.reporting.usejunitplatform", "true")
            .build();
    List<Failure> failures = new ArrayList<>();
    List<String> finished = new ArrayList<>();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionSkipped(TestIdentifier identifier, String reason) {
            finished.add(identifier.getDisplayName());
          }

          @Override
          public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            if (identifier.isTest()) {
              finished.add(identifier.getDisplayName());
              result.getThrowable().ifPresent(thrown -> record(identifier, result, thrown));
            }
          }

          private void record(
              TestIdentifier identifier, TestExecutionResult result, Throwable thrown) {
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
              Optional<RuleViolation> broken =
                  thrown instanceof RuleViolation rule ? Optional.of(rule) : Optional.empty();
              failures.add(
                  new Failure(
                      identifier.getDisplayName(),
                      broken.map(rule -> Set.of(rule.rule().split("/", -1))).orElse(Set.of()),
                      String.valueOf(thrown.getMessage()),
                      broken
                          .map(rule -> List.copyOf(rule.counterexample().values()))
                          .orElse(List.of())));
            }
          }
        };
    LauncherFactory.create().execute(request, listener);
    if (finished.isEmpty()) {
      throw new IllegalStateException("no test was run by " + test);
    }
    return failures;
  }
}
