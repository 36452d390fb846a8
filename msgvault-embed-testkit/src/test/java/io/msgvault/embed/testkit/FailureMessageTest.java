package io.msgvault.embed.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests what a failure of the kit prints, and how one rule or one test is run by itself. */
class FailureMessageTest {
  private final SuiteRunner.Test test =
      SuiteRunner.testsOf(Mutant.Messages.class, "MS-2").stream()
          .filter(each -> each.method().getName().equals("pagedScanReturnsEachPendingMessageOnce"))
          .findFirst()
          .orElseThrow();

  @BeforeEach
  void setUp() {
    System.setProperty(Settings.REPORT, "target/conformance-of-mutants");
    System.setProperty(Settings.SEED, "1");
    Mutant.eachMessageStore(
            "MS-2",
            "scans nothing",
            store ->
                new ForwardingMessageStore(store) {
                  @Override
                  public List<Message> scan(
                      long target, Scope scope, long afterId, ScanLimits limits) {
                    return List.of();
                  }
                })
        .setUp()
        .run();
  }

  @AfterEach
  void clearProperties() {
    List.of(Settings.REPORT, Settings.SEED, Settings.ONLY).forEach(System::clearProperty);
  }

  @Test
  void failureNamesRuleParametersAndCommand() {
    List<SuiteRunner.Failure> failures = SuiteRunner.run(test);
    assertEquals(1, failures.size());
    String message = failures.get(0).message();
    assertTrue(message.startsWith("MS-2: "), message);
    for (String parameter : List.of("messages", "settled", "scope", "limits")) {
      assertTrue(message.contains("\n    " + parameter + " = "), message);
    }
    assertTrue(
        message.endsWith(
            "\n  to reproduce: mvn test -Dtest=Mutant$Messages"
                + " -Dmsgvault.testkit.only=pagedScanReturnsEachPendingMessageOnce"
                + " -Dmsgvault.testkit.seed=1"),
        message);
  }

  @Test
  void onlyNamedRuleOrTestRuns() {
    for (String chosen : List.of("MS-2", "MS-9, " + test.method().getName())) {
      System.setProperty(Settings.ONLY, chosen);
      assertEquals(1, SuiteRunner.run(test).size(), chosen);
    }
    System.setProperty(Settings.ONLY, "MS-9");
    assertEquals(List.of(), SuiteRunner.run(test));
  }
}
