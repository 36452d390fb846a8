package io.msgvault.embed.sqlite.powercut;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.msgvault.embed.sqlite.PreloadedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Cuts the power, on Linux with a C compiler. The system properties {@code msgvault.powercut.cuts},
 * {@code .seed}, {@code .plant} and {@code .report} set how often, from which seed, with which
 * fault, and the file for the figures; {@code dev/powercut} passes them.
 */
class PowerCutTest {
  private static final int CUTS = Integer.getInteger("msgvault.powercut.cuts", 100);
  private static final int MAX_VIOLATIONS = 10;

  /** So many that chance hides no fault. Most are found within 200 cuts. */
  private static final int CUTS_TO_FIND_A_FAULT = 1000;

  private static final long SEED =
      Long.getLong("msgvault.powercut.seed", new Random().nextInt(Integer.MAX_VALUE));

  @Test
  void noCutLosesWhatWasPromised() throws IOException {
    Plant plant = Plant.valueOf(System.getProperty("msgvault.powercut.plant", Plant.NONE.name()));
    PowerCuts cuts = run(plant, CUTS, MAX_VIOLATIONS);
    report(cuts);
    assertEquals(List.of(), cuts.violations(), () -> "seed " + SEED);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void plantedFaultIsFound(Plant plant) throws IOException {
    PowerCuts cuts = run(plant, CUTS_TO_FIND_A_FAULT, 1);
    assertFalse(cuts.violations().isEmpty(), () -> plant + " is not found, seed " + SEED);
  }

  private static void report(PowerCuts cuts) throws IOException {
    String report = System.getProperty("msgvault.powercut.report", "");
    if (!report.isEmpty()) {
      Files.writeString(
          Path.of(report),
          "seed=%d invariants=%d words_made_anew=%d%ncuts=%d violations=%d%n"
              .formatted(
                  SEED,
                  cuts.invariants(),
                  cuts.wordsMadeAnew(),
                  cuts.cuts(),
                  cuts.violations().size()));
    }
  }

  private static PowerCuts run(Plant plant, int count, int maxViolations) throws IOException {
    assumeTrue(PreloadedLibrary.canBeBuilt(), "there is no C compiler, or this is not Linux");
    Path memory = Path.of("/dev/shm"); // where nothing waits for a disk
    Path work =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "powercut")
            : Files.createTempDirectory("powercut").toRealPath();
    try {
      PowerCuts cuts = new PowerCuts(work, plant, SEED);
      cuts.run(count, maxViolations);
      return cuts;
    } finally {
      PowerCuts.delete(work);
    }
  }
}
