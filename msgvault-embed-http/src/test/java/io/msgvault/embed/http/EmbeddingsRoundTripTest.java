package io.msgvault.embed.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.embedder.InputType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

class EmbeddingsRoundTripTest {
  private static final int DIMENSION = 4;
  private static final LoopbackServer SERVER =
      new LoopbackServer(ScriptedReplies.vectors(DIMENSION));

  @AfterContainer
  static void stop() {
    SERVER.close();
  }

  @Property(tries = 100)
  void sendsEachTextOnceWithinLimits(
      @ForAll @Size(max = 40) List<@IntRange(max = 30) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 12) int batchSize,
      @ForAll @IntRange(min = 1, max = 60) int batchCharacters) {
    List<String> texts = new ArrayList<>();
    for (int length : lengths) {
      texts.add("x".repeat(length) + texts.size());
    }
    SERVER.clearRequests();
    try (HttpEmbedder embedder =
        HttpEmbedder.builder(SERVER.uri(), "m")
            .dimension(DIMENSION)
            .batchSize(batchSize)
            .batchCharacters(batchCharacters)
            .build()) {
      List<float[]> vectors = embedder.embed(texts, InputType.DOCUMENT);
      for (int i = 0; i < texts.size(); i++) {
        assertArrayEquals(ScriptedReplies.vector(texts.get(i), DIMENSION), vectors.get(i), 1e-6f);
      }
    }
    List<String> sent = new ArrayList<>();
    for (SentRequest request : SERVER.requests()) {
      sent.addAll(request.texts());
      assertTrue(request.texts().size() <= batchSize);
      int characters = request.texts().stream().mapToInt(String::length).sum();
      assertTrue(characters <= batchCharacters || request.texts().size() == 1);
    }
    assertEquals(texts, sent);
  }

  @Property
  void bothEncodingsReadFloatsExactly(
      @ForAll @Size(min = 1, max = 40) List<@Size(min = 3, max = 3) float[]> vectors,
      @ForAll Random random)
      throws Exception {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    List<String> base64 = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (int i : order) {
      base64.add(ScriptedReplies.item(i, ScriptedReplies.base64(vectors.get(i))));
      numbers.add(ScriptedReplies.item(i, Arrays.toString(vectors.get(i))));
    }
    for (List<String> items : List.of(base64, numbers)) {
      float[][] read =
          EmbeddingsJson.read(ScriptedReplies.list(items).getBytes(UTF_8), vectors.size(), 2)
              .vectors();
      for (int i = 0; i < vectors.size(); i++) {
        assertArrayEquals(vectors.get(i), read[i]);
      }
    }
  }
}
