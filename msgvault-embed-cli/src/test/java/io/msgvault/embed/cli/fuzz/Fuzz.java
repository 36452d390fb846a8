package io.msgvault.embed.cli.fuzz;

import org.jspecify.annotations.Nullable;

/** The entry that Jazzer calls: first with the name of a target, then once for each input. */
public final class Fuzz {
  private static FuzzTarget.@Nullable Trial trial;

  private Fuzz() {}

  /** Chooses the target. */
  public static void fuzzerInitialize(String[] args) throws Exception {
    trial = FuzzTarget.named(args[0]).trial();
  }

  /** Tries an input. Whatever it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    FuzzTarget.Trial chosen = trial;
    if (chosen == null) {
      throw new IllegalStateException("no target is chosen");
    }
    chosen.run(input);
  }
}
