package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that no text gets the vector of another, however a server writes its indexes. */
class ReplyIndexTest {
  private static final int DIMENSION = 16;
  private static final List<String> TEXTS = List.of("boiler", "garden", "violin");

  private final LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(DIMENSION));
  private final HttpEmbedder embedder =
      HttpEmbedder.builder(server.uri(), "m").dimension(DIMENSION).build();

  @AfterEach
  void stop() {
    embedder.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%d", "\"%d\"", "%d.0", "\"%d.0\"", "%de0", "\" %d \""})
  void placesVectorsByTheirIndexInAnyForm(String form) {
    server.setDefaultReply(withIndexes(index -> "\"index\":" + form.formatted(index) + ","));
    assertEmbeds();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"1st\"",
        "\"\"",
        "0.5",
        "\"0.5\"",
        "-1",
        "\"-1\"",
        "3",
        "\"3\"",
        "1e9",
        "4294967296",
        "true",
        "[0]",
        "{}",
        "NaN",
        "\"NaN\"",
        "0x1",
        "1",
        "\"1\"",
        "1.0"
      })
  void refusesIndexThatLeavesDoubt(String first) {
    server.setDefaultReply(
        withIndexes(index -> "\"index\":" + (index == 0 ? first : "" + index) + ","));
    assertRefused();
  }

  @Test
  void refusesListThatIsOutOfOrderWithoutSomeIndexes() {
    for (int missing = 0; missing < 3; missing++) {
      int without = missing;
      server.setDefaultReply(
          withIndexes(index -> index == without ? "" : "\"index\":" + index + ","));
      assertRefused();
    }
  }

  private void assertEmbeds() {
    List<float[]> vectors = embedder.embed(TEXTS, InputType.DOCUMENT);
    for (int i = 0; i < TEXTS.size(); i++) {
      assertArrayEquals(ScriptedReplies.vector(TEXTS.get(i), DIMENSION), vectors.get(i), 1e-6f);
    }
  }

  private void assertRefused() {
    assertThrows(TransientEmbedderException.class, () -> embedder.embed(TEXTS, InputType.DOCUMENT));
  }

  /** Sends the vectors from the last to the first, each with a field for its index. */
  private static LoopbackServer.Reply withIndexes(IntFunction<String> field) {
    return ScriptedReplies.rearranged(
        DIMENSION,
        items -> {
          List<String> changed = new ArrayList<>();
          for (int i = 0; i < items.size(); i++) {
            changed.add(0, items.get(i).replace("\"index\":" + i + ",", field.apply(i)));
          }
          return changed;
        });
  }

  /** A field that is left out if it is 0, or in all items. */
  @Test
  void missingIndexInOrderIsItsPosition() {
    for (int given : new int[] {0, 1, 3}) {
      server.setDefaultReply(
          ScriptedReplies.rearranged(
              DIMENSION,
              items -> {
                List<String> changed = new ArrayList<>(items);
                for (int i = 0; i < given; i++) {
                  changed.set(i, items.get(i).replace("\"index\":" + i + ",", ""));
                }
                return changed;
              }));
      assertEmbeds();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"[1, 0, 0, 0]\"",
        "[\"1\",\"0\",\"0\",\"0\"]",
        "[\"NaN\"]",
        "{\"float\":[1,0,0,0]}",
        "[[1,0,0,0]]"
      })
  void refusesEmbeddingOfOtherType(String embedding) {
    server.setDefaultReply(
        ScriptedReplies.rearranged(
            DIMENSION,
            items -> List.of(items.get(0), ScriptedReplies.item(1, embedding), items.get(2))));
    assertRefused();
  }
}
