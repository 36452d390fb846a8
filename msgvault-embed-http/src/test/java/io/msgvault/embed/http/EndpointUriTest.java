package io.msgvault.embed.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
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
    "http://my_host:8080, http://my_host:8080/v1/embeddings",
    "http://_host/v1/, http://_host/v1/embeddings",
    "http://llm.1node:80/v1?k=1, http://llm.1node:80/v1/embeddings?k=1",
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
        "https://under_score/v1",
        "http://u:p@under_score/v1",
        "http://under_score:port/v1",
        "http://under_sc%20ore/v1"
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
    "http://h_1:8080/a, http://H_1:8080/b, true",
    "http://h_1/a, http://h_1:80/b, true",
    "http://h_1/a, http://h_1:81/b, false",
    "http://h_1/a, http://h_2/b, false",
    "http://h_1/a, https://h_1/b, false",
    "http://h_1/a, http://u@h_1/b, false",
  })
  void redirectMustStayOnServer(URI from, URI to, boolean allowed) {
    assertEquals(allowed, EndpointUri.isSameServer(from, to));
  }

  @ParameterizedTest
  @CsvSource({
    "http://my_host:8080/v1?k=1, 172.18.0.3, http://172.18.0.3:8080/v1?k=1",
    "http://my_host/v1, fe80::1%2, http://[fe80:0:0:0:0:0:0:1]/v1",
    "http://host/v1, 172.18.0.3, http://host/v1",
  })
  void irregularHostIsReachedByAddress(URI uri, String address, URI reachable) throws Exception {
    InetAddress resolved = InetAddress.getByName(address);
    assertEquals(reachable, EndpointUri.reachable(uri, host -> resolved));
  }

  @Test
  void redactsUri() {
    assertEquals(
        "http://my_host:1/v1", EndpointUri.redacted(URI.create("http://my_host:1/v1?k=secret")));
    assertFalse(EndpointUri.redacted(URI.create("http://u:secret@my_host/v1")).contains("secret"));
    assertEquals(
        "https://h:1/v1/embeddings",
        EndpointUri.redacted(
            URI.create("https://user:secret@h:1/v1/embeddings?key=secret#secret")));
  }
}
