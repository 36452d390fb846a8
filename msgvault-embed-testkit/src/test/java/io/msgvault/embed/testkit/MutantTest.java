package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Checks the kit on mutants: each is broken in one way, and a test of the rule it breaks must fail.
 */
class MutantTest {
  private static final List<String> PROPERTIES =
      List.of(Effort.PROPERTY, Settings.TIMEOUT, Settings.REPORT, Settings.SEED);

  private static final int ATTEMPTS = 3;

  /** The steps that a shrunk scenario may have. */
  private static final int MAX_STEPS = 6;

  private static final Set<String> SCENARIO_TESTS =
      Set.of(
          "archiveMatchesModel",
          "indexMatchesModel",
          "indexFollowsArchive",
          "wordIndexMatchesModel");

  private static Stream<Mutant> mutants() {
    return Stream.of(
            MessageStoreMutants.all(),
            ListingMutants.all(),
            SearchMutants.all(),
            RemovalMutants.all(),
            PartialStorageMutants.all(),
            VectorStoreMutants.all(),
            MeetingMutants.all(),
            SizeMutants.all(),
            SharedLeaseMutants.all(),
            WordMutants.all(),
            EmbedderMutants.all(),
            JobMutants.all(),
            JobWordMutants.all(),
            MigrationMutants.all())
        .flatMap(List::stream);
  }

  @BeforeAll
  static void setProperties() {
    System.setProperty(Effort.PROPERTY, "default");
    System.setProperty(Settings.TIMEOUT, "2");
    System.setProperty(Settings.REPORT, "target/conformance-of-mutants");
  }

  @AfterAll
  static void clearProperties() {
    PROPERTIES.forEach(System::clearProperty);
  }

  @TestFactory
  Stream<DynamicTest> mutantIsCaughtByItsRule() {
    return mutants()
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> requireCaught(mutant)));
  }

  /**
   * Tries several seeds, since one random scenario may miss a flaw. The seeds are the same in every
   * build, so that a mutant which is caught once is always caught.
   */
  private static void requireCaught(Mutant mutant) {
    mutant.setUp().run();
    List<SuiteRunner.Failure> seen = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      seed(attempt);
      for (SuiteRunner.Test test : SuiteRunner.testsOf(mutant.suite(), mutant.rule())) {
        List<SuiteRunner.Failure> failures = SuiteRunner.run(test);
        if (failures.stream().anyMatch(failure -> failure.rules().contains(mutant.rule()))) {
          return;
        }
        seen.addAll(failures);
      }
    }
    fail(mutant + " is not caught; only these tests failed: " + seen);
  }

  private static void seed(int attempt) {
    System.setProperty(Settings.SEED, String.valueOf(attempt + 1));
  }

  /** Checks that scenarios of some twenty steps shrink to a few. */
  @TestFactory
  Stream<DynamicTest> counterexamplesAreShort() {
    return mutants()
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> requireShort(mutant)));
  }

  private static void requireShort(Mutant mutant) {
    List<SuiteRunner.Test> scenarios =
        SuiteRunner.testsOf(mutant.suite(), mutant.rule()).stream()
            .filter(test -> SCENARIO_TESTS.contains(test.method().getName()))
            .toList();
    mutant.setUp().run();
    for (SuiteRunner.Test scenario : scenarios) {
      List<?> shortest = List.of();
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        seed(attempt);
        for (SuiteRunner.Failure failure : SuiteRunner.run(scenario, "BOUNDED")) {
          List<?> steps = (List<?>) failure.counterexample().get(0);
          if (steps.size() <= MAX_STEPS) {
            return;
          }
          shortest = shortest.isEmpty() || steps.size() < shortest.size() ? steps : shortest;
        }
        if (shortest.isEmpty()) {
          return; // another test catches this mutant
        }
      }
      fail(mutant + " is shown by no fewer than " + shortest.size() + " steps: " + shortest);
    }
  }

  @Test
  void everyRuleHasAMutant() {
    Set<String> caught = mutants().map(Mutant::rule).collect(Collectors.toCollection(TreeSet::new));
    Set<String> rules = new TreeSet<>(Contract.rules());
    assertEquals(rules, caught);
  }

  @Test
  void atLeastFortyMutantsExist() {
    assertTrue(mutants().count() >= 40);
  }
}
