package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointUriTest {
  @ParameterizedTest
  @CsvSource({
    "http://localhost:11434, http://localhost:11434/v1/embeddings",
    "http://localhost:11434/, http://localhost:11434/v1/embeddings",
    "http://localhost:1234/v1, http://localhost:1234/v1/embeddings",
    "http://localhost:1234/v1/, http://localhost:1234/v1/embeddings",
    "HTTPS://api.example.com/openai/v1//, https://api.example.com/openai/v1/embeddings",
    "https://api.example.com/v1/embeddings, https://api.example.com/v1/embeddings",
    "https://api.example.com/v1/embeddings/, https://api.example.com/v1/embeddings/",
    "https://a.example/deployments/e/embeddings?api-version=2,"
        + " https://a.example/deployments/e/embeddings?api-version=2",
    "https://a.example/a%2Fb?k=%20, https://a.example/a%2Fb/embeddings?k=%20",
    "http://[::1]:8080/v1, http://[::1]:8080/v1/embeddings",
  })
  void completesUri(URI endpoint, URI whole) {
    assertEquals(whole, EndpointUri.embeddings(endpoint));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:11434",
        "ftp://h/v1",
        "/v1",
        "http:v1",
        "file:///v1",
        "http://u:p@h/v1",
        "http://h/v1#f",
        "http://under_score/v1"
      })
  void rejectsInvalidUri(URI endpoint) {
    assertThrows(IllegalArgumentException.class, () -> EndpointUri.embeddings(endpoint));
  }

  @ParameterizedTest
  @CsvSource({
    "http://h/a, http://h/b, true",
    "http://h/a, http://H:80/b, true",
    "https://h:8443/a, https://h:8443/b, true",
    "http://h/a, https://h/a, true",
    "http://h/a, https://h:443/a, true",
    "http://h/a, https://h:8443/a, false",
    "http://h:8080/a, https://h/a, false",
    "https://h/a, http://h/a, false",
    "http://h/a, http://h:81/a, false",
    "http://h/a, http://h.example/a, false",
    "http://h/a, http://u@h/a, false",
    "http://h/a, ftp://h/a, false",
    "http://h/a, mailto:h, false",
  })
  void redirectMustStayOnServer(URI from, URI to, boolean allowed) {
    assertEquals(allowed, EndpointUri.isSameServer(from, to));
  }

  @Test
  void redactsUri() {
    assertEquals(
        "https://h:1/v1/embeddings",
        EndpointUri.redacted(
            URI.create("https://user:secret@h:1/v1/embeddings?key=secret#secret")));
  }
}
