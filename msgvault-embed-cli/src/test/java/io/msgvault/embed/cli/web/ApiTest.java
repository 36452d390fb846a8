package io.msgvault.embed.cli.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.json.schema.jackson2.DefaultJsonSchemaValidator;
import io.msgvault.embed.cli.HostileMail;
import io.msgvault.embed.cli.Served;
import io.msgvault.embed.cli.backend.ArchiveLocation;
import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.reading.ArchiveReader;
import io.msgvault.embed.cli.reading.CachedMap;
import io.msgvault.embed.memory.HashEmbedder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API, as {@code openapi.json} describes it, over a real server and a real archive. */
class ApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaValidator VALIDATOR = new DefaultJsonSchemaValidator();

  @TempDir private static Path folder;
  private static Served served;
  private static JsonNode description;

  @BeforeAll
  static void open() throws Exception {
    served = HostileMail.serve(folder);
    description = JSON.readTree(served.get("openapi.json").body());
  }

  @AfterAll
  static void close() {
    served.close();
  }

  @Test
  void everyPathIsDescribedAndServed() throws Exception {
    Set<String> described = new TreeSet<>();
    description
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> described.add(method + " " + path.getKey())));
    Set<String> routes = new TreeSet<>();
    ArchiveLocation archive =
        new ArchiveLocation(
            folder.resolve("archive.db").toString(), Optional.empty(), Optional.empty());
    Clock clock = Clock.systemUTC();
    try (Backend backend = Backend.openReadOnly(archive);
        HashEmbedder embedder = new HashEmbedder()) {
      ArchiveReader reader = new ArchiveReader(backend, embedder, Optional.empty(), clock);
      try (CachedMap map = new CachedMap(reader, clock)) {
        for (Api.Route route : new Api(reader, map, () -> 0, ZoneOffset.UTC).routes()) {
          routes.add(
              route.method().toLowerCase(Locale.ROOT) + " /" + String.join("/", route.path()));
        }
      }
    }
    assertEquals(routes, described);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stats | /stats
          search?q=plain | /search
          search?q=plain&mode=keyword&sort=newest&collapse=true&passages=3&limit=5&offset=1 | /search
          messages/1 | /messages/{id}
          messages/1?offset=10 | /messages/{id}
          messages/2/similar?limit=3 | /messages/{id}/similar
          rejections | /rejections
          map | /map
          """)
  void answerIsAsDescribed(String path, String described) throws Exception {
    HttpResponse<String> answer = served.get(path);
    assertEquals(200, answer.statusCode(), answer.body());
    assertConforms(answer, described, "get");
  }

  @Test
  void mapComesToBeAsDescribed() throws Exception {
    HttpResponse<String> answer = served.get("map");
    while (JSON.readTree(answer.body()).get("state").asText().equals("making")) {
      answer = served.get("map");
    }
    assertConforms(answer, "/map", "get");
    JsonNode map = JSON.readTree(answer.body());
    assertEquals(HostileMail.COUNT, map.get("ids").size());
    for (String column : Set.of("x", "y", "source", "label")) {
      assertEquals(HostileMail.COUNT, map.get(column).size(), column);
    }
  }

  @Test
  void conversationIsAsDescribed() throws Exception {
    String id = JSON.readTree(served.get("messages/1").body()).get("conversation").asText();
    HttpResponse<String> answer =
        served.get("conversations/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    assertConforms(answer, "/conversations/{id}", "get");
    assertEquals(1, JSON.readTree(answer.body()).get("total").asInt());
  }

  @Test
  void retryIsAsDescribed() throws Exception {
    HttpResponse<String> answer =
        served.send(
            HttpRequest.newBuilder(served.root().resolve("/api/v1/rejections/retry"))
                .header("Authorization", "Bearer " + served.token())
                .POST(BodyPublishers.noBody()));
    assertEquals(200, answer.statusCode(), answer.body());
    assertConforms(answer, "/rejections/retry", "post");
    assertEquals(0, JSON.readTree(answer.body()).get("marked").asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          search                        | 400 | bad_request
          search?q=x&mode=guess         | 400 | bad_request
          search?q=x&limit=0            | 400 | bad_request
          search?q=x&limit=many         | 400 | bad_request
          search?q=x&collapse=perhaps   | 400 | bad_request
          search?q=before:yesterday+x   | 400 | bad_query
          messages/0                    | 400 | bad_request
          messages/one                  | 400 | bad_request
          messages/999999               | 404 | not_found
          messages/999999/similar       | 404 | not_found
          messages/999999/html          | 404 | not_found
          conversations/none            | 404 | not_found
          nowhere                       | 404 | not_found
          messages                      | 404 | not_found
          rejections/retry              | 405 | method_not_allowed
          """)
  void errorHasStableCode(String path, int status, String code) throws Exception {
    HttpResponse<String> answer = served.get(path);
    assertEquals(status, answer.statusCode(), answer.body());
    JsonNode error = JSON.readTree(answer.body());
    assertEquals(code, error.at("/error/code").asText());
    assertConforms("{\"$ref\": \"#/components/schemas/Error\"}", error);
  }

  @Test
  void badQueryNamesThePlace() throws Exception {
    JsonNode error = JSON.readTree(served.get("search?q=x+before:yesterday").body());
    assertTrue(error.at("/error/position").isInt(), error.toString());
  }

  @Test
  void htmlIsHarmlessAndSaysSo() throws Exception {
    HttpResponse<String> answer = served.get("messages/" + HostileMail.WITH_HTML + "/html");
    String body = answer.body();
    assertTrue(body.contains("Dear friend"), body);
    for (String bad :
        Set.of(
            "<script",
            "onerror",
            "onclick",
            "<form",
            "<iframe",
            "<meta http",
            "<link",
            "http:",
            "<base",
            "javascript:")) {
      assertFalse(body.contains(bad), bad + " in " + body);
    }
    String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
    for (String part : Set.of("default-src 'none'", "sandbox", "form-action 'none'")) {
      assertTrue(policy.contains(part), policy);
    }
  }

  @Test
  void everyAnswerHasTheHeadersThatProtect() throws Exception {
    for (String path : Set.of("", "app.js", "api/v1/stats", "api/v1/nowhere", "nowhere")) {
      HttpResponse<String> answer =
          served.send(HttpRequest.newBuilder(served.page().resolve(path)));
      Map<String, String> expected =
          Map.of(
              "X-Content-Type-Options", "nosniff",
              "Referrer-Policy", "no-referrer",
              "X-Frame-Options", "DENY",
              "Cache-Control", "no-store",
              "Cross-Origin-Resource-Policy", "same-origin");
      expected.forEach(
          (name, value) ->
              assertEquals(value, answer.headers().firstValue(name).orElse(""), path + name));
      String policy = answer.headers().firstValue("Content-Security-Policy").orElse("");
      assertTrue(policy.startsWith("default-src 'none'"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    }
  }

  private static void assertConforms(HttpResponse<String> answer, String path, String method)
      throws IOException {
    JsonNode schema =
        description
            .get("paths")
            .get(path)
            .get(method)
            .at("/responses/200/content/application~1json/schema");
    assertFalse(schema.isMissingNode(), path);
    assertConforms(schema.toString(), JSON.readTree(answer.body()));
  }

  private static void assertConforms(String schema, JsonNode value) throws IOException {
    ObjectNode whole = (ObjectNode) JSON.readTree(schema);
    whole.set("components", description.get("components"));
    JsonSchemaValidator.ValidationResponse verdict =
        VALIDATOR.validate(JSON.convertValue(whole, new TypeReference<>() {}), value);
    assertTrue(verdict.valid(), verdict.errorMessage() + " in " + value);
    assertNotNull(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /                                     |                 | 403
          /api/v1/stats                         |                 | 403
          /app.js                               |                 | 403
          /0123456789abcdef/api/v1/stats        |                 | 403
          /api/v1/stats                         | Bearer wrong    | 403
          /api/v1/stats                         | Bearer TOKEN    | 200
          /TOKEN/api/v1/stats                   |                 | 200
          /TOKEN/                               |                 | 200
          /TOKEN                                |                 | 403
          /TOKEN/../api/v1/stats                |                 | 404
          /TOKEN/%2e%2e/%2e%2e/etc/passwd       |                 | 404
          /TOKEN/%2e%2e%2fopenapi.json          |                 | 404
          /TOKEN/openapi.json                   |                 | 404
          """)
  void withoutTokenThereIsNoAnswer(String path, @Nullable String authorization, int status)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(
                served.root().toString().replaceAll("/$", "")
                    + path.replace("TOKEN", served.token())));
    if (authorization != null) {
      request.header("Authorization", authorization.replace("TOKEN", served.token()));
    }
    assertEquals(status, served.send(request).statusCode());
  }
}
