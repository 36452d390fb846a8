package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.text.TokenCounter;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds the token counter of an embedder to its model. */
public interface TokenCounterRules extends EmbedderContext {
  @Rule("EM-1")
  @Needs(Capability.COUNTED_TOKENS)
  @Property(tries = 50)
  default void tokenEndsAreOrderedWithinText(@ForAll("batches") List<String> texts) {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      TokenCounter counter = counter(embedder);
      Expect.equal(0, counter.tokenEnds("").length, "how many tokens an empty text has");
      for (String text : texts) {
        int[] ends = counter.tokenEnds(text);
        Expect.that(
            ends.length > 0 || text.codePoints().noneMatch(Character::isLetter),
            () -> "no token in " + text);
        for (int i = 0; i < ends.length; i++) {
          int end = ends[i];
          int previous = i == 0 ? 0 : ends[i - 1];
          Expect.that(
              end >= previous && end <= text.length(),
              () ->
                  "a token ends at "
                      + end
                      + ", after one that ends at "
                      + previous
                      + ", in "
                      + text);
        }
      }
    }
  }

  private static TokenCounter counter(Embedder embedder) {
    return embedder
        .tokenCounter()
        .orElseThrow(
            () ->
                Expect.violation("tokenCounter() is empty: let unsupported() name COUNTED_TOKENS"));
  }

  @Rule("EM-1")
  @Needs(Capability.COUNTED_TOKENS)
  @Example
  default void fittingTextIsNotTruncated() {
    try (EmbedderFixture fixture = openFixture();
        Embedder embedder = fixture.open()) {
      int limit = embedder.model().maxTokens();
      if (limit > 20_000) {
        Expect.skip("the longest input is not known, or too long to try");
      }
      TokenCounter counter = counter(embedder);
      StringBuilder text = new StringBuilder("tea");
      while (counter.tokenEnds(text + " tea soup").length <= limit) {
        text.append(" tea");
      }
      float[] one = embedder.embed(List.of(text + " soup"), InputType.DOCUMENT).get(0);
      float[] other = embedder.embed(List.of(text + " tea"), InputType.DOCUMENT).get(0);
      Expect.that(
          !Arrays.equals(one, other),
          "the last word of a text of at most " + limit + " tokens makes no difference");
    }
  }
}
