package io.msgvault.embed.onnx;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.msgvault.embed.embedder.InputType;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A separate process that uses a tokenizer and prints each URL that Java code opens. With the
 * argument {@code ours} it uses the embedder, with {@code bare} only DJL.
 *
 * <p>It intercepts the opening of URLs, since DJL connects that way, and lets the connection fail.
 */
final class NetworkProbe {
  private static final Set<String> LOCAL = Set.of("file", "jar", "jrt");

  private NetworkProbe() {}

  public static void main(String[] arguments) throws IOException {
    URL.setURLStreamHandlerFactory(
        protocol -> LOCAL.contains(protocol) ? null : new FailingUrlHandler());
    if (arguments[0].equals("ours")) {
      try (OnnxEmbedder embedder = TestModels.miniLm().build()) {
        embedder.embed(List.of("What leaves this machine?", "Nothing."), InputType.QUERY);
        embedder.tokenCounter().orElseThrow().tokenEnds("Nothing at all.");
      }
    } else {
      try (InputStream json =
              Objects.requireNonNull(
                  NetworkProbe.class.getResourceAsStream("/" + TestModels.MINI_LM_TOKENIZER));
          HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(json, Map.of())) {
        tokenizer.encode("What leaves this machine?", true, false);
      }
    }
    System.out.println("done");
  }

  private static final class FailingUrlHandler extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      System.out.println("asked for " + url);
      throw new IOException("trapped");
    }

    @Override
    protected URLConnection openConnection(URL url, java.net.Proxy proxy) throws IOException {
      return openConnection(url);
    }
  }
}
