package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.InputType;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the tokens that a server reports are read. */
class UsageTest {
  private static final String DATA = "\"data\":[{\"index\":0,\"embedding\":[1,0]}]";

  private final LoopbackServer server = new LoopbackServer(ScriptedReplies.vectors(2));

  @AfterEach
  void stop() {
    server.close();
  }

  private EmbedderReply ask(int batchSize, String... texts) {
    try (HttpEmbedder embedder =
        HttpEmbedder.builder(server.uri(), "m").dimension(2).batchSize(batchSize).build()) {
      return embedder.embedWithUsage(List.of(texts), InputType.DOCUMENT);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt_tokens\":8,\"total_tokens\":9}  | 8",
        "{\"total_tokens\":9}                      | 9",
        "{\"prompt_tokens\":0,\"total_tokens\":7}  | 7",
        "{\"details\":{\"prompt_tokens\":5},\"prompt_tokens\":6} | 6",
        "{\"prompt_tokens\":\"many\",\"total_tokens\":4} | 4"
      })
  void tokensAreThoseOfUsage(String usage, long tokens) {
    server.setDefaultReply(ScriptedReplies.json("{\"usage\":" + usage + "," + DATA + "}"));
    assertEquals(OptionalLong.of(tokens), ask(1, "a soup").tokens());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "12",
        "[8]",
        "{}",
        "{\"prompt_tokens\":-3}",
        "{\"prompt_tokens\":0,\"total_tokens\":0}",
        "{\"prompt_tokens\":99999999999999999999}"
      })
  void vectorsAreGoodWithoutUsage(String usage) {
    server.setDefaultReply(ScriptedReplies.json("{" + DATA + ",\"usage\":" + usage + "}"));
    EmbedderReply reply = ask(1, "a soup");
    assertEquals(OptionalLong.empty(), reply.tokens());
    assertEquals(1, reply.vectors().size());
  }

  @Test
  void tokensOfAllRequestsAddUp() {
    assertEquals(OptionalLong.of(3 * 8), ask(2, "1", "2", "3", "4", "5").tokens());
  }

  @Test
  void oneRequestWithoutUsageLeavesTokensUnknown() {
    server.enqueue(ScriptedReplies.json("{" + DATA + "}"));
    assertEquals(OptionalLong.empty(), ask(1, "1", "2").tokens());
  }
}
