package io.msgvault.embed.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.output.Response;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.search.Reranker;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests a reranker over a scoring model. */
class LangChain4jRerankerTest {
  private static Reranker scoring(@Nullable Double... scores) {
    return new LangChain4jReranker((segments, query) -> Response.from(Arrays.asList(scores)));
  }

  @Test
  void scoresComeInTheOrderOfTheTexts() {
    try (Reranker reranker =
        new LangChain4jReranker(
            (segments, query) ->
                Response.from(
                    segments.stream()
                        .map(TextSegment::text)
                        .map(text -> text.equals(query) ? 1.0 : -text.length())
                        .toList()))) {
      assertEquals(List.of(-3.0, 1.0, -1.0), reranker.score("who", List.of("ann", "who", "b")));
      assertEquals(List.of(), reranker.score("who", List.of()));
    }
  }

  @Test
  void scoresThatCannotBeUsedAreFailures() {
    List<String> texts = List.of("a", "b");
    for (Reranker reranker :
        List.of(scoring(1.0), scoring(1.0, Double.NaN), scoring(1.0, null), scoring())) {
      assertThrows(TransientEmbedderException.class, () -> reranker.score("who", texts));
    }
  }

  @Test
  void failuresAreSorted() {
    Reranker reranker =
        new LangChain4jReranker(
            (segments, query) -> {
              throw new ModelNotFoundException("x");
            });
    List<String> texts = List.of("ann");
    assertThrows(EmbedderUnavailableException.class, () -> reranker.score("who", texts));
  }
}
