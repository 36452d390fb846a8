package org.example.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.msgvault.embed.EmbedJob;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.env.Environment;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class HelpDeskTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;
  private final EmbedJob job;

  @Autowired
  HelpDeskTest(Environment environment, EmbedJob job) {
    this.address = "http://localhost:" + environment.getProperty("local.server.port");
    this.job = job;
  }

  @Test
  void findsTicketsByMeaning() throws Exception {
    open("Printer", "Every page comes out with a grey stripe along its left edge.");
    open("Heating", "My office is freezing, and the radiator stays cold all morning.");
    open("Parking", "The gate does not know my new number plate.");
    awaitIndex();
    String question = "it is too chilly at work";
    String found = get("/search?q=" + URLEncoder.encode(question, StandardCharsets.UTF_8));
    assertThat(found).startsWith("[{\"id\":2,\"title\":\"Heating\"");
    assertThat(get("/actuator/health")).contains("\"status\":\"UP\"");
    assertThat(get("/actuator/msgvaultembed")).contains("\"missing\":0");
  }

  private void open(String title, String body) throws Exception {
    String json = "{\"title\": \"" + title + "\", \"body\": \"" + body + "\"}";
    send(
        HttpRequest.newBuilder(URI.create(address + "/tickets"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(address + path)).build());
  }

  private String send(HttpRequest request) throws Exception {
    var response = client.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private void awaitIndex() throws InterruptedException {
    Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
    while (job.status().active().isEmpty() || job.status().missing().orElse(1L) > 0) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(50);
    }
  }
}
