package io.msgvault.embed.http;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.http.LoopbackServer.Reply;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.EmbedderFixture;
import io.msgvault.embed.testkit.suite.EmbedderConformance;
import java.util.Set;

class HttpEmbedderConformanceTest extends EmbedderConformance {
  private static final int DIMENSION = 48;

  @Override
  protected EmbedderFixture newFixture() {
    return new Server();
  }

  @Override
  protected Set<Capability> unsupported() {
    return Set.of(Capability.COUNTED_TOKENS);
  }

  /** Servers that work, are busy or refuse the key. All of them repeat what they were sent. */
  private static final class Server implements EmbedderFixture {
    private static final String REFUSED = "a text that is always rejected";

    private final LoopbackServer server =
        new LoopbackServer(
            (request, exchange) -> {
              Reply reply =
                  switch (request.target()) {
                    case "/busy/embeddings" -> echo(503);
                    case "/locked/embeddings" -> echo(401);
                    default ->
                        ScriptedReplies.rejectingIf(
                            REFUSED::equals, echo(400), ScriptedReplies.reversed(DIMENSION));
                  };
              reply.send(request, exchange);
            });

    private static Reply echo(int status) {
      return (request, exchange) ->
          ScriptedReplies.status(status, "bad input: " + request.texts()).send(request, exchange);
    }

    private HttpEmbedder.Builder at(String path) {
      return HttpEmbedder.builder(server.uri().resolve(path), "m").batchSize(8);
    }

    @Override
    public Embedder open() {
      return at("/v1").build();
    }

    @Override
    public String refusedText() {
      return REFUSED;
    }

    @Override
    public Embedder openFailing() {
      return at("/busy").dimension(DIMENSION).build();
    }

    @Override
    public Embedder openMisconfigured() {
      return at("/locked").dimension(DIMENSION).build();
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
