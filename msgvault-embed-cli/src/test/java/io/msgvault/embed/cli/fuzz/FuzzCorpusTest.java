package io.msgvault.embed.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tries the inputs that {@code dev/fuzz} has kept, without the fuzzer. */
class FuzzCorpusTest {
  @ParameterizedTest
  @EnumSource
  @Timeout(value = 10, unit = TimeUnit.MINUTES) // only a hang takes that long
  void keptInputsHaveNoFindings(FuzzTarget target) throws Exception {
    Map<String, byte[]> inputs = FuzzCorpus.inputs(target);
    assertFalse(inputs.isEmpty());
    FuzzTarget.Trial trial = target.trial();
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      try {
        trial.run(input.getValue());
      } catch (Exception | Error e) {
        throw new AssertionError(target.folder() + "/" + input.getKey() + " is a finding", e);
      }
    }
  }
}
