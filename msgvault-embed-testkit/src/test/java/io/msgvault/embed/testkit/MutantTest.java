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
 * The kit's teeth: each mutant is broken in one way, and a test of the rule that it breaks must say
 * so.
 */
class MutantTest {
  private static final List<String> SET =
      List.of(
          "msgvault.testkit.effort",
          "msgvault.testkit.patience",
          "msgvault.testkit.report",
          ConformanceHook.SEED);

  private static final int ATTEMPTS = 3;

  /** The steps of a counterexample that reads as a short story. */
  private static final int SHORT = 6;

  private static final Set<String> STORIES =
      Set.of(
          "archiveIsWhatItsStoryMakesOfIt",
          "indexIsWhatItsStoryMakesOfIt",
          "indexStaysTrueToTheArchive");

  private static Stream<Mutant> mutants() {
    return Stream.of(
            MessageStoreMutants.all(),
            KeywordMutants.all(),
            KeepingMutants.all(),
            VectorStoreMutants.all(),
            SharingMutants.all(),
            EmbedderMutants.all(),
            JobMutants.all(),
            TakeoverMutants.all())
        .flatMap(List::stream);
  }

  @BeforeAll
  static void hurry() {
    System.setProperty("msgvault.testkit.effort", "default");
    System.setProperty("msgvault.testkit.patience", "2");
    System.setProperty("msgvault.testkit.report", "target/conformance-of-mutants");
  }

  @AfterAll
  static void goOn() {
    SET.forEach(System::clearProperty);
  }

  @TestFactory
  Stream<DynamicTest> mutantIsCaughtByTheRuleThatItBreaks() {
    return mutants()
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> requireCaught(mutant)));
  }

  /**
   * Stories are random: one may miss what a mutant does wrong, but not several in a row. They are
   * the same stories in every build, so that a mutant which is caught today is caught tomorrow.
   */
  private static void requireCaught(Mutant mutant) {
    mutant.setUp().run();
    List<SuiteRun.Failure> seen = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      seed(attempt);
      for (SuiteRun.Test test : SuiteRun.testsOf(mutant.suite(), mutant.rule())) {
        List<SuiteRun.Failure> failures = SuiteRun.run(test);
        if (failures.stream().anyMatch(failure -> failure.rules().contains(mutant.rule()))) {
          return;
        }
        seen.addAll(failures);
      }
    }
    fail(mutant + " lives; only this was seen: " + seen);
  }

  private static void seed(int attempt) {
    System.setProperty(ConformanceHook.SEED, String.valueOf(attempt + 1));
  }

  /** What a story of some twenty steps shrinks to. */
  @TestFactory
  Stream<DynamicTest> counterexamplesAreShort() {
    return mutants()
        .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> requireShort(mutant)));
  }

  private static void requireShort(Mutant mutant) {
    List<SuiteRun.Test> stories =
        SuiteRun.testsOf(mutant.suite(), mutant.rule()).stream()
            .filter(test -> STORIES.contains(test.method().getName()))
            .toList();
    mutant.setUp().run();
    for (SuiteRun.Test story : stories) {
      List<?> shortest = List.of();
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        seed(attempt);
        for (SuiteRun.Failure failure : SuiteRun.run(story, "BOUNDED")) {
          List<?> steps = (List<?>) failure.counterexample().get(0);
          if (steps.size() <= SHORT) {
            return;
          }
          shortest = shortest.isEmpty() || steps.size() < shortest.size() ? steps : shortest;
        }
        if (shortest.isEmpty()) {
          return; // another test catches this mutant
        }
      }
      fail(mutant + " is told in " + shortest.size() + " steps: " + shortest);
    }
  }

  @Test
  void everyRuleHasAMutant() {
    Set<String> caught = mutants().map(Mutant::rule).collect(Collectors.toCollection(TreeSet::new));
    Set<String> rules = new TreeSet<>(Contract.rules());
    assertEquals(rules, caught);
  }

  @Test
  void thereAreAtLeastFortyMutants() {
    assertTrue(mutants().count() >= 40);
  }
}
