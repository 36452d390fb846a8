package io.msgvault.embed.testkit;

import io.msgvault.embed.Embedder;
import io.msgvault.embed.EmbedderModel;
import io.msgvault.embed.EmbedderUnavailableException;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.RejectedInputException;
import io.msgvault.embed.TransientEmbedderException;
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
  private static final double SAME = 0.9999;

  private static final List<String> WORDS =
      List.of(
          "soup", "tea", "invoice", "meeting", "Straße", "письмо", "信件", "🫖", "e\u0301", "2024",
          "o'neil", "re:");

  /** For subclasses, which need a constructor without parameters. */
  protected EmbedderConformance() {}

  /** What opens the embedder under test. */
  protected abstract EmbedderFixture newFixture();

  @Override
  final String subject() {
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
        Given.texts(false)
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
  void everyTextGetsAVectorThatFitsTheModel(
      @ForAll("batches") List<String> texts, @ForAll Purpose purpose) {
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
  void vectorsComeInTheOrderOfTheTexts() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = sentences(2 * embedder.batchSize() + 3);
      List<float[]> vectors = embedder.embed(texts, Purpose.DOCUMENT);
      requireFit(embedder, texts, vectors);
      List<String> shuffled = new ArrayList<>(texts);
      Collections.shuffle(shuffled, new Random(5));
      List<float[]> again = embedder.embed(shuffled, Purpose.DOCUMENT);
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
    double cosine = Vectors.cosine(expected, actual);
    Expect.that(
        rule,
        cosine >= SAME,
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
          embedder.embed(List.of(), Purpose.DOCUMENT),
          "the vectors of no texts");
    }
  }

  @Rule("EM-1")
  @Example
  void vectorsAreTheCallersOwn() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> twice = List.of("tea and soup", "tea and soup");
      List<float[]> vectors = embedder.embed(twice, Purpose.DOCUMENT);
      float[] kept = vectors.get(1).clone();
      Arrays.fill(vectors.get(0), 7);
      Expect.that("EM-1", Arrays.equals(kept, vectors.get(1)), "two texts share one array");
      requireSame(
          "EM-1",
          kept,
          embedder.embed(twice, Purpose.DOCUMENT).get(0),
          "a text whose vector was overwritten by its caller");
    }
  }

  @Rule("EM-1")
  @Example
  void allInstancesAreOfOneModel() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open();
        Embedder another = fixture.open()) {
      Expect.equal("EM-1", embedder.model(), another.model(), "the model of another instance");
      embedder.embed(List.of("tea"), Purpose.DOCUMENT);
      Expect.equal("EM-1", another.model(), embedder.model(), "the model after a call");
      Expect.that(
          "EM-1",
          embedder.batchSize() >= 1 && embedder.concurrency() >= 1,
          "batch size and concurrency must be at least 1");
      for (Purpose purpose : Purpose.values()) {
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
  void neighboursDoNotMatter(@ForAll("batches") List<String> texts, @ForAll Purpose purpose) {
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
  void concurrentCallsDoNotDisturbEachOther() {
    int rounds = Effort.chosen().of(5);
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = sentences(12);
      List<float[]> expected = embedder.embed(texts, Purpose.DOCUMENT);
      List<Expect.Code> racers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int from = i * 3;
        racers.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                List<float[]> vectors =
                    embedder.embed(texts.subList(from, from + 3), Purpose.DOCUMENT);
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
      Race.runAll("EM-3", racers);
    }
  }

  @Rule("EM-3")
  @Example
  void closedEmbedderSaysSo() {
    try (EmbedderFixture fixture = newFixture();
        Embedder another = fixture.open()) {
      Embedder embedder = fixture.open();
      embedder.embed(List.of("tea"), Purpose.DOCUMENT);
      embedder.close();
      embedder.close();
      Expect.thrown(
          "EM-3",
          IllegalStateException.class,
          "a call of a closed embedder",
          () -> embedder.embed(List.of("tea"), Purpose.DOCUMENT));
      requireFit(another, List.of("tea"), another.embed(List.of("tea"), Purpose.DOCUMENT));
    }
  }

  @Rule("EM-3")
  @Example
  void closingDuringCallsEndsThemCleanly() {
    int rounds = Effort.chosen().of(5);
    for (int round = 0; round < rounds; round++) {
      try (EmbedderFixture fixture = newFixture();
          Embedder embedder = fixture.open()) {
        AtomicInteger calls = new AtomicInteger();
        List<String> texts = sentences(3);
        Expect.Code call =
            () -> {
              while (true) {
                try {
                  requireFit(embedder, texts, embedder.embed(texts, Purpose.DOCUMENT));
                  calls.incrementAndGet();
                } catch (IllegalStateException closed) {
                  return;
                }
              }
            };
        Expect.Code close =
            () -> {
              while (calls.get() < 2) {
                Thread.onSpinWait();
              }
              embedder.close();
            };
        Race.runAll("EM-3", List.of(call, call, close));
      }
    }
  }

  @Rule("EM-3")
  @Example
  void interruptedCallWorksOrFailsForNow() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      List<String> texts = sentences(2);
      Expect.Code call =
          () -> {
            Thread.currentThread().interrupt();
            try {
              requireFit(embedder, texts, embedder.embed(texts, Purpose.DOCUMENT));
            } catch (TransientEmbedderException e) {
              Expect.that(
                  "EM-3",
                  Thread.currentThread().isInterrupted(),
                  "a call that gave up for an interrupt has cleared it");
            }
          };
      Race.bounded("EM-3", call);
    }
  }

  // EM-4

  @Rule("EM-4")
  @Needs(Capability.REFUSED_TEXTS)
  @Example
  void refusedTextFailsAloneAndLetsItsNeighboursBe() {
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
                () -> embedder.embed(texts, Purpose.DOCUMENT));
        requireDiscretion(refusal, refused);
      }
      requireFit(
          embedder,
          List.of("tea", "soup"),
          embedder.embed(List.of("tea", "soup"), Purpose.DOCUMENT));
    }
  }

  /** Words of a dozen letters are not there by chance. */
  private static void requireDiscretion(Throwable thrown, String text) {
    String said = String.valueOf(thrown.getMessage());
    String part = text.strip();
    String telling = part.substring(0, Math.min(12, part.length()));
    Expect.that(
        "EM-4", telling.length() < 12 || !said.contains(telling), "the error holds the text");
  }

  @Rule("EM-4")
  @Example
  void textBeyondTheLongestInputIsEmbeddedOrRefused() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      int words = Math.min(embedder.model().maxTokens(), 20_000);
      String text = "soup ".repeat(words + 10);
      try {
        requireFit(embedder, List.of(text), embedder.embed(List.of(text), Purpose.DOCUMENT));
      } catch (RejectedInputException refusal) {
        requireDiscretion(refusal, "soup soup soup");
      }
    }
  }

  @Rule("EM-4")
  @Needs(Capability.TRANSIENT_FAILURES)
  @Example
  void failureThatMayPassIsToldApart() {
    try (EmbedderFixture fixture = newFixture();
        Embedder failing = fixture.openFailing()) {
      TransientEmbedderException failure =
          Expect.thrown(
              "EM-4",
              TransientEmbedderException.class,
              "a call that fails for now",
              () -> failing.embed(List.of("a telling text of a message"), Purpose.DOCUMENT));
      requireDiscretion(failure, "a telling text of a message");
    }
  }

  @Rule("EM-4")
  @Needs(Capability.MISCONFIGURATION)
  @Example
  void wrongSetUpIsNoMessagesFault() {
    try (EmbedderFixture fixture = newFixture();
        Embedder wrong = fixture.openMisconfigured()) {
      EmbedderUnavailableException failure =
          Expect.thrown(
              "EM-4",
              EmbedderUnavailableException.class,
              "a call of an embedder that is set up wrongly",
              () -> wrong.embed(List.of("a telling text of a message"), Purpose.DOCUMENT));
      requireDiscretion(failure, "a telling text of a message");
    }
  }

  // Tokens

  @Rule("EM-1")
  @Needs(Capability.COUNTED_TOKENS)
  @Property(tries = 50)
  void tokensEndInsideTheTextAndInOrder(@ForAll("batches") List<String> texts) {
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
                new BrokenRule(
                    "EM-1", "tokenCounter() is empty: let lacking() name COUNTED_TOKENS", null));
  }

  @Rule("EM-1")
  @Needs(Capability.COUNTED_TOKENS)
  @Example
  void textThatFitsByItsTokensIsSeenToItsEnd() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      int most = embedder.model().maxTokens();
      if (most > 20_000) {
        untestable("the longest input is not known, or too long to try");
      }
      TokenCounter counter = counter(embedder);
      StringBuilder text = new StringBuilder("tea");
      while (counter.tokenEnds(text + " tea soup").length <= most) {
        text.append(" tea");
      }
      float[] one = embedder.embed(List.of(text + " soup"), Purpose.DOCUMENT).get(0);
      float[] other = embedder.embed(List.of(text + " tea"), Purpose.DOCUMENT).get(0);
      Expect.that(
          "EM-1",
          !Arrays.equals(one, other),
          "the last word of a text of at most " + most + " tokens makes no difference");
    }
  }

  // Capabilities

  @Rule("EM-4")
  @Example
  void whatIsDeclaredLackingIsLacking() {
    try (EmbedderFixture fixture = newFixture();
        Embedder embedder = fixture.open()) {
      Expect.equal(
          "EM-1",
          has(Capability.COUNTED_TOKENS),
          embedder.tokenCounter().isPresent(),
          "whether there is a token counter, where COUNTED_TOKENS is declared lacking if not");
      if (lacking().contains(Capability.REFUSED_TEXTS)) {
        Expect.thrown(
            "EM-4", UnsupportedOperationException.class, "refusedText()", fixture::refusedText);
      }
      if (lacking().contains(Capability.TRANSIENT_FAILURES)) {
        Expect.thrown(
            "EM-4", UnsupportedOperationException.class, "openFailing()", fixture::openFailing);
      }
      if (lacking().contains(Capability.MISCONFIGURATION)) {
        Expect.thrown(
            "EM-4",
            UnsupportedOperationException.class,
            "openMisconfigured()",
            fixture::openMisconfigured);
      }
    }
  }
}
