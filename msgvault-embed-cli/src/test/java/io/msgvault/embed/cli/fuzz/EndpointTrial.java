package io.msgvault.embed.cli.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.msgvault.embed.embedder.EmbedderException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.http.HttpEmbedder;
import io.msgvault.embed.store.support.VectorMath;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/**
 * Reads answers of an endpoint. The first line has the status and, after spaces, the values of
 * {@code Retry-After}, {@code Content-Type} and {@code Location}; the body follows.
 */
final class EndpointTrial implements FuzzTarget.Trial {
  private static final String KEY = "sk-secret-4711-secret";
  private static final List<String> TEXTS =
      List.of("the horse of the vicar is ill again", "a second letter, as private as the first");

  /** The shortest parts of a key and of a text that are known to be theirs. */
  private static final int KEY_RUN = 6;

  private static final int TEXT_RUN = 16;

  private static final int DIMENSION = 4;
  private static final URI ADDRESS = URI.create("http://localhost:11434/v1");

  @Override
  public void run(byte[] input) {
    int end = 0;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    String[] head = new String(input, 0, end, ISO_8859_1).split(" ", 4);
    byte[] body = Arrays.copyOfRange(input, Math.min(input.length, end + 1), input.length);
    CannedClient client = new CannedClient(head, body);
    try (HttpEmbedder embedder =
        HttpEmbedder.builder(ADDRESS, "a-model")
            .dimension(DIMENSION)
            .key(() -> KEY)
            .httpClient(client)
            .build()) {
      List<float[]> vectors = embedder.embed(TEXTS, InputType.DOCUMENT);
      Oracle.require(vectors.size() == TEXTS.size(), "a wrong number of vectors");
      for (float[] vector : vectors) {
        Oracle.require(vector.length == DIMENSION, "a wrong dimension");
        Oracle.require(VectorMath.hasDirection(vector), "a vector without direction");
        Oracle.require(
            Math.abs(VectorMath.norm(vector) - 1) < 1e-2, "a vector that is not of length 1");
      }
    } catch (EmbedderException e) {
      String message = String.valueOf(e.getMessage());
      Oracle.require(message.length() < 1000, "a huge message");
      Oracle.oneLine("a message", message);
      requireNone(message, KEY, KEY_RUN);
      TEXTS.forEach(text -> requireNone(message, text, TEXT_RUN));
      throw e;
    } finally {
      Oracle.require(
          client.hosts().stream().allMatch(host -> host.equals("localhost:11434")),
          "another server was asked");
      Oracle.require(client.hosts().size() <= 10, "too many requests");
    }
  }

  /** Requires that no part of a secret that is so long is in a message. */
  private static void requireNone(String message, String secret, int length) {
    for (int i = 0; i + length <= secret.length(); i++) {
      Oracle.require(
          !message.contains(secret.substring(i, i + length)), "a secret is in a message");
    }
  }
}
