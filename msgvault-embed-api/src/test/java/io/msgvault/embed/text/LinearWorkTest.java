package io.msgvault.embed.text;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Bounds the work on any text by a multiple of its length. The tests count how often a character is
 * read, and do not measure time.
 */
class LinearWorkTest {
  private static final int LENGTH = 20_000;

  /** Quadratic work on a text of this length would read each character thousands of times. */
  private static final int MAX_READS = 30;

  private static final Map<String, Consumer<CharSequence>> STEPS =
      Map.of(
          "data URIs", DataUris::strip,
          "armour", EncodedBytes::stripArmour,
          "uuencode", EncodedBytes::stripUuencoded,
          "base64", EncodedBytes::stripBase64,
          "tracking parameters", TrackingParameters::strip,
          "quoted replies", text -> QuotedReplies.in(text).ownText(),
          "signatures", Signatures::strip,
          "white space", WhiteSpace::collapse);

  /** Returns texts of one to three parts, each of which repeats a few pieces. */
  @Provide
  Arbitrary<String> repetitive() {
    return Arbitraries.of(AnyText.PIECES)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(pieces -> String.join("", pieces))
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(LinearWorkTest::repeat);
  }

  private static String repeat(List<String> units) {
    return units.stream()
        .map(unit -> unit.repeat(LENGTH / units.size() / unit.length()))
        .collect(Collectors.joining());
  }

  @Property(tries = 300)
  void stepsDoLinearWork(@ForAll("repetitive") String text) {
    STEPS.forEach(
        (name, step) -> {
          CountingText counting = new CountingText(text);
          step.accept(counting);
          assertFew(name, counting.reads(), text);
        });
  }

  @Property(tries = 100)
  void chunkerDoesLinearWork(@ForAll("repetitive") String text) {
    TextPolicy policy =
        TextPolicy.standard().withOverlapPercent(50).withMaxChunks(Integer.MAX_VALUE);
    for (int size : List.of(16, 250, 4_000)) {
      CountingText byCharacters = new CountingText(text);
      new Chunker(policy.withChunkCharacters(size)).cut(byCharacters);
      assertFew("characters " + size, byCharacters.reads(), text);

      CountingText byTokens = new CountingText(text);
      PieceCounter counter = new PieceCounter();
      new Chunker(policy.withChunkTokens(size), Integer.MAX_VALUE, counter).cut(byTokens);
      assertFew("tokens " + size, byTokens.reads(), text);
      assertFew("counted " + size, counter.counted(), text);
    }
  }

  private static void assertFew(String name, long reads, String text) {
    assertTrue(
        reads <= (long) MAX_READS * text.length(),
        () -> name + ": " + reads + " reads of " + text.length() + " characters");
  }
}
