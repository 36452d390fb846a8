package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Holds the constants of the rules, so that no suite that implements rules inherits them. */
final class RuleConstants {
  /** Every outcome a stamp can have. */
  static final List<Stamp.Outcome> OUTCOMES =
      List.of(new Stamp.Embedded(), new Stamp.Blank(), new Stamp.Rejected("too long"));

  /** Content with all three parts. */
  static final ArchiveMessage.Content CONTENT =
      new ArchiveMessage.Content("subject", "plain text", "<p>html</p>");

  /** Content whose parts are all empty, which a database may store as NULL. */
  static final ArchiveMessage.Content CONTENT_OF_EMPTY_PARTS =
      new ArchiveMessage.Content("", "", "");

  /** A character of four bytes in UTF-8 and two units in UTF-16. */
  static final String TEAPOT = "🫖";

  /** Questions that mean something in the syntax of one engine or another. */
  static final List<String> ENGINE_SYNTAX =
      List.of(
          "\"",
          "\"\"",
          "\"tea",
          "tea\"",
          "* tea",
          "tea*soup",
          "*",
          "te*",
          "NEAR(tea soup)",
          "tea NOT soup",
          "tea AND soup",
          "tea OR",
          "entry:tea",
          "{entry}:tea",
          "^tea",
          "tea & !soup | (x)",
          "tea <-> soup",
          "tea:*",
          "tea:AB",
          "'tea'",
          "''",
          "\\",
          "\\'tea",
          "$1 ? :id @x",
          "-tea",
          "+tea",
          "()",
          "((((tea",
          "tea\0soup",
          "; DROP TABLE messages; --",
          "%",
          "_",
          "\uFEFFtea",
          "tea\u200Bsoup",
          "\uD83E\uDED6");

  /** The dimension of most vectors. */
  static final int DIMENSION = 3;

  /** The dimension of the vectors that recall is measured with. */
  static final int WIDE_DIMENSION = 48;

  /** When the first of the recorded runs starts. */
  static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

  /** A scope of one type. */
  static final Scope EMAIL = new Scope(Set.of("email"), Set.of());

  /** Long enough for a job that does not wait for its vectors to be caught. */
  static final Duration SHORT_WAIT = Duration.ofMillis(100);

  /** The messages of an archive before its host writes to it. */
  static final int MESSAGES_BEFORE_WRITES = 40;

  /** The writes of a host while runs follow each other. */
  static final int CONCURRENT_WRITES = 300;

  /** The ids of a stripe. */
  static final int STRIPE = 512;

  /** The stripes with messages. */
  static final int STRIPES = 6;

  /** The messages of each stripe. */
  static final int MESSAGES_PER_STRIPE = 10;

  /** The messages of all stripes. */
  static final int STRIPED_MESSAGES = STRIPES * MESSAGES_PER_STRIPE;

  /** The workers to kill where no system property gives a number. */
  static final int WORKER_KILLS = 15;

  /** The migrations to kill where no system property gives a number. */
  static final int MIGRATION_KILLS = 4;

  /** The messages to migrate where no system property gives a number. */
  static final int MIGRATION_MESSAGES = 400;

  /**
   * The relative difference of scores of two backends, whose vectors may differ in the last digits.
   */
  static final double SCORE_TOLERANCE = 1e-4;

  /** Cosine similarity that two vectors of one text must have (EM-2). */
  static final double MIN_SAME_COSINE = 0.9999;

  /** Words of several scripts that a tokenizer splits in different ways. */
  static final List<String> WORDS =
      List.of(
          "soup", "tea", "invoice", "meeting", "Straße", "письмо", "信件", "🫖", "e\u0301", "2024",
          "o'neil", "re:");

  private RuleConstants() {}
}
