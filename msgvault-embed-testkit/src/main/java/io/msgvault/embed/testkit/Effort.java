package io.msgvault.embed.testkit;

import java.util.Locale;

/**
 * How much a run of the kit tries, chosen by the system property {@value #PROPERTY}: {@code quick},
 * {@code default} or {@code thorough}.
 */
public enum Effort {
  QUICK(0.2),
  DEFAULT(1),
  THOROUGH(10);

  /** Names the property. */
  public static final String PROPERTY = "msgvault.testkit.effort";

  private final double factor;

  Effort(double factor) {
    this.factor = factor;
  }

  /** The effort that was asked for. */
  public static Effort chosen() {
    String name = System.getProperty(PROPERTY, DEFAULT.name());
    for (Effort effort : values()) {
      if (effort.name().equals(name.toUpperCase(Locale.ROOT))) {
        return effort;
      }
    }
    throw new IllegalArgumentException(
        "-D" + PROPERTY + " must be quick, default or thorough, but is " + name);
  }

  /** What the default effort does this many times. */
  public int of(int times) {
    return (int) Math.max(1, Math.round(times * factor));
  }
}
