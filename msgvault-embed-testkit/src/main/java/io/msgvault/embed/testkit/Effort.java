package io.msgvault.embed.testkit;

import java.util.Locale;

/**
 * How much a run of the kit tries, chosen by the system property {@value #PROPERTY}: {@code smoke},
 * {@code quick}, {@code default} or {@code thorough}.
 */
public enum Effort {
  SMOKE(0.05),
  QUICK(0.2),
  DEFAULT(1),
  THOROUGH(10);

  /** Names the property. */
  public static final String PROPERTY = "msgvault.testkit.effort";

  private final double factor;

  Effort(double factor) {
    this.factor = factor;
  }

  /** Returns the chosen effort. */
  public static Effort chosen() {
    String name = System.getProperty(PROPERTY, DEFAULT.name());
    for (Effort effort : values()) {
      if (effort.name().equals(name.toUpperCase(Locale.ROOT))) {
        return effort;
      }
    }
    throw new IllegalArgumentException(
        "-D" + PROPERTY + " must be smoke, quick, default or thorough, but is " + name);
  }

  /** Returns the count of this effort for a count of the default effort. */
  public int of(int times) {
    return (int) Math.max(1, Math.round(times * factor));
  }
}
