package io.msgvault.embed.testkit;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.store.support.VectorMath;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.Generators;
import io.msgvault.embed.text.TokenCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Holds an {@link Embedder} to the rules EM-1 to EM-4.
 *
 * <pre>{@code
 * class MyEmbedderTest extends EmbedderConformance {
 *   @Override
 *   protected EmbedderFixture newFixture() {
 *     return MyEmbedder::new;
 *   }
 *
 *   @Override
 *   protected Set<Capability> lacking() {
 *     return Set.of(Capability.REFUSED_TEXTS);
 *   }
 * }
 * }</pre>
 */
public abstract class EmbedderConformance extends ConformanceSuite {
  /** Cosine similarity that two vectors of one text must have (EM-2). */
  private static final double MIN_SAME_COSINE = 0.9999;

  private static final List<String> WORDS =
      List.of(
          "soup", "tea", "invoice", "meeting", "Straße", "письмо", "信件", "🫖", "e\u0301", "2024",
          "o'neil", "re:");

  /** For subclasses, which need a constructor without parameters. */
  protected EmbedderConformance() {}

  /** What opens the embedder under test. */
  protected abstract EmbedderFixture newFixture();

  @Override
  protected final String subject() {
    return "Embedder";
  }

  /** Texts that are not blank, of one word to some hundred. */
  @Provide
  Arbitrary<List<String>> batches() {
    Arbitrary<String> brief =
        Arbitraries.of(WORDS)
            .list()
            .ofMinSize(1)
            .ofMaxSize(12)
            .map(words -> String.join(" ", words));
    Arbitrary<String> odd =
        Generators.texts(false)
            .filter(
                text ->
                    text.codePoints().anyMatch(Character::isLetterOrDigit)
                        && text.length() < 2_000);
    Arbitrary<String> longer =
        Arbitraries.of(WORDS).list().ofSize(150).map(words -> String.join(" ", words));
    return Arbitraries.frequencyOf(Tuple.of(6, brief), Tuple.of(3, odd), Tuple.of(1, longer))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  // EM-1

  @Rule("EM-1")
  @Property(tries = 25)
  void everyTextGetsValidVector(@ForAll("batches") List<String> texts, @ForAll InputType purpose) {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      requireFit(embedder, texts, embedder.embed(texts, purpose));
    }
  }

  private static void requireFit(Embedder embedder, List<String> texts, List<float[]> vectors) {
    EmbedderModel model = embedder.model();
    Expect.equal(
        "EM-1",
        texts.size(),
        vectors.size(),
        "how many vectors come for " + texts.size() + " texts");
    for (int i = 0; i < vectors.size(); i++) {
      float[] vector = vectors.get(i);
      String which = "the vector of text no. " + (i + 1);
      Expect.equal("EM-1", model.dimension(), vector.length, "the dimension of " + which);
      double squares = 0;
      for (float component : vector) {
        squares += (double) component * component;
      }
      double length = Math.sqrt(squares);
      Expect.that(
          "EM-1",
          length > 0 && length < Double.POSITIVE_INFINITY,
          () -> which + " has the length " + length);
      Expect.that(
          "EM-1",
          !model.normalised() || Math.abs(length - 1) <= 1e-3,
          () -> which + " of a model that says it normalises has the length " + length);
    }
  }

