package io.msgvault.embed.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Reads the system properties that a run of the kit takes, apart from its {@link Effort}. */
public final class Settings {
  /** Names the property with the seed of every random test. */
  public static final String SEED = "msgvault.testkit.seed";

  /** Names the property with the tests to run: ids of rules or names of test methods. */
  public static final String ONLY = "msgvault.testkit.only";

  /** Names the property with the seconds after which a test reports a deadlock. */
  public static final String TIMEOUT = "msgvault.testkit.timeout";

  /** Names the property with the folder of the reports. */
  public static final String REPORT = "msgvault.testkit.report";

  private static final String KILLS = "msgvault.testkit.kills";
  private static final String MESSAGES = "msgvault.testkit.messages";

  private Settings() {}

  /** Returns the seed of the system property, if it is set. */
  public static Optional<String> seed() {
    return Optional.ofNullable(System.getProperty(SEED));
  }

  /** Returns the seed of the system property, or a random one. */
  public static long seedOrRandom() {
    return Long.getLong(SEED, new Random().nextInt(Integer.MAX_VALUE));
  }

  /** Returns the rules and tests to which a run is limited; empty where it is not limited. */
  public static Set<String> only() {
    String value = System.getProperty(ONLY, "");
    return value.isBlank() ? Set.of() : Set.of(value.strip().split("\\s*,\\s*"));
  }

  /** Returns how long the kit waits for a call. A store that works takes far less. */
  public static Duration timeout() {
    return Duration.ofSeconds(Integer.getInteger(TIMEOUT, 60));
  }

  /** Returns the folder of the reports. */
  public static String reportFolder() {
    return System.getProperty(REPORT, "target/conformance");
  }

  /** Returns how many processes a crash test kills. */
  public static int kills(int byDefault) {
    return Integer.getInteger(KILLS, byDefault);
  }

  /** Returns how many messages the archive of a crash test of migrations has. */
  public static int messages(int byDefault) {
    return Integer.getInteger(MESSAGES, byDefault);
  }
}