  @Rule("EM-1")
  @Example
  void vectorsFollowTextOrder() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = sentences(2 * embedder.batchSize() + 3);
      List<float[]> vectors = embedder.embed(texts, InputType.DOCUMENT);
      requireFit(embedder, texts, vectors);
      List<String> shuffled = new ArrayList<>(texts);
      Collections.shuffle(shuffled, new Random(5));
      List<float[]> again = embedder.embed(shuffled, InputType.DOCUMENT);
      for (int i = 0; i < shuffled.size(); i++) {
        requireSame(
            "EM-1",
            vectors.get(texts.indexOf(shuffled.get(i))),
            again.get(i),
            "text no. " + (i + 1) + " in another order");
      }
    }
  }

  /** Sentences that differ in length and in words. */
  private static List<String> sentences(int count) {
    Random random = new Random(count);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder sentence = new StringBuilder("No. " + i);
      for (int word = random.nextInt(1 + i % 30); word >= 0; word--) {
        sentence.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
      }
      sentences.add(sentence.toString());
    }
    return sentences;
  }

  private static void requireSame(String rule, float[] expected, float[] actual, String what) {
    double cosine = VectorMath.cosine(expected, actual);
    Expect.that(
        rule,
        cosine >= MIN_SAME_COSINE,
        () -> "the vectors of " + what + " have the cosine similarity " + cosine);
  }

  @Rule("EM-1")
  @Example
  void noTextsGiveNoVectors() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      Expect.equal(
          "EM-1",
          List.of(),
          embedder.embed(List.of(), InputType.DOCUMENT),
          "the vectors of no texts");
    }
  }

  @Rule("EM-1")
  @Example
  void vectorsBelongToCaller() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> twice = List.of("tea and soup", "tea and soup");
      List<float[]> vectors = embedder.embed(twice, InputType.DOCUMENT);
      float[] kept = vectors.get(1).clone();
      Arrays.fill(vectors.get(0), 7);
      Expect.that("EM-1", Arrays.equals(kept, vectors.get(1)), "two texts share one array");
      requireSame(
          "EM-1",
          kept,
          embedder.embed(twice, InputType.DOCUMENT).get(0),
          "a text whose vector was overwritten by its caller");
    }
  }

  @Rule("EM-1")
  @Example
  void instancesShareOneModel() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open();
        Embedder another = fixture.open()) {
      Expect.equal("EM-1", embedder.model(), another.model(), "the model of another instance");
      embedder.embed(List.of("tea"), InputType.DOCUMENT);
      Expect.equal("EM-1", another.model(), embedder.model(), "the model after a call");
      Expect.that(
          "EM-1",
          embedder.batchSize() >= 1 && embedder.concurrency() >= 1,
          "batch size and concurrency must be at least 1");
      for (InputType purpose : InputType.values()) {
        requireSame(
            "EM-1",
            embedder.embed(List.of("tea"), purpose).get(0),
            another.embed(List.of("tea"), purpose).get(0),
            "a text embedded by two instances");
      }
    }
  }

  // EM-2

  @Rule("EM-2")
  @Property(tries = 25)
  void vectorIsIndependentOfBatch(
      @ForAll("batches") List<String> texts, @ForAll InputType purpose) {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<float[]> together = embedder.embed(texts, purpose);
      for (int i = 0; i < texts.size(); i++) {
        float[] alone = embedder.embed(List.of(texts.get(i)), purpose).get(0);
        requireSame(
            "EM-2",
            alone,
            together.get(i),
            "text no. " + (i + 1) + " alone and among its neighbours");
      }
    }
  }

  // EM-3

  @Rule("EM-3")
  @Example
  void concurrentCallsAreIndependent() {
    int rounds = Effort.chosen().of(5);
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = sentences(12);
      List<float[]> expected = embedder.embed(texts, InputType.DOCUMENT);
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int from = i * 3;
        racers.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                List<float[]> vectors =
                    embedder.embed(texts.subList(from, from + 3), InputType.DOCUMENT);
                for (int j = 0; j < 3; j++) {
                  requireSame(
                      "EM-3",
                      expected.get(from + j),
                      vectors.get(j),
                      "text no. " + (from + j + 1) + " embedded among other calls");
                }
              }
            });
      }
      ConcurrentCalls.runAll("EM-3", racers);
    }
  }

  @Rule("EM-3")
  @Example
  void closedEmbedderThrows() {
    try (EmbedderFixture fixture = newFixture();
        Embedder another = fixture.open()) {
      Embedder embedder = fixture.open();
      embedder.embed(List.of("tea"), InputType.DOCUMENT);
      embedder.close();
      embedder.close();
      Expect.thrown(
          "EM-3",
          IllegalStateException.class,
          "a call of a closed embedder",
          () -> embedder.embed(List.of("tea"), InputType.DOCUMENT));
      requireFit(another, List.of("tea"), another.embed(List.of("tea"), InputType.DOCUMENT));
    }
  }

  @Rule("EM-3")
  @Example
  void closeDuringCallsIsClean() {
    int rounds = Effort.chosen().of(5);
    for (int round = 0; round < rounds; round++) {
      try (EmbedderFixture fixture = newFixture();
          Embedder embedder = fixture.open()) {
        AtomicInteger calls = new AtomicInteger();
        List<String> texts = sentences(3);
        Expect.ThrowingRunnable call =
            () -> {
              while (true) {
                try {
                  requireFit(embedder, texts, embedder.embed(texts, InputType.DOCUMENT));
                  calls.incrementAndGet();
                } catch (IllegalStateException closed) {
                  return;
                }
              }
            };
        Expect.ThrowingRunnable close =
            () -> {
              while (calls.get() < 2) {
                Thread.onSpinWait();
              }
              embedder.close();
            };
        ConcurrentCalls.runAll("EM-3", List.of(call, call, close));
      }
    }
  }

  @Rule("EM-3")
  @Example
  void interruptedCallSucceedsOrFailsTransiently() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = sentences(2);
      Expect.ThrowingRunnable call =
          () -> {
            Thread.currentThread().interrupt();
            try {
              requireFit(embedder, texts, embedder.embed(texts, InputType.DOCUMENT));
            } catch (TransientEmbedderException e) {
              Expect.that(
                  "EM-3",
                  Thread.currentThread().isInterrupted(),
                  "a call that gave up for an interrupt has cleared it");
            }
          };
      ConcurrentCalls.runWithTimeout("EM-3", call);
    }
  }

  // EM-4

  @Rule("EM-4")
  @Needs(Capability.REFUSED_TEXTS)
  @Example
  void rejectedTextFailsAlone() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      String refused = fixture.refusedText();
      List<String> batch = List.of("tea", refused, "soup");
      for (List<String> texts : List.of(List.of(refused), batch)) {
        RejectedInputException refusal =
            Expect.thrown(
                "EM-4",
                RejectedInputException.class,
                "a batch of " + texts.size() + " with a refused text",
                () -> embedder.embed(texts, InputType.DOCUMENT));
        requireNoTextIn(refusal, refused);
      }
      requireFit(
          embedder,
          List.of("tea", "soup"),
          embedder.embed(List.of("tea", "soup"), InputType.DOCUMENT));
    }
  }

  /** Words of a dozen letters are not there by chance. */
  private static void requireNoTextIn(Throwable thrown, String text) {
    String said = String.valueOf(thrown.getMessage());
    String part = text.strip();
    String telling = part.substring(0, Math.min(12, part.length()));
    Expect.that(
        "EM-4", telling.length() < 12 || !said.contains(telling), "the error holds the text");
  }

  @Rule("EM-4")
  @Example
  void overlongTextIsEmbeddedOrRejected() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      int words = Math.min(embedder.model().maxTokens(), 20_000);
      String text = "soup ".repeat(words + 10);
      try {
        requireFit(embedder, List.of(text), embedder.embed(List.of(text), InputType.DOCUMENT));
      } catch (RejectedInputException refusal) {
        requireNoTextIn(refusal, "soup soup soup");
      }
    }
  }

  @Rule("EM-4")
  @Needs(Capability.TRANSIENT_FAILURES)
  @Example
  void transientFailureIsDistinguished() {
    try (EmbedderFixture fixture = newFixture();
        Embedder failing = fixture.openFailing()) {
      TransientEmbedderException failure =
          Expect.thrown(
              "EM-4",
              TransientEmbedderException.class,
              "a call that fails for now",
              () -> failing.embed(List.of("a telling text of a message"), InputType.DOCUMENT));
      requireNoTextIn(failure, "a telling text of a message");
    }
  }

  @Rule("EM-4")
  @Needs(Capability.MISCONFIGURATION)
  @Example
  void misconfigurationIsNotInputError() {
    try (EmbedderFixture fixture = newFixture();
        Embedder wrong = fixture.openMisconfigured()) {
      EmbedderUnavailableException failure =
          Expect.thrown(
              "EM-4",
              EmbedderUnavailableException.class,
              "a call of an embedder that is set up wrongly",
              () -> wrong.embed(List.of("a telling text of a message"), InputType.DOCUMENT));
      requireNoTextIn(failure, "a telling text of a message");
    }
  }

  // Tokens

  @Rule("EM-1")
  @Needs(Capability.COUNTED_TOKENS)
  @Property(tries = 50)
  void tokenEndsAreOrderedWithinText(@ForAll("batches") List<String> texts) {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      TokenCounter counter = counter(embedder);
      Expect.equal("EM-1", 0, counter.tokenEnds("").length, "how many tokens an empty text has");
      for (String text : texts) {
        int[] ends = counter.tokenEnds(text);
        Expect.that(
            "EM-1",
            ends.length > 0 || text.codePoints().noneMatch(Character::isLetter),
            () -> "no token in " + text);
        for (int i = 0; i < ends.length; i++) {
          int end = ends[i];
          int former = i == 0 ? 0 : ends[i - 1];
          Expect.that(
              "EM-1",
              end >= former && end <= text.length(),
              () ->
                  "a token ends at " + end + ", after one that ends at " + former + ", in " + text);
        }
      }
    }
  }

  private static TokenCounter counter(Embedder embedder) {
    return embedder
        .tokenCounter()
        .orElseThrow(
            () ->
                new RuleViolation(
                    "EM-1", "tokenCounter() is empty: let lacking() name COUNTED_TOKENS", null));
  }

  @Rule("EM-1")
  @Needs(Capability.COUNTED_TOKENS)
  @Example
  void fittingTextIsNotTruncated() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      int most = embedder.model().maxTokens();
      if (most > 20_000) {
        skip("the longest input is not known, or too long to try");
      }
      TokenCounter counter = counter(embedder);
      StringBuilder text = new StringBuilder("tea");
      while (counter.tokenEnds(text + " tea soup").length <= most) {
        text.append(" tea");
      }
      float[] one = embedder.embed(List.of(text + " soup"), InputType.DOCUMENT).get(0);
      float[] other = embedder.embed(List.of(text + " tea"), InputType.DOCUMENT).get(0);
      Expect.that(
          "EM-1",
          !Arrays.equals(one, other),
          "the last word of a text of at most " + most + " tokens makes no difference");
    }
  }

  // Capabilities

  @Rule("EM-4")
  @Example
  void unsupportedCapabilitiesBehaveAsDocumented() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      Expect.equal(
          "EM-1",
          supports(Capability.COUNTED_TOKENS),
          embedder.tokenCounter().isPresent(),
          "whether there is a token counter, where COUNTED_TOKENS is declared lacking if not");
      if (unsupported().contains(Capability.REFUSED_TEXTS)) {
        Expect.thrown(
            "EM-4", UnsupportedOperationException.class, "refusedText()", fixture::refusedText);
      }
      if (unsupported().contains(Capability.TRANSIENT_FAILURES)) {
        Expect.thrown(
            "EM-4", UnsupportedOperationException.class, "openFailing()", fixture::openFailing);
      }
      if (unsupported().contains(Capability.MISCONFIGURATION)) {
        Expect.thrown(
            "EM-4",
            UnsupportedOperationException.class,
            "openMisconfigured()",
            fixture::openMisconfigured);
      }
    }
  }
}
